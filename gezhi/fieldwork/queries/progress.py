"""How far a campaign is: "16 of 20", by area, down to the single target; and what its form found."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q

from gezhi.fieldwork.models import Campaign, CampaignAnswer, CampaignForm, CampaignTarget, lying_in
from gezhi.fieldwork.models.address_point import COLUMNS
from gezhi.fieldwork.questions import Question, QuestionKind, question_of
from gezhi.kernel.access import Actor
from gezhi.territory.queries import area_name


@dataclass(frozen=True, slots=True)
class AreaProgress:
    """`done` of `total`, and how many of the answers found something."""

    code: str
    name: str
    total: int
    done: int
    found: int

    @property
    def left(self) -> int:
        return self.total - self.done


@dataclass(frozen=True)
class Progress:
    """Of an area that the actor may see, and of its parts."""

    area: str
    whole: AreaProgress
    lines: list[AreaProgress]


def scope_of(campaign: Campaign, actor: Actor) -> tuple[str, ...]:
    """The areas of the campaign that the actor may look into: those of their own that lie in it, or all of it."""
    home = campaign.place_code or settings.DISTRICT
    held = actor.areas("campaign.see")
    if any(home.startswith(code) for code in held):
        return (home,)
    return tuple(code for code in held if code.startswith(home))


def progress_of(campaign: Campaign, actor: Actor, *, area: str = "") -> Progress:
    """Where `area` is not the actor's, the first of those that are. One statement."""
    scope = scope_of(campaign, actor)
    inside = area if area and any(area.startswith(code) for code in scope) else scope[0] if scope else ""
    several = scope if not area and len(scope) > 1 else (inside,)
    size = min(len(inside) + 3, 15) if len(several) == 1 else max(len(code) for code in several)
    column = COLUMNS[size]
    rows = (
        CampaignTarget.objects.filter(lying_in(*several) if inside else Q(pk__in=[]), campaign=campaign)
        .order_by()
        .values_list(column)
        .annotate(
            total=Count("pk"),
            done=Count("pk", filter=Q(done_at__isnull=False)),
            found=Count("pk", filter=Q(answer__has_finding=True)),
        )
    )
    lines = [AreaProgress(code, name_of(code), total, done, found) for code, total, done, found in sorted(rows)]
    sums = (sum(getattr(line, what) for line in lines) for what in ("total", "done", "found"))
    return Progress(inside, AreaProgress(inside, name_of(inside), *sums), lines)


def name_of(code: str) -> str:
    known = area_name(code)
    return known.short_name if known is not None else code


def targets_of(campaign: Campaign, actor: Actor, *, area: str = "") -> list[CampaignTarget]:
    """The single targets in an area, what is left first; with their answers. One statement."""
    scope = scope_of(campaign, actor)
    inside = (area,) if area and any(area.startswith(code) for code in scope) else scope
    rows = CampaignTarget.objects.filter(lying_in(*inside), campaign=campaign)
    return list(
        rows.select_related("address_point", "answer__by", "answer__case", "answer__form").order_by(
            F("done_at").asc(nulls_first=True),
            "grid_code",
            "address_point__building",
            "address_point__unit",
            "address_point__door",
            "pk",
        )
    )


@dataclass(frozen=True)
class QuestionSummary:
    """What was answered to one question: of how many answers, and how often which. Of texts only how many there are."""

    question: Question
    answers: int
    counts: tuple[tuple[str, int], ...] = ()
    total: float | None = None


def summaries_of(campaign: Campaign, actor: Actor, *, area: str = "") -> list[QuestionSummary]:
    """Every question of the form in use, over the answers that the actor may see. Two statements."""
    form = CampaignForm.objects.filter(campaign=campaign, number=campaign.form_number).first()
    if form is None:
        return []
    scope = scope_of(campaign, actor)
    inside = (area,) if area and any(area.startswith(code) for code in scope) else scope
    answers = CampaignAnswer.objects.filter(lying_in(*inside, prefix="target__"), target__campaign=campaign)
    values = list(answers.order_by().values_list("values", flat=True))
    return [summary(question_of(row), values) for row in form.questions if row["kind"] != QuestionKind.PHOTO]


def summary(question: Question, values: Sequence[dict[str, Any]]) -> QuestionSummary:
    given = [one[question.code] for one in values if question.code in one]
    if question.kind == QuestionKind.NUMBER:
        numbers = [value for value in given if isinstance(value, int | float) and not isinstance(value, bool)]
        return QuestionSummary(question, len(given), total=sum(numbers))
    if question.kind == QuestionKind.TEXT:
        return QuestionSummary(question, len(given))
    return QuestionSummary(question, len(given), tuple(counts_of(question, given)))


def counts_of(question: Question, given: Iterable[Any]) -> Iterable[tuple[str, int]]:
    """In the order of the choices; what an older version offered comes after them. Yes and no are "yes" and "no"."""
    said = ("yes" if value is True else "no" if value is False else str(value) for value in given)
    counted = Counter(said)
    order = ("yes", "no") if question.kind == QuestionKind.YES_NO else question.choices
    for word in (*order, *sorted(counted.keys() - set(order))):
        yield word, counted[word]
