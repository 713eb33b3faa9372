"""The clock rings: warnings, overdue cases, claims taken back, ratings that never came."""

from datetime import datetime
from typing import Any

from gezhi.cases.actions.steps import take
from gezhi.cases.clock import flight, ringing
from gezhi.cases.ladder import Deed
from gezhi.cases.models import Case
from gezhi.cases.rungs import ladder
from gezhi.cases.situation import situation_of
from gezhi.cases.timing import clocks_of, with_alarm
from gezhi.cases.workflow import STEPS, refusal
from gezhi.kernel import alarms
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance

CLOCK = Actor.system("时钟")


def sound_alarms(*, at: datetime, limit: int = 200) -> int:
    """Ring for up to `limit` cases whose alarm has come; the number rung. Any number of processes may call it at once."""
    return alarms.sound(Case.objects.all(), lambda case: ring(case, at=at), at=at, limit=limit)


def ring(case: Case, *, at: datetime) -> int:
    """Everything that has come due for one case, in order; 1 if anything rang."""
    rang = 0
    while bells := ringing(clocks_of(case), at):
        bell = bells[0]
        if bell == "resume" and case.awaits_reporter:
            take("carry_on", case, actor=CLOCK, at=at)
        elif bell in ("expire", "close", "resume"):
            take(bell, case, actor=CLOCK, at=at)
        elif bell == "rung":
            climb(case, at=at)
        else:
            column, event = {"warn": ("warned_at", "case.warned"), "overdue": ("overdue_at", "case.overdue")}[bell]
            changes: dict[str, Any] = {column: at}
            data = {"desk": case.desk_id, "due": case.due_at.isoformat()}
            advance(case, Fact(event, data), actor=CLOCK, at=at, changes=with_alarm(case, changes))
        rang = 1
    return rang


REASONS = {
    "unsigned": "到岗后没有按时签收，系统自动督办。",
    "overdue": "超过期限没有答复，系统自动督办。",
}


def climb(case: Case, *, at: datetime) -> None:
    """Do what the rung says, as far as it can be done now, and stand on the next one."""
    standing = flight(clocks_of(case))
    assert standing is not None, "only who stands on a flight has a rung ahead"
    name, since = standing
    rung = ladder().flight(name, is_emergency=case.is_emergency, on=local_day(since))[case.rung]
    for step in deeds_of(rung.deed, case):
        if refusal(STEPS[step], situation_of(case, CLOCK, at)) is None:
            take(step, case, actor=CLOCK, at=at, card="red", reason=REASONS[name], note="")
    fact = Fact("case.rung_reached", {"flight": name, "rung": case.rung, "deed": rung.deed, "desk": case.desk_id})
    advance(case, fact, actor=CLOCK, at=at, changes=with_alarm(case, {"rung": case.rung + 1}))


def deeds_of(deed: str, case: Case) -> tuple[str, ...]:
    """A supervision can be raised only where there is one."""
    if deed == Deed.URGE:
        return ("urge",)
    if deed == Deed.SUPERVISE or case.supervision:
        return ("supervise",) if deed == Deed.SUPERVISE else ("raise",)
    return ("supervise", "raise")
