"""The one door to the loop: `take`. What each step changes stands in the modules beside it, a file a theme.

`take` checks the row of the `STEPS` table: the right at the desk, the stage, the conditions, the inputs. The effect then says which columns
change and what is recorded, and one `advance` does both. A step costs four statements; the rare ones that keep a row of their own a few more.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.cases.access import covers
from gezhi.cases.actions.report import attach
from gezhi.cases.actions.steps.inputs import tidy
from gezhi.cases.actions.steps.orders import order_follows, passed_on
from gezhi.cases.models import Case, Decision, Request
from gezhi.cases.situation import situation_of
from gezhi.cases.timing import not_before, with_alarm
from gezhi.cases.workflow import STEPS, Stage, Step, Who, refusal
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.door import Effects, Move, allow_harmless, move_on
from gezhi.kernel.events import STALE
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.kernel.registers import look
from gezhi.kernel.transactions import unit

# What may have happened since a page was drawn without making it wrong.
HARMLESS = frozenset(
    {
        "case.warned", "case.overdue", "case.promise_renewed", "case.noted", "case.urged", "case.supervised",
        "case.supervision_raised", "case.supervision_replied", "case.supervision_lifted", "case.followed_up", "case.joined",
        "case.left", "case.part_done", "case.rung_reached", "reporter.seen", "reporter.corrected", "reporter.erased",
    }
)  # fmt: skip


Effect = Callable[[Case, Actor, datetime, dict[str, Any]], Move]
effect: Effects[Effect] = Effects()


def take(name: str, case: Case, *, actor: Actor, at: datetime, seen: int | None = None, **inputs: Any) -> Case:
    """Take a step with a case fetched by `get_case` or `case_by_receipt`; the same object comes back, moved on.

    `seen` is the version the person looked at. Inputs go by the `wire` names of `workflow.INPUTS`. Raises `Denied`, `Refused`, or `Conflict`
    when somebody was quicker.
    """
    step = STEPS.get(name)
    if step is None or step.creates:
        raise Missing("no_such_step", _("没有这一步。"))
    look(no_older_than=1.0)
    authorise(step, case, actor)
    given = tidy(step, inputs)
    with unit():
        require_fresh(case, seen)
        at = not_before(case, at)
        check(step, case, actor, at)
        move = effect[name](case, actor, at, given)
        changes = {**({"stage": step.target} if step.target is not None else {}), **move.changes}
        lapses = bool(case.asked) and "asked" not in changes and is_moving(case, changes)
        if lapses:
            changes["asked"] = ""
        passed = passed_on(case, changes)
        move = replace(move, also=(*move.also, *passed))
        try:
            move_on(case, step, move, with_alarm(case, changes), actor=actor, at=at)
        except Conflict:
            raise who_was_quicker(case) from None
        if lapses:
            Request.objects.filter(case=case, decision="").update(decision=Decision.LAPSED, decided_at=at)
        if passed:
            order_follows(case)
        for deed in move.then:
            deed()
        attach([(case, file) for file in given["files"]], step=step.name, at=at)
    return case


def is_moving(case: Case, changes: dict[str, Any]) -> bool:
    """Does it leave the hands in which something was asked for? Who asked and handed it over could else decide on the own request."""
    hands = ("desk_id", "stage", "holder_id")
    return any(changes.get(column, getattr(case, column)) != getattr(case, column) for column in hands)


def authorise(step: Step, case: Case, actor: Actor) -> None:
    if actor.kind == "system":
        return
    if actor.kind == "resident" and Who.REPORTER in step.by:
        return
    if Who.STAFF not in step.by or not covers(actor, step.right, case):
        raise Denied(step.right or f"case.{step.name}")


def check(step: Step, case: Case, actor: Actor, at: datetime) -> None:
    if step.name in ("claim", "sign") and case.stage == Stage.HANDLING:
        raise who_was_quicker(case)
    condition = refusal(step, situation_of(case, actor, at))
    if condition is not None:
        raise Refused(condition.code, condition.otherwise)


def require_fresh(case: Case, seen: int | None) -> None:
    """A warning or a note since the page was drawn does not make it stale; who took the case meanwhile is named."""
    try:
        allow_harmless(case, seen, HARMLESS)
    except Conflict:
        if case.stage == Stage.HANDLING and case.holder is not None:
            raise who_was_quicker(case) from None
        raise


def who_was_quicker(case: Case) -> Conflict:
    """After a lost race: say who has it now, from the row as it stands."""
    fresh = Case.objects.select_related("holder").filter(pk=case.pk).first()
    if fresh is not None and fresh.holder is not None:
        return Conflict(
            "already_held", _("%(name)s已先一步认领，由其办理。") % {"name": fresh.holder.name}, holder=fresh.holder_id
        )
    return Conflict("stale", STALE)
