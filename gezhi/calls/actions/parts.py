"""What a department does in a call, and what the street and the district say to it: sign, decline, arrive, file, sum up, account."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.calls.actions.door import Taking, effect
from gezhi.calls.joint import hold
from gezhi.calls.models import Account, CallPart, Lateness
from gezhi.calls.timing import begin, with_alarm
from gezhi.calls.workflow import TAKING_PART, PartState, Phase
from gezhi.kernel.access import Actor
from gezhi.kernel.door import Move
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.transactions import unit
from gezhi.people.models import DeskKind
from gezhi.people.queries import directory


def ask(taking: Taking, *, desk_id: int, task: str, is_on_site: bool, is_lead: bool) -> CallPart:
    """A department is asked to take part: its clock to sign runs from now."""
    part = CallPart(
        call=taking.call,
        desk_id=desk_id,
        task=task,
        is_on_site=is_on_site,
        is_lead=is_lead,
        state=PartState.WAITING,
        asked_at=taking.at,
        version=1,
    )
    for column, value in begin("sign_due_at", since=taking.at, is_urgent=taking.call.is_urgent).items():
        setattr(part, column, value)
    part.alarm_at = with_alarm(part, {})["alarm_at"]
    part.save(force_insert=True)
    data = {"street": taking.call.desk_id, "desk": desk_id, "lead": is_lead, "call": taking.call.pk}
    found(part, Fact("call_part.asked", data, task), actor=taking.actor, at=taking.at)
    taking.joint.parts.append(part)
    return part


def check_departments(desk_ids: Iterable[int], *, taken: Iterable[int], field: str = "shares") -> None:
    """Open desks of departments, each once."""
    desks, seen = directory().desks, set(taken)
    for desk_id in desk_ids:
        desk = desks.get(desk_id)
        if desk is None or desk.kind != DeskKind.DEPARTMENT or not desk.is_open:
            raise Refused("no_such_department", _("没有这个部门，或者它的岗台没有开设。"), field=field)
        if desk_id in seen:
            raise Refused("department_twice", _("%(desk)s已经在这次呼叫里。") % {"desk": desk.name}, field=field)
        seen.add(desk_id)


def of(part: CallPart) -> dict[str, Any]:
    """What every event of a part names."""
    return {"desk": part.desk_id, "call": part.call_id}


# --- whether it takes part ------------------------------------------------------------------------------------------


@effect("sign")
def sign(taking: Taking) -> Move:
    part, at, is_urgent = taking.part, taking.at, taking.call.is_urgent
    changes = {
        "signed_at": at,
        "signed_by_id": taking.actor.user_id,
        "act_since": at,
        **begin("act_due_at", since=at, is_urgent=is_urgent),
        **(begin("arrive_due_at", since=at, is_urgent=is_urgent) if part.is_on_site else {}),
    }
    return Move(changes, of(part))


@effect("decline")
def decline(taking: Taking) -> Move:
    """推回: it is not ours. The clock to sign stands still until the district has ruled."""
    return Move({}, of(taking.part), taking.given["reason"])


@effect("insist")
def insist(taking: Taking) -> Move:
    """It is theirs: they sign within a new limit and can't decline again."""
    changes = {
        "asked_at": taking.at,
        "is_bound": True,
        **begin("sign_due_at", since=taking.at, is_urgent=taking.call.is_urgent),
    }
    return Move(changes, of(taking.part), taking.given["reason"])


@effect("excuse")
def excuse(taking: Taking) -> Move:
    """It is not theirs, was asked by mistake, or their desk was closed. Another department may have its place; where it led, another must."""
    part, other = taking.part, taking.given["desk_id"]
    if other is None and part.is_lead:
        raise Refused("needs_lead", _("牵头部门不再参加，请同时定一个部门接替牵头。"), field="desk_id")
    if other is not None:
        check_departments([other], taken=[one.desk_id for one in taking.joint.taking_part], field="desk_id")

    def replace() -> None:
        if other is not None:
            clear_summing(taking)
            ask(taking, desk_id=other, task=part.task, is_on_site=part.is_on_site, is_lead=part.is_lead)
        else:
            begin_summing(taking)

    # What it filed stays to be read, but is not what is waited for any more.
    return Move({"filed_at": None}, {**of(part), "to": other}, taking.given["reason"], then=(replace,))


# --- there ----------------------------------------------------------------------------------------------------------


@effect("arrive")
def arrive(taking: Taking) -> Move:
    return Move({"arrived_at": taking.at}, of(taking.part), taking.given["note"])


@effect("confirm_arrival")
def confirm_arrival(taking: Taking) -> Move:
    return Move({"arrival_confirmed_at": taking.at}, of(taking.part))


@effect("deny_arrival")
def deny_arrival(taking: Taking) -> Move:
    """They were not there: they have to come, and what they filed is open again."""
    changes = {"arrived_at": None, "result": "", "filed_at": None, "filed_by_id": None}
    return Move(changes, of(taking.part), taking.given["reason"], then=(lambda: clear_summing(taking),))


# --- done -----------------------------------------------------------------------------------------------------------


@effect("file")
def file(taking: Taking) -> Move:
    changes = {"result": taking.given["result"], "filed_at": taking.at, "filed_by_id": taking.actor.user_id}
    return Move(changes, of(taking.part), taking.given["result"], then=(lambda: begin_summing(taking),))


def begin_summing(taking: Taking) -> None:
    """With the last part filed the clock of the lead runs."""
    lead = taking.joint.lead
    if lead is None or not taking.joint.are_all_filed or lead.sum_due_at is not None:
        return
    begun = begin("sum_due_at", since=taking.at, is_urgent=taking.call.is_urgent)
    fact = Fact("call_part.to_sum_up", of(lead))
    advance(lead, fact, actor=taking.actor, at=taking.at, changes=with_alarm(lead, {"sum_since": taking.at, **begun}))


def clear_summing(taking: Taking) -> None:
    """A part is open again, so there is nothing to sum up yet."""
    lead = taking.joint.lead
    if lead is None or lead.sum_due_at is None:
        return
    changes = {"sum_since": None, "sum_due_at": None}
    fact = Fact("call_part.summing_stopped", of(lead))
    advance(lead, fact, actor=taking.actor, at=taking.at, changes=with_alarm(lead, changes))


@effect("sum_up")
def sum_up(taking: Taking) -> Move:
    """The lead says what came of it all; from now on the street has to strike it off or send it back."""
    summary = taking.given["summary"]

    def hand_on() -> None:
        changes = {
            "phase": Phase.SUMMED,
            "summary": summary,
            "summed_at": taking.at,
            **begin("strike_due_at", since=taking.at, is_urgent=taking.call.is_urgent),
        }
        fact = Fact("call.summed_up", {"street": taking.call.desk_id, "desk": taking.part.desk_id}, summary)
        call = taking.call
        advance(call, fact, actor=taking.actor, at=taking.at, changes=with_alarm(call, changes))

    return Move({"sum_due_at": None}, of(taking.part), then=(hand_on,))


@effect("account")
def account(taking: Taking) -> Move:
    """Why it was late: one account for all that is owed."""
    owed = Lateness.objects.filter(part=taking.part, accounted_at=None)
    words = taking.given["account"]

    def keep() -> None:
        owed.update(account=words, accounted_by_id=taking.actor.user_id, accounted_at=taking.at)

    return Move({"account": Account.GIVEN}, of(taking.part), words, then=(keep,))


def mark_parts_of_closed(desk_id: int, *, actor: Actor, at: datetime) -> int:
    """A department's desk was closed while it took part in calls: say so in each, for the district to replace it; the number of calls."""
    calls = CallPart.objects.filter(desk_id=desk_id, state__in=TAKING_PART, call__phase=Phase.JOINT)
    marked = 0
    for call_id in calls.order_by("call_id").values_list("call_id", flat=True):
        with unit(alone=True):
            joint = hold(call_id)
            part = next((one for one in joint.taking_part if one.desk_id == desk_id), None)
            if part is None or joint.call.phase != Phase.JOINT:
                continue
            fact = Fact("call_part.desk_closed", {"street": joint.call.desk_id, **of(part)})
            advance(part, fact, actor=actor, at=at, changes={})
            marked += 1
    return marked
