"""The steps of a mediation. One door, `take`; what each step changes stands in a function of its own below it.

`take` checks the row of the `STEPS` table: the right at the desk, the stage, the conditions, the inputs. The effect then says which columns
change, what is recorded and what is written beside. What people wrote goes into sealed rows and never into the event.
"""

from collections.abc import Mapping
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
from gezhi.disputes.workflow import ELSEWHERE, STEPS, DisputeStage, Kept, Referral, Step
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.door import Door, Move
from gezhi.kernel.inputs import READERS
from gezhi.kernel.inputs import tidy as inputs_of
from gezhi.kernel.refusals import Refused
from gezhi.kernel.steps import Input
from gezhi.matters.models import LimitKind
from gezhi.people.queries import directory

INPUTS: dict[str, Input] = {
    "mediator": Input("key", _("调解员"), "mediator_id"),
    "desk": Input("key", _("去向"), "desk_id"),
    "on": Input("date", _("日期")),
    "present": Input("present", _("到场的各方")),
    "account": Input("spoken", _("经过和结果")),
    "agreement": Input("spoken", _("协议内容")),
    "reason": Input("spoken", _("理由")),
    "referral": Input("choice", _("引导去处"), choices=Referral.values),
    "kept": Input("choice", _("履行情况"), choices=Kept.values),
}


def said(wire: str, one: Input, value: Any, is_needed: bool) -> str:
    missing = _("请填写%(what)s。") % {"what": one.label} if is_needed else None
    return spoken(str(value or ""), field=wire, empty=missing)


def present(wire: str, one: Input, value: Any, is_needed: bool) -> list[str]:
    several = list(dict.fromkeys(value or ()))
    if not several and is_needed:
        raise Refused("empty", _("请勾选到场的各方。"), field=wire)
    return several


def tidy(step: Step, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return inputs_of(step, inputs, INPUTS, {**READERS, "spoken": said, "present": present})


DOOR: Door[Dispute] = Door(
    STEPS,
    covers=lambda actor, step, dispute: covers(actor, step.right, dispute),
    situation=situation_of,
    tidy=tidy,
    timed=with_alarm,
    not_before=not_before,
    # A warning, or a look at a contact, since the page was drawn does not make it stale.
    harmless=frozenset({"dispute.warned", "dispute.overdue", "dispute.contact_seen", "dispute.contact_kept"}),
    elsewhere=ELSEWHERE,
)
effect = DOOR.effect


def take(name: str, dispute: Dispute, *, actor: Actor, at: datetime, seen: int | None = None, **inputs: Any) -> Dispute:
    """Take a step with a dispute fetched by `get_dispute`; the same object comes back, moved on.

    `seen` is the version the person looked at. Inputs by name: `mediator_id`, `desk_id`, `on` (a date), `present` (codes of roles), `account`,
    `agreement`, `reason`, `referral`, `kept`. Raises `Denied`, `Refused`, or `Conflict` when somebody was quicker.
    """
    return DOOR.take(name, dispute, actor=actor, at=at, seen=seen, inputs=inputs)


def sealed(
    dispute: Dispute, changes: dict[str, Any], data: dict[str, Any], words: str = "", row: Meeting | Visit | None = None
) -> Move:
    """A move with what was said, which is kept sealed beside the event and never in it, and with a row beside the dispute."""

    def keep() -> None:
        if words:
            Remark.objects.create(dispute=dispute, seq=dispute.version, text=words)
        if row is not None:
            row.save()

    return Move(changes, data, then=(keep,))


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
    return sealed(dispute, {"meetings_held": number}, data, given["account"], meeting)


@effect("agree")
def agree(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The agreement stands with the dispute, and with the event for good: a later round has another one."""
    changes = settled(dispute, at, DisputeStage.AGREED) | timing(LimitKind.REVISIT, since=at, level=level_of(dispute))
    return sealed(
        dispute, {**changes, "agreement": given["agreement"]}, {"late": changes["was_late"]}, given["agreement"]
    )


def settled(dispute: Dispute, at: datetime, outcome: DisputeStage) -> dict[str, Any]:
    return {"settled_at": at, "outcome": outcome, "was_late": at > dispute.due_at, **NO_REQUEST}


@effect("refer")
def refer(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    changes = {**settled(dispute, at, DisputeStage.REFERRED), "referral": given["referral"], "closed_at": at}
    return sealed(dispute, changes, {"referral": given["referral"], "late": changes["was_late"]}, given["reason"])


@effect("withdraw")
def withdraw(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    changes = {**settled(dispute, at, DisputeStage.WITHDRAWN), "closed_at": at}
    return sealed(dispute, changes, {"late": changes["was_late"]}, given["reason"])


@effect("transfer")
def transfer(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """To another desk of the same place, above or below. Its people find a mediator of their own; the limit runs on."""
    desk = next((desk for desk in desks_for(dispute) if desk.id == given["desk_id"]), None)
    if desk is None:
        raise Refused("no_such_desk", _("只能移交给当地的网格、社区、街道或区指挥中心。"), field="desk_id")
    changes = {"desk_id": desk.id, "mediator_id": None, "mediator_kind": "", "accepted_at": None, **NO_REQUEST}
    return sealed(dispute, changes, {"from": dispute.desk_id, "to": desk.id}, given["reason"])


@effect("extend")
def extend(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    changes = {"extension_asked_at": at, "extension_asked_by_id": actor.user_id}
    return sealed(dispute, changes, {"desk": dispute.desk_id}, given["reason"])


@effect("approve")
def approve(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    changes = {**prolonged(dispute, at=at, level=level_of(dispute)), "extended_at": at, **NO_REQUEST}
    return Move(changes, {"from": dispute.due_at.isoformat(), "to": changes["due_at"].isoformat()})


@effect("refuse")
def refuse(dispute: Dispute, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return sealed(dispute, dict(NO_REQUEST), {"desk": dispute.desk_id}, given["reason"])


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
    return sealed(dispute, changes, {"on": found.visited_on.isoformat(), "kept": found.kept}, given["account"], found)


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
    return sealed(dispute, changes, {"round": dispute.round + 1, "was": dispute.stage}, given["reason"])


__all__ = ["effect", "take"]
