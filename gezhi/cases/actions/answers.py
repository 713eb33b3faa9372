"""What is kept of an answer: the row and its link, the draw for 回访, and what was heard."""

from datetime import datetime
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Greatest

from gezhi.cases.conditions import POOR
from gezhi.cases.follow_up_rules import drawn_by, follow_up_rules
from gezhi.cases.invitations import new_token
from gezhi.cases.models import Answer, Attachment, Case, Decision, Reporter, Request
from gezhi.cases.sampling import group_of
from gezhi.cases.workflow import Stage
from gezhi.kernel.calendar import local_day, work_calendar
from gezhi.kernel.months import month_of
from gezhi.kernel.transactions import unit
from gezhi.kernel.worktime import Limit

FACTS = (
    "desk_id", "matter_id", "street_code", "community_code", "grid_code", "source", "is_emergency", "is_rehandled",
    "round",
)  # fmt: skip


def keep_answer(case: Case, at: datetime) -> Answer:
    """The row of an answer just given. One statement."""
    accepted_at = case.accepted_at if case.round == 1 else None
    return Answer.objects.create(
        case=case,
        accept_minutes=max(work_calendar().between(case.reported_at, accepted_at), 0) if accepted_at else None,
        token=new_token(),
        answered_at=at,
        month=month_of(at),
        has_point=case.lng is not None,
        **{column: getattr(case, column) for column in FACTS},
    )


def draw(case_id: int, *, at: datetime, is_new: bool) -> bool:
    """Let the lot decide whether the present answer of a case is followed up; was it drawn now?

    Only whom one may call: a reporter who left a telephone number and wants to be contacted. `is_new` fills in what the answer's own step
    did not look up.
    """
    with unit():
        answer = Answer.objects.select_related("case").filter(case_id=case_id).order_by("-round").first()
        if answer is None or answer.round != answer.case.round:
            # Opened again since: the next answer is drawn anew.
            return False
        changes = circumstances(answer) if is_new else {}
        has_contact = changes.get("has_contact", answer.has_contact)
        if has_contact and not answer.drawn and answer.case.stage in (Stage.ANSWERED, Stage.CLOSED):
            changes |= drawn(answer, at)
        if changes:
            Answer.objects.filter(pk=answer.pk).update(**changes)
    return "drawn" in changes


def circumstances(answer: Answer) -> dict[str, Any]:
    reporter = Reporter.objects.filter(case_id=answer.case_id, may_be_contacted=True).exclude(phone_index="")
    return {
        "has_contact": reporter.exists(),
        "has_files": Attachment.objects.filter(case_id=answer.case_id, step__in=("finish", "solve")).exists(),
        "was_suspended": Request.objects.filter(
            case_id=answer.case_id, round=answer.round, kind="suspension", decision=Decision.GRANTED
        ).exists(),
    }


def drawn(answer: Answer, at: datetime) -> dict[str, Any]:
    """The columns of an answer that is drawn, by the rules of its day; none of one that is not."""
    levels = [level for level in (answer.link_service, answer.link_outcome) if level is not None]
    group = group_of(
        is_rehandled=answer.is_rehandled,
        is_poor=bool(levels) and min(levels) <= POOR,
        is_emergency=answer.is_emergency,
    )
    day = local_day(answer.answered_at)
    rule = drawn_by(follow_up_rules(), answer.case_id, answer.round, group=group, on=day)
    if rule is None:
        return {}
    until = Limit(rule.days, "working_days").deadline(work_calendar(), at)
    return {"drawn": group, "call_until": until.at, "attempts_due": rule.attempts}


def hear_rating(case: Case, *, service: int, outcome: int) -> None:
    """What came by the link."""
    Answer.objects.filter(case=case, round=case.round).update(link_service=service, link_outcome=outcome)


def hear_call(case: Case, *, is_contacted: bool, solved: bool | None, service: int | None, outcome: int | None) -> None:
    """What came of an attempt to call. The first time that the reporter was reached counts: nobody is asked until the answer pleases."""
    answer = Answer.objects.filter(case=case, round=case.round)
    answer.update(attempts=F("attempts") + 1)
    if is_contacted:
        answer.filter(is_contacted=False).update(
            is_contacted=True, is_over=True, is_solved=solved, call_service=service, call_outcome=outcome
        )
    else:
        answer.filter(attempts__gte=Greatest(F("attempts_due"), Value(1))).exclude(drawn="").update(is_over=True)


def set_aside(case: Case, round_: int, at: datetime) -> None:
    """The case is opened again: the answer of this round was not the last word, and nobody needs to be asked about it any more."""
    Answer.objects.filter(case=case, round=round_, reopened_at=None).update(reopened_at=at, is_over=True)


__all__ = ["draw", "hear_call", "hear_rating", "keep_answer", "set_aside"]
