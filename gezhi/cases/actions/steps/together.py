"""Several reports of one thing: merge 并单, unmerge, and the answer that reaches every reporter."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.cases.access import get_case, key_in
from gezhi.cases.actions.place import place_of_case
from gezhi.cases.actions.steps.door import effect, take
from gezhi.cases.actions.steps.ending import answered, declined, told
from gezhi.cases.actions.steps.locks import locked
from gezhi.cases.models import Case
from gezhi.cases.timing import promise, with_alarm
from gezhi.cases.workflow import PROMISED, Stage
from gezhi.kernel.access import Actor
from gezhi.kernel.door import Move
from gezhi.kernel.events import Fact, advance
from gezhi.kernel.refusals import Missing, Refused
from gezhi.people.queries import directory


@effect("merge")
def merge(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Into a case that is still on its way, whose answer both reporters then get. Both rows are locked in one order."""
    main = main_of(given["main_id"], actor)
    if main.pk == case.pk:
        raise Refused("same_case", _("不能并到自己。"), field="main_id")
    main = locked(case.pk, main.pk)[main.pk]
    if main.stage not in PROMISED or main.part_of_id is not None:
        words = _("只能并到还在办理、本身没有被并走的件。")
        raise Refused("main_not_open", words, field="main_id")
    return Move(
        {"merged_into_id": main.pk, "holder_id": None, "hold_until": None},
        {"desk": case.desk_id, "main": main.pk, "was": case.stage},
        given["note"],
        then=(lambda: count(main, 1, Fact("case.joined", {"case": case.pk}), actor, at),),
    )


def main_of(key: int | str, actor: Actor) -> Case:
    """The case by id or number, as far as the actor sees it."""
    try:
        return get_case(actor, key_in(str(key)))
    except Missing as missing:
        raise Refused(missing.code, missing.message, field="main_id") from None


def count(main: Case, by: int, fact: Fact, actor: Actor, at: datetime) -> None:
    advance(main, fact, actor=actor, at=at, changes=with_alarm(main, {"followers": max(main.followers + by, 0)}))


@effect("unmerge")
def unmerge(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Back to intake with a limit of its own, as if it came in now."""
    assert case.merged_into_id is not None, "a constraint sees to it"
    main = locked(case.pk, case.merged_into_id)[case.merged_into_id]
    desk = directory().intake_for(place_of_case(case).code)
    timing = promise("accept", since=at, matter_id=case.matter_id, level=desk.kind, is_emergency=case.is_emergency)
    changes = {
        **timing, "merged_into_id": None, "desk_id": desk.id, "sent_by_id": None, "accepted_at": None, "arrived_at": at,
        "returns": 0, "ruling": "",
    }  # fmt: skip
    data = {"from": case.desk_id, "to": desk.id, "main": main.pk}
    return Move(
        changes,
        data,
        given["reason"],
        then=(lambda: count(main, -1, Fact("case.left", {"case": case.pk}), actor, at),),
    )


@effect("answer_along")
def answer_along(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    changes, then = answered(case, at, given["answer"])
    return Move(changes, {"main": case.merged_into_id}, given["answer"], then=then)


@effect("decline_along")
def decline_along(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    assert case.merged_into is not None, "a constraint sees to it"
    changes = declined(case, at, given["answer"]) | {"declined_by_id": case.merged_into.declined_by_id}
    return Move(changes, {"main": case.merged_into_id}, also=(told(given),))


def tell_followers(main_id: int, name: str, text: str, *, at: datetime) -> int:
    """Give every case that was merged into this one the same answer; the number that got it now."""
    house = Actor.system("并单")
    followers = list(Case.objects.filter(merged_into_id=main_id, stage=Stage.MERGED).order_by("pk"))
    for case in followers:
        take(name, case, actor=house, at=at, answer=text)
    return len(followers)
