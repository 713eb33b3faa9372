"""Out of the loop and back into it: decline, answer, rate, close, follow up, rehandle, reopen, reconsider; and the note that fits everywhere."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.cases.actions.answers import hear_follow_up, hear_rating, keep_answer, set_aside
from gezhi.cases.actions.place import place_today
from gezhi.cases.actions.steps.door import effect
from gezhi.cases.models import Appeal, Case, FollowUp, Rating, Supervision
from gezhi.cases.timing import deadline, promise
from gezhi.kernel.access import Actor
from gezhi.kernel.door import Move
from gezhi.kernel.events import Fact
from gezhi.kernel.refusals import Refused
from gezhi.people.queries import directory


@effect("decline")
def decline(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    changes = declined(case, at, given["answer"]) | {"declined_by_id": actor.user_id}
    return Move(changes, {"desk": case.desk_id}, given["reason"], also=(told(given),))


def declined(case: Case, at: datetime, text: str) -> dict[str, Any]:
    reopen = deadline("reopen", since=at, matter_id=None, level="", is_emergency=case.is_emergency)
    return {"answer": text, "answered_at": at, "closed_at": at, "reopen_until": reopen.at}


def told(given: dict[str, Any]) -> Fact:
    return Fact("case.told", {}, given["answer"])


@effect("answer")
def answer(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    changes, then = answered(case, at, given["answer"])
    return Move(changes, {"desk": case.desk_id}, given["answer"], then=then)


def answered(case: Case, at: datetime, text: str) -> tuple[dict[str, Any], tuple[Callable[[], object], ...]]:
    """The columns of an answered case, and the row of the answer, which invites to rate. What the clock alone supervised is settled by the
    answer; an inspector lifts what an inspector set."""
    rate = deadline("rate", since=at, matter_id=case.matter_id, level="", is_emergency=case.is_emergency)
    changes: dict[str, Any] = {"answer": text, "answered_at": at, "rate_until": rate.at}
    by_clock = Supervision.objects.filter(case=case, lifted_at=None, issued_by=None) if case.supervision else None
    if by_clock is None or not by_clock.exists():
        return changes, (lambda: keep_answer(case, at),)
    settled = {**changes, "supervision": "", "card": ""}
    return settled, (lambda: by_clock.update(lifted_at=at), lambda: keep_answer(case, at))


@effect("rate")
def rate(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    data = {"service": given["service"], "outcome": given["outcome"], "round": case.round}
    return Move(ended(case, at), data, given["note"], then=(lambda: keep_rating(case, given, at),))


def keep_rating(case: Case, given: dict[str, Any], at: datetime) -> None:
    Rating.objects.create(
        case=case,
        round=case.round,
        service=given["service"],
        outcome=given["outcome"],
        text=given["note"],
        rated_at=at,
    )
    hear_rating(case, service=given["service"], outcome=given["outcome"])


@effect("close")
def close(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move(ended(case, at), {"desk": case.desk_id})


def ended(case: Case, at: datetime) -> dict[str, Any]:
    reopen = deadline("reopen", since=at, matter_id=case.matter_id, level="", is_emergency=case.is_emergency)
    return {"closed_at": at, "reopen_until": reopen.at}


@effect("follow_up")
def follow_up(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """回访 leaves the case where it is; one that is not solved is opened again by its own step."""
    reached = given["contacted"]
    said = {name: given[name] for name in ("solved", "service", "outcome")}
    if not reached and any(value is not None for value in said.values()):
        raise Refused("not_reached", _("没有联系上，就不能替诉求人评价。"), field="contacted")
    if reached and given["solved"] is None:
        raise Refused("empty", _("联系上了，请选择问题是否解决。"), field="solved")

    def keep() -> None:
        FollowUp.objects.create(
            case=case,
            round=case.round,
            asked_by_id=actor.user_id,
            asked_at=at,
            is_contacted=reached,
            is_solved=given["solved"],
            service=given["service"],
            outcome=given["outcome"],
            text=given["note"],
        )
        hear_follow_up(case, is_contacted=reached, **said)

    return Move({}, {"contacted": reached, **said, "round": case.round}, given["note"], then=(keep,))


# --- once more ------------------------------------------------------------------------------------------------------


@effect("rehandle")
def rehandle(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """A poor rating opens a round by itself, once: the next poor one is for people to decide."""
    move = new_round(case, "rehandle", at, "", accepted_at=at)
    return replace(move, changes={**move.changes, "is_rehandled": True})


@effect("reopen")
def reopen(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """A new round on the same desk, with a new promise. What was answered before stays in the log."""
    return new_round(case, "handle", at, given["reason"], accepted_at=at)


@effect("reconsider")
def reconsider(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """A new round at intake, with a new limit to accept."""
    return new_round(case, "accept", at, given["reason"], accepted_at=None)


@effect("appeal")
def appeal(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """申诉: a new round on the desk above the one that declined, which looks into it; the district looks into its own, by another person."""
    move = new_round(case, "reconsider", at, given["reason"], accepted_at=None, is_above=True)
    return replace(move, changes={**move.changes, "appeal": Appeal.OPEN, "appealed_at": at})


@effect("dismiss")
def dismiss(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The decline stands, and the reporter is told why by somebody who did not decide it."""
    changes = declined(case, at, given["answer"]) | {"appeal": Appeal.DISMISSED, "declined_by_id": actor.user_id}
    return Move(changes, {"desk": case.desk_id}, given["reason"], also=(told(given),))


def new_round(
    case: Case, limit: str, at: datetime, reason: str, *, accepted_at: datetime | None, is_above: bool = False
) -> Move:
    """Where it lay before, or on the desk above. What was ended did not follow the land, so its place and its desk may be no more: then their
    heirs have it."""
    place = place_today(case.place_code or settings.DISTRICT, lng=case.lng, lat=case.lat)
    desk = directory().still(case.desk_id, place.code)
    if is_above:
        desk = directory().above(desk.id) or desk
    timing = promise(limit, since=at, matter_id=case.matter_id, level=desk.kind, is_emergency=case.is_emergency)
    ended = (
        "finished_at", "finished_by_id", "verified_at", "answered_at", "rate_until", "closed_at", "reopen_until",
        "extended_at", "debriefed_at", "asked_reporter_at",
    )  # fmt: skip
    return Move(
        {
            **timing,
            **place.columns,
            **dict.fromkeys(ended),
            "desk_id": desk.id,
            "round": case.round + 1,
            "accepted_at": accepted_at,
            "arrived_at": at,
            "sent_by_id": None,
            "returns": 0,
            "ruling": "",
            "is_rehandled": False,
            "result": "",
            "answer": "",
        },
        {"desk": desk.id, "round": case.round + 1},
        reason,
        then=(lambda: set_aside(case, case.round - 1, at),),
    )


@effect("note")
def note(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({}, {"files": len(given["files"])}, given["note"])
