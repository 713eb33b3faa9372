"""What the privacy inventory promises, kept every night: after their time, rows lose whom and where, and what stays is a count."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import QuerySet

from gezhi.fieldwork.actions.phones import forget_commands
from gezhi.fieldwork.models import Campaign, CampaignAnswer, CampaignPhoto, Look, Suggestion, Visit
from gezhi.fieldwork.privacy import TWO_YEARS, YEAR
from gezhi.fieldwork.questions import QuestionKind
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance
from gezhi.kernel.models import Chained
from gezhi.kernel.transactions import unit

CLOCK = Actor.system("保存期满")
A_BATCH = 500
Row = TypeVar("Row", bound=Chained)


def forget(*, at: datetime) -> dict[str, int]:
    """Daily; the number of rows by table. May be stopped and run again at any point: what is forgotten is not looked at twice."""
    year, two_years = at - timedelta(days=YEAR), at - timedelta(days=TWO_YEARS)
    visits = Visit.objects.filter(forgotten_at__isnull=True, visited_at__lt=year)
    looks = Look.objects.filter(forgotten_at__isnull=True, looked_at__lt=year)
    campaigns = Campaign.objects.filter(forgotten_at__isnull=True, ended_at__lt=year)
    suggestions = Suggestion.objects.filter(forgotten_at__isnull=True, ended_at__lt=two_years)
    no_worker: dict[str, Any] = {"by_id": None, "case_id": None, "done_at": None, "forgotten_at": at}
    return {
        "visits": each(visits, "visit.forgotten", {**no_worker, "address_point_id": None}, at=at),
        "looks": each(looks, "look.forgotten", no_worker, at=at),
        "campaigns": each(campaigns, "campaign.forgotten", {"forgotten_at": at}, at=at, beside=empty_answers),
        "suggestions": each(
            suggestions,
            "suggestion.forgotten",
            {"text": "", "answer": "", "author_id": None, "done_at": None, "forgotten_at": at},
            at=at,
        ),
        "commands": forget_commands(at=at),
    }


def each(
    rows: "QuerySet[Row]",
    event: str,
    changes: dict[str, Any],
    *,
    at: datetime,
    beside: Callable[[Row], object] | None = None,
) -> int:
    """Change all of them, a transaction every few hundred."""
    done = 0
    while True:
        with unit():
            several = list(rows.order_by("pk")[:A_BATCH])
            for row in several:
                if beside is not None:
                    beside(row)
                advance(row, Fact(event), actor=CLOCK, at=at, changes=dict(changes))
        done += len(several)
        if len(several) < A_BATCH:
            return done


def empty_answers(campaign: Campaign) -> None:
    """Short texts, photos, who it was and when by the device; yes and no, choices and numbers stay."""
    texts = {
        form.pk: {row["code"] for row in form.questions if row["kind"] == QuestionKind.TEXT}
        for form in campaign.forms.all()
    }
    CampaignPhoto.objects.filter(answer__target__campaign=campaign).delete()
    answers = CampaignAnswer.objects.filter(target__campaign=campaign)
    answers.update(by=None, case=None, done_at=None)
    changed = []
    for answer in answers.filter(form__in=[pk for pk, codes in texts.items() if codes]).iterator():
        kept = {code: value for code, value in answer.values.items() if code not in texts[answer.form_id]}
        if kept != answer.values:
            answer.values = kept
            changed.append(answer)
    CampaignAnswer.objects.bulk_update(changed, ["values"], batch_size=A_BATCH)
