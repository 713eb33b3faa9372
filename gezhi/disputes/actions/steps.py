"""The steps of a mediation. One door, `take`; what each step changes stands in a function of its own below it.

`take` checks the row of the `STEPS` table: the right at the desk, the stage, the conditions, the inputs. The effect then says which columns
change, what is recorded and what is written beside. What people wrote goes into sealed rows and never into the event.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.cases.actions.place import place_today
from gezhi.disputes.access import covers
from gezhi.disputes.actions.register import chosen_mediator
from gezhi.disputes.actions.timing import not_before, prolonged, timing, with_alarm
from gezhi.disputes.actions.words import spoken
from gezhi.disputes.mediators import mediators_for
from gezhi.disputes.models import Dispute, Meeting, Remark, Side, Visit
from gezhi.disputes.queries import desks_for
from gezhi.disputes.roles import present_choices
from gezhi.disputes.situation import situation_of
from gezhi.disputes.workflow import STEPS, Kept, Referral, Stage, Step, refusal
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import STALE, Fact, advance, names_after
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.kernel.registers import look
from gezhi.kernel.transactions import unit
from gezhi.matters.models import LimitKind
from gezhi.people.queries import directory

# What may have happened since a page was drawn without making it wrong.
HARMLESS = frozenset({"dispute.warned", "dispute.overdue", "dispute.contact_seen", "dispute.contact_kept"})
TEXTS = {"account": _("经过和结果"), "agreement": _("协议内容"), "reason": _("理由")}
CHOICES = {"mediator": _("调解员"), "desk": _("去向")}
WORDS = {"referral": (_("引导去处"), Referral), "kept": (_("履行情况"), Kept)}


@dataclass(frozen=True)
class Move:
    """What a step does: columns to set, what to record, what was said (sealed), and a row beside the dispute."""

    changes: dict[str, Any]
    data: dict[str, Any] = field(default_factory=dict)
    said: str = ""
    row: Meeting | Visit | None = None


Effect = Callable[[Dispute, Actor, datetime, dict[str, Any]], Move]
EFFECTS: dict[str, Effect] = {}


def effect(name: str) -> Callable[[Effect], Effect]:
    def enter(function: Effect) -> Effect:
        EFFECTS[name] = function
        return function

    return enter


def take(name: str, dispute: Dispute, *, actor: Actor, at: datetime, seen: int | None = None, **inputs: Any) -> Dispute:
    """Take a step with a dispute fetched by `get_dispute`; the same object comes back, moved on.

    `seen` is the version the person looked at. Inputs by name: `mediator_id`, `desk_id`, `on` (a date), `present` (codes of roles), `account`,
    `agreement`, `reason`, `referral`, `kept`. Raises `Denied`, `Refused`, or `Conflict` when somebody was quicker.
    """
    step = STEPS.get(name)
    if step is None or step.creates:
        raise Missing("no_such_step", _("没有这一步。"))
    look(no_older_than=1.0)
    if not covers(actor, step.right, dispute):
        raise Denied(step.right)
    given = tidy(step, inputs)
    with unit():
        if seen is not None and seen != dispute.version:
            allow_harmless(dispute, seen)
        at = not_before(dispute, at)
        condition = refusal(step, situation_of(dispute, actor, at))
        if condition is not None:
            raise Refused(condition.code, condition.otherwise)
        move = EFFECTS[name](dispute, actor, at, given)
        target = {"stage": step.target} if step.target is not None else {}
        changes = with_alarm(dispute, {**target, **move.changes})
        (event,) = advance(dispute, Fact(step.event, move.data), actor=actor, at=at, changes=changes)
        if "mediator_id" in move.changes:
            # The row now points elsewhere; what Django remembers of the old one must go.
            dispute._state.fields_cache.pop("mediator", None)
        if move.said:
            Remark.objects.create(dispute=dispute, seq=event.seq, text=move.said)
        if move.row is not None:
            move.row.save()
    return dispute


def tidy(step: Step, inputs: dict[str, Any]) -> dict[str, Any]:
    """The inputs of a step by name, those that its row neither needs nor offers left empty; texts trimmed. Raises `Refused`."""
    given: dict[str, Any] = {}
    asked = {*step.needs, *step.offers}
    for name, label in TEXTS.items():
        empty = _("请填写%(what)s。") % {"what": label} if name in step.needs else None
        given[name] = spoken(str(inputs.get(name) or "") if name in asked else "", field=name, empty=empty)
    for name, label in CHOICES.items():
        given[f"{name}_id"] = inputs.get(f"{name}_id") if name in asked else None
        if name in step.needs and given[f"{name}_id"] is None:
            raise Refused("empty", _("请选择%(what)s。") % {"what": label}, field=f"{name}_id")
    for name, (label, choices) in WORDS.items():
        given[name] = inputs.get(name) if name in asked else ""
        if name in step.needs and given[name] not in choices.values:
            raise Refused("empty", _("请选择%(what)s。") % {"what": label}, field=name)
    given["on"] = inputs.get("on") if "on" in asked else None
    if "on" in step.needs and not isinstance(given["on"], date):
        raise Refused("empty", _("请填写日期。"), field="on")
    given["present"] = list(dict.fromkeys(inputs.get("present") or ())) if "present" in asked else []
    if "present" in step.needs and not given["present"]:
        raise Refused("empty", _("请勾选到场的各方。"), field="present")
    return given


def allow_harmless(dispute: Dispute, seen: int) -> None:
    """A warning, or a look at a contact, since the page was drawn does not make it stale."""
    if seen > dispute.version or not names_after(dispute, seen) <= HARMLESS:
        raise Conflict("stale", STALE)


def level_of(dispute: Dispute) -> str:
    return directory().get(dispute.desk_id).kind


def between(day: date, first: datetime, at: datetime) -> date:
    """A day that somebody writes down afterwards: not yet to come, and not before it can have been. Raises `Refused`."""
    if not local_day(first) <= day <= local_day(at):
        message = _("日期应在 %(first)s 和今天之间。") % {"first": local_day(first).isoformat()}
        raise Refused("no_such_day", message, field="on")
    return day


NO_REQUEST: dict[str, Any] = {"extension_asked_at": None, "extension_asked_by_id": None}


# --- what each step changes -----------------------------------------------------------------------------------------


@effect("appoint")
def appoint(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Whoever is named has yet to accept; what was written down so far stays."""
    mediator = chosen_mediator(given["mediator_id"], mediators_for(dispute.place_code, at))
    if mediator.user_id == dispute.mediator_id:
        raise Refused("same_mediator", _("这一件已经由这个人调解。"), field="mediator_id")
    changes = {"mediator_id": mediator.user_id, "mediator_kind": mediator.kind, "accepted_at": None}
    return Move(changes, {"mediator": mediator.user_id, "kind": mediator.kind})


@effect("accept")
def accept(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The one who was named, or the first who takes it up."""
    mediator = chosen_mediator(actor.user_id or 0, mediators_for(dispute.place_code, at))
    changes = {"mediator_id": mediator.user_id, "mediator_kind": mediator.kind, "accepted_at": at}
    return Move(changes, {"mediator": mediator.user_id, "kind": mediator.kind})


@effect("meet")
def meet(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    sides = Side.objects.filter(dispute=dispute).count()
    known = dict(present_choices(sides))
    if not set(given["present"]) <= set(known):
        raise Refused("no_such_role", _("没有这一方，请重新勾选。"), field="present")
    meeting = Meeting(
        dispute=dispute,
        round=dispute.round,
        held_on=between(given["on"], dispute.reported_at, at),
        present=[code for code in known if code in given["present"]],
    )
    number = dispute.meetings_held + 1
    data = {"number": number, "on": meeting.held_on.isoformat(), "present": meeting.present}
    return Move({"meetings_held": number}, data, given["account"], meeting)


@effect("agree")
def agree(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The agreement stands with the dispute, and with the event for good: a later round has another one."""
    changes = settled(dispute, at, Stage.AGREED) | timing(LimitKind.REVISIT, since=at, level=level_of(dispute))
    return Move({**changes, "agreement": given["agreement"]}, {"late": changes["was_late"]}, given["agreement"])


def settled(dispute: Dispute, at: datetime, outcome: Stage) -> dict[str, Any]:
    return {"settled_at": at, "outcome": outcome, "was_late": at > dispute.due_at, **NO_REQUEST}


@effect("refer")
def refer(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    changes = {**settled(dispute, at, Stage.REFERRED), "referral": given["referral"], "closed_at": at}
    return Move(changes, {"referral": given["referral"], "late": changes["was_late"]}, given["reason"])


@effect("withdraw")
def withdraw(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    changes = {**settled(dispute, at, Stage.WITHDRAWN), "closed_at": at}
    return Move(changes, {"late": changes["was_late"]}, given["reason"])


@effect("transfer")
def transfer(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """To another desk of the same place, above or below. Its people find a mediator of their own; the limit runs on."""
    desk = next((desk for desk in desks_for(dispute) if desk.id == given["desk_id"]), None)
    if desk is None:
        raise Refused("no_such_desk", _("只能移交给当地的网格、社区、街道或区指挥中心。"), field="desk_id")
    changes = {"desk_id": desk.id, "mediator_id": None, "mediator_kind": "", "accepted_at": None, **NO_REQUEST}
    return Move(changes, {"from": dispute.desk_id, "to": desk.id}, given["reason"])


@effect("extend")
def extend(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    changes = {"extension_asked_at": at, "extension_asked_by_id": actor.user_id}
    return Move(changes, {"desk": dispute.desk_id}, given["reason"])


@effect("approve")
def approve(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    changes = {**prolonged(dispute, at=at, level=level_of(dispute)), "extended_at": at, **NO_REQUEST}
    return Move(changes, {"from": dispute.due_at.isoformat(), "to": changes["due_at"].isoformat()})


@effect("refuse")
def refuse(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move(dict(NO_REQUEST), {"desk": dispute.desk_id}, given["reason"])


@effect("visit")
def visit(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Whatever it found, the next one is due again until the dispute is closed or taken up anew."""
    assert dispute.settled_at is not None, "a constraint holds it to the stage"
    found = Visit(
        dispute=dispute,
        round=dispute.round,
        visited_on=between(given["on"], dispute.settled_at, at),
        kept=given["kept"],
    )
    changes = {"last_visit": found.kept, **timing(LimitKind.REVISIT, since=at, level=level_of(dispute))}
    return Move(changes, {"on": found.visited_on.isoformat(), "kept": found.kept}, given["account"], found)


@effect("close")
def close(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"closed_at": at}, {"desk": dispute.desk_id})


@effect("reopen")
def reopen(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The agreement broke: a new round with a new limit. The one who mediated is asked first.

    What was closed did not follow the land: where its place or desk has ended, the heirs have it.
    """
    place = place_today(dispute.place_code or settings.DISTRICT)
    desk = directory().still(dispute.desk_id, place.code)
    changes: dict[str, Any] = {
        **timing(LimitKind.MEDIATE, since=at, level=desk.kind),
        **place.columns,
        "desk_id": desk.id,
        **dict.fromkeys(("accepted_at", "settled_at", "closed_at", "extended_at")),
        **dict.fromkeys(("outcome", "last_visit", "agreement"), ""),
        "was_late": False,
        "meetings_held": 0,
        "round": dispute.round + 1,
    }
    return Move(changes, {"round": dispute.round + 1, "was": dispute.stage}, given["reason"])


__all__ = ["EFFECTS", "take"]
