"""Watched from above: urge 催办, supervise 督办 and its reply, and emergencies."""

from datetime import datetime
from typing import Any

from gezhi.cases.actions.steps.door import effect
from gezhi.cases.models import Card, Case, Owed, Supervision
from gezhi.cases.timing import deadline, due_on, promise, promised_kind
from gezhi.kernel.access import Actor
from gezhi.kernel.door import Move
from gezhi.kernel.models import Event
from gezhi.kernel.worktime import Deadline
from gezhi.people.queries import DeskInfo, directory, seats_with


@effect("urge")
def urge(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"urged_at": at}, {"desk": case.desk_id, "by": actor.kind}, given["note"])


# --- supervision ----------------------------------------------------------------------------------------------------


@effect("supervise")
def supervise(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """A card and a 督办单 to be answered. A yellow one may turn red; the reply is then owed anew."""
    watching = watching_desk(case, actor)
    reply_by = deadline(
        "reply",
        since=at,
        matter_id=case.matter_id,
        level=directory().get(case.desk_id).kind,
        is_emergency=case.is_emergency,
    ).at

    sheet: dict[str, Any] = {
        "round": case.round,
        "card": given["card"],
        "desk_id": watching.id,
        "of_desk_id": case.desk_id,
        "issued_by_id": actor.user_id,
        "issued_at": at,
        "reason": given["reason"],
        "reply_by": reply_by,
        "reply": "",
        "replied_by_id": None,
        "replied_at": None,
    }
    open_one = Supervision.objects.filter(case=case, lifted_at=None)
    is_watched = bool(case.supervision)

    def keep() -> None:
        if is_watched:
            open_one.update(**sheet)
        else:
            Supervision.objects.create(case=case, **sheet)

    return Move(
        {"supervision": Owed.OPEN, "card": given["card"]},
        {"desk": case.desk_id, "card": given["card"], "watching": watching.id, "reply_by": reply_by.isoformat()},
        given["reason"],
        then=(keep,),
    )


def watching_desk(case: Case, actor: Actor) -> DeskInfo:
    """The desk at which the inspector sits; for the clock the street of the place, and above it the district."""
    desks = directory()
    seats = seats_with("case.supervise", actor)
    if seats:
        return desks.get(seats[0])
    street = desks.upwards(case.street_code) if case.street_code else None
    return street or desks.intake_for(desks.get(case.desk_id).area_code[:6])


@effect("raise")
def raise_supervision(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The district watches now, the card is red, and the reply is owed to it."""
    desks = directory()
    district = desks.intake_for(desks.get(case.desk_id).area_code[:6])
    open_one = Supervision.objects.filter(case=case, lifted_at=None)
    return Move(
        {"supervision": Owed.OPEN, "card": Card.RED},
        {"desk": case.desk_id, "watching": district.id},
        then=(
            lambda: open_one.update(
                desk_id=district.id, of_desk_id=case.desk_id, card=Card.RED, replied_at=None, replied_by=None
            ),
        ),
    )


@effect("reply")
def reply(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    open_one = Supervision.objects.filter(case=case, lifted_at=None)
    return Move(
        {"supervision": Owed.REPLIED},
        {"desk": case.desk_id},
        given["reply"],
        then=(lambda: open_one.update(reply=given["reply"], replied_by_id=actor.user_id, replied_at=at),),
    )


@effect("lift")
def lift(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    open_one = Supervision.objects.filter(case=case, lifted_at=None)
    return Move(
        {"supervision": "", "card": ""},
        {"desk": case.desk_id},
        given["note"],
        then=(lambda: open_one.update(lifted_by_id=actor.user_id, lifted_at=at),),
    )


# --- emergency ------------------------------------------------------------------------------------------------------


@effect("alert")
def alert(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """From now on the short limits hold, counted from now. The event keeps the promise that stood before."""
    timing = counted(case, since=at, is_emergency=True)
    before = {"round": case.round, "was": case.due_at.isoformat(), "was_provisional": case.due_is_provisional}
    return turned(case, timing, given["reason"], before, is_emergency=True)


@effect("stand_down")
def stand_down(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """It was none: the ordinary limits hold, counted from where they began, and never less than what stood before the alarm: more time that
    was granted, and time that stood still, are not lost by a mistake."""
    since = case.accepted_at or case.arrived_at
    timing = counted(case, since=since, is_emergency=False)
    before = promise_before(case)
    if before is not None and before.at > timing["due_at"]:
        timing = due_on(before, since=since, **facts_of(case, is_emergency=False))
    return turned(case, timing, given["reason"], {}, is_emergency=False)


def facts_of(case: Case, *, is_emergency: bool) -> dict[str, Any]:
    level = directory().get(case.desk_id).kind
    return {"matter_id": case.matter_id, "level": level, "is_emergency": is_emergency}


def counted(case: Case, *, since: datetime, is_emergency: bool) -> dict[str, Any]:
    return promise(promised_kind(case), since=since, **facts_of(case, is_emergency=is_emergency))


def promise_before(case: Case) -> Deadline | None:
    """The promise that stood when this round was made an emergency; None where it came in as one. One statement."""
    alerts = Event.objects.filter(subject_kind=Case.subject_kind, subject_id=case.pk, name="case.alerted")
    data = alerts.order_by("-seq").values_list("data", flat=True).first()
    if data is None or data.get("round") != case.round:
        return None
    return Deadline(datetime.fromisoformat(data["was"]), provisional=data["was_provisional"])


def turned(case: Case, timing: dict[str, Any], reason: str, more: dict[str, Any], *, is_emergency: bool) -> Move:
    data = {"desk": case.desk_id, "due": timing["due_at"].isoformat(), **more}
    return Move({"is_emergency": is_emergency, **timing}, data, reason)


@effect("debrief")
def debrief(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"debriefed_at": at}, {"desk": case.desk_id}, given["review"])
