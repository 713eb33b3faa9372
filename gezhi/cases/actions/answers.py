"""What is kept of an answer: the row and its link, the draw for 回访, and what was heard."""

from collections.abc import Mapping
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


def draw_new(answered: Mapping[int, datetime]) -> int:
    """Let the lot decide which of these fresh answers are followed up, by case and instant; the number drawn. A handful of statements for all.

    Only whom one may call: a reporter who left a telephone number and wants to be contacted. What the answer's own step did not look up is
    filled in as well.
    """
    with unit():
        present = Answer.objects.select_related("case").filter(case_id__in=answered, round=F("case__round"))
        answers = {answer.case_id: answer for answer in present}
        reachable = Reporter.objects.filter(case_id__in=answers, may_be_contacted=True).exclude(phone_index="")
        contacts = set(reachable.values_list("case_id", flat=True))
        evidence = Attachment.objects.filter(case_id__in=answers, step__in=("finish", "solve"))
        files = set(evidence.values_list("case_id", flat=True))
        granted = Request.objects.filter(case_id__in=answers, kind="suspension", decision=Decision.GRANTED)
        suspended = set(granted.values_list("case_id", "round"))
        number = 0
        for pk, answer in answers.items():
            answer.has_contact = pk in contacts
            changes = {
                "has_contact": answer.has_contact,
                "has_files": pk in files,
                "was_suspended": (pk, answer.round) in suspended,
            }
            lot = lot_of(answer, answered[pk])
            number += bool(lot)
            if lot or any(changes.values()):
                Answer.objects.filter(pk=answer.pk).update(**changes, **lot)
    return number


def draw_again(rated: Mapping[int, datetime]) -> int:
    """Let the lot decide once more after ratings came in, by case and instant; the number drawn.

    Opened again since, the next answer is drawn anew.
    """
    number = 0
    with unit():
        for answer in Answer.objects.select_related("case").filter(case_id__in=rated, round=F("case__round")):
            if lot := lot_of(answer, rated[answer.case_id]):
                Answer.objects.filter(pk=answer.pk).update(**lot)
                number += 1
    return number


def lot_of(answer: Answer, at: datetime) -> dict[str, Any]:
    """What is to be written of an answer that may be drawn and is."""
    may_be = answer.has_contact and not answer.drawn and answer.case.stage in (Stage.ANSWERED, Stage.CLOSED)
    return drawn(answer, at) if may_be else {}


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
    return {"drawn": group, "follow_up_until": until.at, "attempts_due": rule.attempts}


def hear_rating(case: Case, *, service: int, outcome: int) -> None:
    """What came by the link."""
    Answer.objects.filter(case=case, round=case.round).update(link_service=service, link_outcome=outcome)


def hear_follow_up(
    case: Case, *, is_contacted: bool, solved: bool | None, service: int | None, outcome: int | None
) -> None:
    """What came of an attempt to call. The first time that the reporter was reached counts: nobody is asked until the answer pleases."""
    answer = Answer.objects.filter(case=case, round=case.round)
    answer.update(attempts=F("attempts") + 1)
    if is_contacted:
        answer.filter(is_contacted=False).update(
            is_contacted=True, is_over=True, is_solved=solved, follow_up_service=service, follow_up_outcome=outcome
        )
    else:
        answer.filter(attempts__gte=Greatest(F("attempts_due"), Value(1))).exclude(drawn="").update(is_over=True)


def set_aside(case: Case, round_: int, at: datetime) -> None:
    """The case is opened again: the answer of this round was not the last word, and nobody needs to be asked about it any more."""
    Answer.objects.filter(case=case, round=round_, reopened_at=None).update(reopened_at=at, is_over=True)


__all__ = ["draw_again", "draw_new", "hear_follow_up", "hear_rating", "keep_answer", "set_aside"]
