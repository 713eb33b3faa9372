"""The steps of the loop. One door, `take`; what each step changes stands in a function of its own below it.

`take` checks the row of the `STEPS` table: the right at the desk, the stage, the conditions, the inputs. The effect then says which columns
change and what is recorded, and one `advance` does both. A step costs four statements.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.cases.access import covers
from gezhi.cases.actions.place import place_of_case
from gezhi.cases.actions.report import LONGEST_TEXT, MOST_FILES, attach
from gezhi.cases.actions.route import chosen_matter, explained_route
from gezhi.cases.actions.timing import deadline, not_before, promise, with_alarm
from gezhi.cases.models import Case, Rating
from gezhi.cases.situation import situation_of
from gezhi.cases.workflow import STEPS, Stage, Step, Who, refusal
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import STALE, Fact, advance, names_after
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.kernel.registers import look
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import unit
from gezhi.people.queries import DeskInfo, directory

# What may have happened since a page was drawn without making it wrong.
HARMLESS = frozenset({"case.warned", "case.overdue", "case.promise_renewed", "case.noted", "reporter.seen"})
TEXTS = {"reason": _("理由"), "result": _("办理结果"), "answer": _("答复内容"), "note": _("说明")}
CHOICES = {"matter": _("事项"), "desk": _("去向")}
LEVELS = ("service", "outcome")


@dataclass(frozen=True)
class Move:
    """What a step does: columns to set, what to record, and rows beside the case."""

    changes: dict[str, Any]
    data: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    also: tuple[Fact, ...] = ()


Effect = Callable[[Case, Actor, datetime, dict[str, Any]], Move]
EFFECTS: dict[str, Effect] = {}


def effect(name: str) -> Callable[[Effect], Effect]:
    def register(function: Effect) -> Effect:
        EFFECTS[name] = function
        return function

    return register


def take(name: str, case: Case, *, actor: Actor, at: datetime, seen: int | None = None, **inputs: Any) -> Case:
    """Take a step with a case fetched by `get_case` or `case_by_receipt`; the same object comes back, moved on.

    `seen` is the version the person looked at. Inputs by name: `matter_id`, `desk_id`, `reason`, `result`, `answer`, `note`, `service`,
    `outcome` (1-5), `files` (kept before). Raises `Denied`, `Refused`, or `Conflict` when somebody was quicker.
    """
    step = STEPS.get(name)
    if step is None or step.creates:
        raise Missing("no_such_step", _("没有这一步。"))
    look(no_older_than=1.0)
    authorise(step, case, actor)
    given = tidy(step, inputs)
    with unit():
        if seen is not None and seen != case.version:
            allow_harmless(case, seen)
        at = not_before(case, at)
        check(step, case, actor, at)
        move = EFFECTS[name](case, actor, at, given)
        facts = (Fact(step.event, move.data, move.note), *move.also)
        target = {"stage": step.target} if step.target is not None else {}
        try:
            advance(case, *facts, actor=actor, at=at, changes=with_alarm(case, {**target, **move.changes}))
        except Conflict:
            raise who_was_quicker(case) from None
        for column in ("desk", "holder", "matter", "sent_by"):
            # The row now points elsewhere; what Django remembers of the old one must go.
            if f"{column}_id" in move.changes:
                case._state.fields_cache.pop(column, None)
        if step.name == "rate":
            keep_rating(case, given, at)
        attach([(case, file) for file in given["files"]], step=step.name, at=at)
    return case


def authorise(step: Step, case: Case, actor: Actor) -> None:
    if actor.kind == "system":
        return
    if actor.kind == "resident" and Who.REPORTER in step.by:
        return
    if Who.STAFF not in step.by or not covers(actor, step.right, case):
        raise Denied(step.right or f"case.{step.name}")


def tidy(step: Step, inputs: dict[str, Any]) -> dict[str, Any]:
    """The inputs of a step by name, those that its row neither needs nor offers left empty; texts trimmed. Raises `Refused`."""
    given: dict[str, Any] = {}
    asked = {*step.needs, *step.offers}
    for name, label in TEXTS.items():
        empty = _("请填写%(what)s。") % {"what": label} if name in step.needs else None
        value = str(inputs.get(name) or "") if name in asked else ""
        given[name] = typed(value, field=name, longest=LONGEST_TEXT, empty=empty)
    for name, label in CHOICES.items():
        given[f"{name}_id"] = inputs.get(f"{name}_id") if name in asked else None
        if name in step.needs and given[f"{name}_id"] is None:
            raise Refused("empty", _("请选择%(what)s。") % {"what": label}, field=f"{name}_id")
    for name in LEVELS:
        given[name] = inputs.get(name) if name in asked else None
        if name in step.needs and given[name] not in (1, 2, 3, 4, 5):
            raise Refused("empty", _("请选一个等级。"), field=name)
    given["files"] = list(inputs.get("files") or ()) if "files" in asked else []
    if len(given["files"]) > MOST_FILES or not all(isinstance(file, StoredFile) for file in given["files"]):
        raise Refused("too_many_files", _("最多附 %(most)s 个文件。") % {"most": MOST_FILES}, field="files")
    return given


def check(step: Step, case: Case, actor: Actor, at: datetime) -> None:
    if step.name in ("claim", "sign") and case.stage == Stage.HANDLING:
        raise who_was_quicker(case)
    condition = refusal(step, situation_of(case, actor, at))
    if condition is not None:
        raise Refused(condition.code, condition.otherwise)


def allow_harmless(case: Case, seen: int) -> None:
    """A warning or a note since the page was drawn does not make it stale."""
    if seen > case.version or not names_after(case, seen) <= HARMLESS:
        if case.stage == Stage.HANDLING and case.holder is not None:
            raise who_was_quicker(case)
        raise Conflict("stale", STALE)


def who_was_quicker(case: Case) -> Conflict:
    """After a lost race: say who has it now, from the row as it stands."""
    fresh = Case.objects.select_related("holder").filter(pk=case.pk).first()
    if fresh is not None and fresh.holder is not None:
        return Conflict(
            "already_held", _("%(name)s已先一步认领，由其办理。") % {"name": fresh.holder.name}, holder=fresh.holder_id
        )
    return Conflict("stale", STALE)


def onto(case: Case, desk: DeskInfo, at: datetime, *, sent_by: int | None) -> dict[str, Any]:
    """The columns of a case that comes to lie on another desk, held by nobody."""
    return {"desk_id": desk.id, "sent_by_id": sent_by, "holder_id": None, "hold_until": None, "arrived_at": at}


def promised(case: Case, level: str, *, matter_id: int | None, since: datetime) -> dict[str, Any]:
    """The promise for a level of desk. It never moves nearer than it was: a case that climbs is given the higher desk's time."""
    timing = promise("handle", since=since, matter_id=matter_id, level=level, is_emergency=case.is_emergency)
    return timing if case.accepted_at is None or timing["due_at"] > case.due_at else {}


# --- what each step changes -----------------------------------------------------------------------------------------


@effect("accept")
def accept(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    matter = chosen_matter(given["matter_id"], at)
    target, explanation = explained_route(matter, place_of_case(case), is_emergency=case.is_emergency)
    if given.get("desk_id") and given["desk_id"] != target.id:
        explanation = {**explanation, "rule": "clerk_chose", "instead_of": target.id}
        target = reachable(given["desk_id"], actor)
    return Move(
        {
            **onto(case, target, at, sent_by=case.desk_id if case.desk_id != target.id else None),
            **promised(case, target.kind, matter_id=matter.id, since=at),
            "matter_id": matter.id,
            "accepted_at": at,
            "is_confidential": case.is_confidential or matter.is_confidential,
        },
        {"from": case.desk_id, "to": target.id, "matter": matter.id, "route": explanation},
        given["note"],
    )


@effect("decline")
def decline(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    reopen = deadline("reopen", since=at, matter_id=None, level="", is_emergency=case.is_emergency)
    return Move(
        {"answer": given["answer"], "answered_at": at, "closed_at": at, "reopen_until": reopen.at},
        {"desk": case.desk_id},
        given["reason"],
        also=(Fact("case.told", {}, given["answer"]),),
    )


@effect("claim")
def claim(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move(held_by(actor.user_id, case, at), {"desk": case.desk_id})


def held_by(user_id: int | None, case: Case, at: datetime) -> dict[str, Any]:
    """The columns of a case that somebody holds for as long as the limit of its matter and desk allows."""
    level = directory().get(case.desk_id).kind
    hold = deadline("hold", since=at, matter_id=case.matter_id, level=level, is_emergency=case.is_emergency)
    return {"holder_id": user_id, "hold_until": hold.at}


@effect("sign")
def sign(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"holder_id": actor.user_id, "hold_until": None}, {"desk": case.desk_id})


@effect("assign")
def assign(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    target = reachable(given["desk_id"], actor)
    if target.id == case.desk_id:
        raise Refused("same_desk", _("这一件已经在这个岗台上。"), field="desk_id")
    return Move(
        {
            **onto(case, target, at, sent_by=case.desk_id),
            **promised(case, target.kind, matter_id=case.matter_id, since=case.accepted_at or at),
        },
        {"from": case.desk_id, "to": target.id},
        given["note"],
    )


@effect("escalate")
def escalate(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    above = directory().above(case.desk_id)
    assert above is not None, "the condition level_above looked before"
    return Move(
        {
            **onto(case, above, at, sent_by=case.desk_id),
            **promised(case, above.kind, matter_id=case.matter_id, since=case.accepted_at or at),
        },
        {"from": case.desk_id, "to": above.id},
        given["reason"],
    )


@effect("return")
def send_back(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    assert case.sent_by_id is not None, "the condition sent_here looked before"
    sender = directory().get(case.sent_by_id)
    if not sender.is_open:
        raise Refused("sender_gone", _("派来的岗台已经撤销，请上报上一级。"))
    # Nobody sent it to the sender just now, so it can't be played back and forth.
    return Move(onto(case, sender, at, sent_by=None), {"from": case.desk_id, "to": sender.id}, given["reason"])


@effect("release")
def release(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"holder_id": None, "hold_until": None}, {"desk": case.desk_id}, given["reason"])


@effect("expire")
def expire(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"holder_id": None, "hold_until": None}, {"desk": case.desk_id, "held_by": case.holder_id})


@effect("finish")
def finish(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move(
        {
            "result": given["result"],
            "finished_at": at,
            "finished_by_id": actor.user_id,
            "holder_id": None,
            "hold_until": None,
        },
        {"desk": case.desk_id, "files": len(given["files"])},
        given["result"],
    )


@effect("verify")
def verify(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Where the answer is given along with it, both happen in one go: forty times a day that spares a page."""
    changes: dict[str, Any] = {"verified_at": at}
    also: tuple[Fact, ...] = ()
    if given["answer"]:
        if not covers(actor, "case.answer", case):
            raise Denied("case.answer")
        changes |= {"stage": Stage.ANSWERED, **answered(case, at, given["answer"])}
        also = (Fact("case.answered", {"desk": case.desk_id}, given["answer"]),)
    return Move(changes, {"desk": case.desk_id}, given["note"], also)


@effect("reject")
def reject(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move(
        {
            **held_by(case.finished_by_id, case, at),
            "finished_at": None,
            "finished_by_id": None,
            "result": "",
        },
        {"desk": case.desk_id, "holder": case.finished_by_id},
        given["reason"],
    )


@effect("answer")
def answer(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move(answered(case, at, given["answer"]), {"desk": case.desk_id}, given["answer"])


def answered(case: Case, at: datetime, text: str) -> dict[str, Any]:
    rate = deadline("rate", since=at, matter_id=case.matter_id, level="", is_emergency=case.is_emergency)
    return {"answer": text, "answered_at": at, "rate_until": rate.at}


@effect("rate")
def rate(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move(ended(case, at), {"service": given["service"], "outcome": given["outcome"]}, given["note"])


@effect("close")
def close(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move(ended(case, at), {"desk": case.desk_id})


def ended(case: Case, at: datetime) -> dict[str, Any]:
    reopen = deadline("reopen", since=at, matter_id=case.matter_id, level="", is_emergency=case.is_emergency)
    return {"closed_at": at, "reopen_until": reopen.at}


@effect("reopen")
def reopen(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """A new round on the same desk, with a new promise. What was answered before stays in the log."""
    return new_round(case, "handle", at, given["reason"], accepted_at=at)


@effect("reconsider")
def reconsider(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """A new round at intake, with a new limit to accept."""
    return new_round(case, "accept", at, given["reason"], accepted_at=None)


def new_round(case: Case, limit: str, at: datetime, reason: str, *, accepted_at: datetime | None) -> Move:
    timing = promise(
        limit,
        since=at,
        matter_id=case.matter_id,
        level=directory().get(case.desk_id).kind,
        is_emergency=case.is_emergency,
    )
    ended = ("finished_at", "finished_by_id", "verified_at", "answered_at", "rate_until", "closed_at", "reopen_until")
    return Move(
        {
            **timing,
            **dict.fromkeys(ended),
            "round": case.round + 1,
            "accepted_at": accepted_at,
            "arrived_at": at,
            "sent_by_id": None,
            "result": "",
            "answer": "",
        },
        {"desk": case.desk_id, "round": case.round + 1},
        reason,
    )


@effect("note")
def note(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({}, {"files": len(given["files"])}, given["note"])


def reachable(desk_id: int, actor: Actor) -> DeskInfo:
    """A desk that the actor may send a case to: open, and within the reach of `case.assign`."""
    desk = directory().desks.get(desk_id)
    if desk is None or not desk.is_open or not actor.may("case.assign", area=desk.area_code, desk_id=desk.id):
        raise Refused("no_such_desk", _("不能派到这个岗台：它不在您的范围内，或者已经撤销。"), field="desk_id")
    return desk


def keep_rating(case: Case, given: dict[str, Any], at: datetime) -> None:
    Rating.objects.create(
        case=case,
        round=case.round,
        service=given["service"],
        outcome=given["outcome"],
        text=given["note"],
        rated_at=at,
    )
