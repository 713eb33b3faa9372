"""Of the call as a whole: raise it, dispatch it, strike it off or send it back, withdraw it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.calls.actions.attachments import attach
from gezhi.calls.actions.door import Taking, effect
from gezhi.calls.actions.inputs import tidy
from gezhi.calls.actions.parts import ask, check_departments, clear_summing, of
from gezhi.calls.models import Call, CallPart
from gezhi.calls.timing import begin, term, with_alarm
from gezhi.calls.workflow import STEPS, PartState, Phase
from gezhi.cases.actions import take as take_with_case
from gezhi.cases.models import Case
from gezhi.cases.workflow import Stage
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.door import Move
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import look
from gezhi.kernel.transactions import first_come, unit
from gezhi.people.models import DeskKind
from gezhi.people.queries import DeskInfo, directory, seats_with


def raise_call(
    *,
    actor: Actor,
    at: datetime,
    title: str,
    text: str,
    is_urgent: bool = False,
    files: Sequence[StoredFile] = (),
    case: Case | None = None,
    desk_id: int | None = None,
    seen: int | None = None,
) -> Call:
    """呼叫: with a case that lies on the street's desk and is held by the caller, or without one.

    `seen` is the version of the case that the person looked at. Without a case it is called from the desk `desk_id`, or from the only street
    desk at which the actor sits. Raises `Denied` for everybody but streets, `Refused` or `Conflict` as the step `call` of a case does.
    """
    step = STEPS["call"]
    look(no_older_than=1.0)
    given = tidy(step, {"title": title, "text": text, "is_urgent": is_urgent, "files": files})
    with unit():
        if case is not None:
            case = take_with_case("call", case, actor=actor, at=at, seen=seen)
        street = directory().get(case.desk_id) if case is not None else calling_desk(actor, desk_id)
        call = Call(
            case=case,
            desk_id=street.id,
            phase=Phase.CALLED,
            called_by_id=actor.user_id,
            called_at=at,
            title=given["title"],
            text=given["text"],
            is_urgent=given["is_urgent"],
            version=1,
        )
        for column, value in begin("dispatch_due_at", since=at, is_urgent=call.is_urgent).items():
            setattr(call, column, value)
        call.alarm_at = with_alarm(call, {})["alarm_at"]
        with first_come("already_called", _("这一件已经有一次没有销号的呼叫。")):
            call.save(force_insert=True)
        data = {"street": street.id, "case": case.pk if case is not None else None, "urgent": call.is_urgent}
        found(call, Fact(step.event, data, call.text), actor=actor, at=at)
        attach(call, given["files"], step=step.name, at=at)
    return call


def calling_desk(actor: Actor, desk_id: int | None) -> DeskInfo:
    """The street desk from which somebody calls without a case."""
    desks = directory()
    seats = [desk_id] if desk_id is not None else seats_with("case.call", actor)
    streets = [desks.desks[seat] for seat in seats if seat in desks.desks and desks.desks[seat].kind == DeskKind.STREET]
    if not streets:
        raise Denied("case.call")
    if len(streets) > 1:
        raise Refused("which_street", _("请选择由哪个街道呼叫。"), field="desk_id")
    street = streets[0]
    actor.require("case.call", area=street.area_code, desk_id=street.id)
    return street


# --- dispatched -----------------------------------------------------------------------------------------------------


@effect("dispatch")
def dispatch(taking: Taking) -> Move:
    """One department leads, any number assist; each has its own clock from now on."""
    shares = taking.given["shares"]
    check_departments([share["desk_id"] for share in shares], taken=[])
    changes = {
        "dispatched_at": taking.at,
        "dispatched_by_id": taking.actor.user_id,
    }

    def make() -> None:
        for number, share in enumerate(shares):
            ask(taking, **share, is_lead=number == 0)

    return Move(changes, {"to": [share["desk_id"] for share in shares]}, then=(make,))


@effect("add")
def add(taking: Taking) -> Move:
    """One more that assists. If the others had all filed, the lead waits for this one too."""
    given = taking.given
    check_departments([given["desk_id"]], taken=[part.desk_id for part in taking.joint.taking_part], field="desk_id")
    share = {name: given[name] for name in ("desk_id", "task", "is_on_site")}
    return Move(
        {}, {"to": given["desk_id"]}, then=(lambda: clear_summing(taking), lambda: ask(taking, **share, is_lead=False))
    )


# --- ended, or once more --------------------------------------------------------------------------------------------


@effect("strike_off")
def strike_off(taking: Taking) -> Move:
    """Only the street that called. What it did not deny of arrivals is taken as true, and the time to score begins."""
    until = term("call_score", since=taking.at, is_urgent=taking.call.is_urgent).at
    return Move(
        {"ended_at": taking.at, "score_until": until},
        {"case": taking.call.case_id},
        taking.given["note"],
        then=(lambda: confirm_arrivals(taking), lambda: give_back(taking)),
    )


def confirm_arrivals(taking: Taking) -> None:
    for part in taking.joint.taking_part:
        if part.arrived_at is not None and part.arrival_confirmed_at is None:
            fact = Fact("call_part.arrival_confirmed", {"street": taking.call.desk_id, "desk": part.desk_id})
            advance(part, fact, actor=taking.actor, at=taking.at, changes={"arrival_confirmed_at": taking.at})


def give_back(taking: Taking) -> None:
    """The case goes on: it may be finished, sent and suspended again."""
    if taking.call.case_id is None:
        return
    case = Case.objects.select_related("holder").get(pk=taking.call.case_id)
    if case.stage != Stage.HANDLING:
        # Its holder left, and nobody at the street has taken it up since.
        raise Refused("case_not_held", _("事件现在没有人办理，请先签收事件，再来办这一步。"))
    take_with_case("strike_off", case, actor=taking.actor, at=taking.at)


@effect("withdraw")
def withdraw(taking: Taking) -> Move:
    """Before the lead has summed up: departments that were asked are told and stop where they are. Nobody is scored for it, and nobody is
    excused from having been late."""
    return Move(
        {"ended_at": taking.at},
        {"case": taking.call.case_id},
        taking.given["reason"],
        then=(lambda: dismiss(taking), lambda: give_back(taking)),
    )


def dismiss(taking: Taking) -> None:
    for part in taking.joint.taking_part:
        fact = Fact("call_part.dismissed", {"street": taking.call.desk_id, **of(part)}, taking.given["reason"])
        advance(part, fact, actor=taking.actor, at=taking.at, changes=with_alarm(part, {}))


@effect("send_back")
def send_back(taking: Taking) -> Move:
    """Not good enough: the parts it names are open again, with a new time to act, and the lead sums up once more."""
    joint = taking.joint
    wanted = taking.given["returned"]
    known = {part.pk: part for part in joint.taking_part}
    if not set(wanted) <= set(known):
        raise Refused("no_such_part", _("这次呼叫里没有这个部门。"), field="returned")
    returned = [known[pk] for pk in wanted]
    changes = {"round": joint.call.round + 1, "summary": "", "summed_at": None, "strike_due_at": None}
    return Move(
        changes,
        {"returned": [part.desk_id for part in returned], "round": changes["round"]},
        taking.given["reason"],
        then=(lambda: reopen(returned, taking),),
    )


def reopen(parts: Iterable[CallPart], taking: Taking) -> None:
    for part in parts:
        changes: dict[str, Any] = {
            "state": PartState.ACTING,
            "result": "",
            "filed_at": None,
            "filed_by_id": None,
            "rounds": part.rounds + 1,
            "act_since": taking.at,
            **begin("act_due_at", since=taking.at, is_urgent=taking.call.is_urgent),
        }
        fact = Fact("call_part.reopened", {"street": taking.call.desk_id, "desk": part.desk_id})
        advance(part, fact, actor=taking.actor, at=taking.at, changes=with_alarm(part, changes))


@effect("note")
def note(taking: Taking) -> Move:
    return Move({}, {}, taking.given["note"])
