"""More time, or none running: extension 延期 and suspension 挂账, asked by the holder and decided above; 待补充, while the reporter is asked."""

from datetime import datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.cases.actions.steps.door import effect
from gezhi.cases.actions.steps.whose import held_by
from gezhi.cases.models import Asked, Case, Decision, Request
from gezhi.cases.timing import after_standstill, due_on, limit
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day, work_calendar
from gezhi.kernel.door import Move
from gezhi.kernel.refusals import Refused
from gezhi.people.queries import directory


def level_of(case: Case) -> str:
    return directory().get(case.desk_id).kind


def facts_of(case: Case) -> dict[str, Any]:
    return {"matter_id": case.matter_id, "level": level_of(case), "is_emergency": case.is_emergency}


def asked(case: Case, actor: Actor, at: datetime, kind: Asked, **said: Any) -> None:
    Request.objects.create(
        case=case, round=case.round, kind=kind, desk_id=case.desk_id, asked_by_id=actor.user_id, asked_at=at, **said
    )


def waiting(case: Case) -> Request:
    return Request.objects.get(case=case, decision="")


def decided(case: Case, actor: Actor, at: datetime, decision: Decision) -> None:
    Request.objects.filter(case=case, decision="").update(decision=decision, decided_by_id=actor.user_id, decided_at=at)


# --- extension ------------------------------------------------------------------------------------------------------


@effect("ask_extension")
def ask_extension(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    most = limit("extend", since=at, **facts_of(case)).amount
    if given["days"] > most:
        raise Refused("too_long", _("最多延长 %(most)s 个工作日。") % {"most": most}, field="days")
    return Move(
        {"asked": Asked.EXTENSION},
        {"desk": case.desk_id, "days": given["days"]},
        given["reason"],
        then=(lambda: asked(case, actor, at, Asked.EXTENSION, reason=given["reason"], days=given["days"]),),
    )


@effect("grant_extension")
def grant_extension(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """So many working days on top of the promise that stands, however late it is granted: it was asked in time."""
    request = waiting(case)
    assert request.days is not None, "a constraint sees to it"
    due = work_calendar().add_days(case.due_at, request.days)
    return Move(
        {
            "asked": "",
            "extended_at": at,
            **due_on(due, since=at, **facts_of(case)),
            **held_by(case.holder_id, case, at),
        },
        {"desk": case.desk_id, "days": request.days, "was": case.due_at.isoformat(), "due": due.at.isoformat()},
        given["note"],
        then=(lambda: decided(case, actor, at, Decision.GRANTED),),
    )


@effect("refuse_extension")
@effect("refuse_suspension")
def refuse(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    then = (lambda: decided(case, actor, at, Decision.REFUSED),)
    return Move({"asked": ""}, {"desk": case.desk_id}, given["reason"], then=then)


# --- suspension -----------------------------------------------------------------------------------------------------


@effect("ask_suspension")
def ask_suspension(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    review_on, since_on = given["review_on"], given["since_on"]
    longest = limit("suspend", since=at, **facts_of(case)).deadline(work_calendar(), at).at
    if not local_day(at) < review_on <= local_day(longest):
        words = _("复核日期要在明天到 %(day)s 之间。") % {"day": local_day(longest).isoformat()}
        raise Refused("no_such_day", words, field="review_on")
    if since_on is not None and since_on > local_day(at):
        raise Refused("no_such_day", _("问题出现的日期不能在今天以后。"), field="since_on")
    said = {"reason": given["reason"], "review_on": review_on, "since_on": since_on}
    return Move(
        {"asked": Asked.SUSPENSION, **met(given)},
        {"desk": case.desk_id, "review_on": review_on.isoformat()},
        given["reason"],
        then=(lambda: asked(case, actor, at, Asked.SUSPENSION, **said),),
    )


def met(given: dict[str, Any]) -> dict[str, Any]:
    """The meeting that talked it over; the last one named stays."""
    return {"meeting": given["meeting"]} if given["meeting"] else {}


@effect("suspend")
def suspend(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The clock stands still until the day of review, at whose first working moment the case runs on by itself."""
    request = waiting(case)
    assert request.review_on is not None, "a constraint sees to it"
    calendar = work_calendar()
    review_at = calendar.next_opening(datetime.combine(request.review_on, time.min, calendar.zone))
    if review_at <= at:
        raise Refused("no_such_day", _("申请的复核日期已经过了，请退回重新申请。"))
    return Move(
        {
            "asked": "",
            "suspended_at": at,
            "review_at": review_at,
            "hold_until": None,
            "is_long_standing": True,
            **met(given),
        },
        {"desk": case.desk_id, "review": review_at.isoformat()},
        given["note"],
        then=(lambda: decided(case, actor, at, Decision.GRANTED),),
    )


@effect("resume")
def resume(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    assert case.suspended_at is not None, "the condition suspended looked before"
    open_one = Request.objects.filter(case=case, kind=Asked.SUSPENSION, decision=Decision.GRANTED, resumed_at=None)
    return Move(
        {
            **after_standstill(case, level_of(case), at),
            **held_by(case.holder_id, case, at),
            "suspended_at": None,
            "review_at": None,
        },
        {"desk": case.desk_id, "since": case.suspended_at.isoformat()},
        given["note"],
        then=(lambda: open_one.update(resumed_at=at),),
    )


# --- the reporter is asked ------------------------------------------------------------------------------------------


@effect("ask_reporter")
def ask_reporter(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The clock stands still until the reporter has said more, and no longer than the limit: then the case runs on with what there is."""
    calendar = work_calendar()
    longest = limit("supplement", since=at, **facts_of(case)).deadline(calendar, at).at
    until = longest
    if given["review_on"] is not None:
        if not local_day(at) < given["review_on"] <= local_day(longest):
            words = _("复核日期要在明天到 %(day)s 之间。") % {"day": local_day(longest).isoformat()}
            raise Refused("no_such_day", words, field="review_on")
        until = calendar.next_opening(datetime.combine(given["review_on"], time.min, calendar.zone))
    changes = {
        "suspended_at": at, "review_at": until, "awaits_reporter": True, "asked_reporter_at": at, "hold_until": None,
    }  # fmt: skip
    return Move(changes, {"desk": case.desk_id, "review": until.isoformat()}, given["question"])


@effect("supplement")
def supplement(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The reporter has said more: it runs on at once, with what was left."""
    return Move(running_on(case, at), {"desk": case.desk_id, "files": len(given["files"])}, given["text"])


@effect("carry_on")
def carry_on(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Nothing came, or it is not needed any more."""
    return Move(running_on(case, at), {"desk": case.desk_id}, given["note"])


def running_on(case: Case, at: datetime) -> dict[str, Any]:
    held = held_by(case.holder_id, case, at) if case.holder_id is not None else {}
    still = {"suspended_at": None, "review_at": None, "awaits_reporter": False}
    return {**after_standstill(case, level_of(case), at), **held, **still}
