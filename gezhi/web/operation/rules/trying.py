"""What a new scheme or a new rule of scoring would make of what is recorded: numbers before and after. Nothing is written."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean
from typing import Any

from gezhi.assessment.access import Scope, get_scope
from gezhi.assessment.counting import sums
from gezhi.assessment.measures import MeasureRow, Rate, Sums, total
from gezhi.assessment.models import Verdict
from gezhi.assessment.queries import answers_of, table
from gezhi.calls.assessment import Period
from gezhi.calls.models import CallScore
from gezhi.calls.score_rules import score_rules
from gezhi.calls.scoring import QUESTIONS, Rule
from gezhi.calls.workflow import COUNTING
from gezhi.kernel.calendar import local_day
from gezhi.kernel.months import before, month_of
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.figures import month_words
from gezhi.web.operation.names import desk_name
from gezhi.web.operation.rules.forms import RuleForm, SchemeForm


@dataclass(frozen=True, slots=True)
class Line:
    """One number as it is and as it would be, with the sample that it was made from."""

    name: str
    was: str
    would_be: str
    size: int


@dataclass(frozen=True, slots=True)
class Trial:
    about: str
    lines: list[Line]


def try_scheme(form: RuleForm, request: DeskRequest) -> Trial:
    """The month before, counted by the new scheme. Four statements."""
    assert isinstance(form, SchemeForm), "the kind says so"
    month, scope = before(month_of(request.at)), get_scope(request.actor)
    today = {rate.code: rate for rate in table(scope, month, month).total.rates}
    said = form.cleaned_data
    rates = counted(scope, month, form.measures(), said["voices"], said["fewest"])
    lines = [Line(rate.name, shown(today.get(rate.code)), shown(rate), rate.size) for rate in rates]
    return Trial(month_words(month), lines)


def counted(scope: Scope, month: int, measures: list[MeasureRow], voices: str, fewest: int) -> list[Rate]:
    """As `queries.table` counts: what was excluded is taken out again, what was suspended stands for itself."""
    rows, usual = answers_of(scope, month, month), Sums()
    for sign, some in ((1, rows), (-1, rows.filter(exclusions__verdict=Verdict.GRANTED))):
        found = sums(some, measures, voices=voices, by="month")
        usual.add(total(one for (_key, was_suspended), one in found.items() if not was_suspended), sign=sign)
    return usual.rates(measures, fewest=fewest)


def shown(rate: Rate | None) -> str:
    return f"{rate.percent} {rate.parts}/{rate.size}" if rate is not None else "—"


def try_scores(form: RuleForm, request: DeskRequest) -> Trial:
    """This year's scores of each department, weighed by the rule of their day and by the new one. One statement."""
    facts = {name: value for name, value in form.facts.items() if name != "basis"}
    new, period = Rule(**facts), Period.year_of(request.at)
    begin, end = period.span
    scores = CallScore.objects.filter(standing__in=COUNTING, scored_at__gte=begin, scored_at__lt=end)
    by_desk: dict[int, list[tuple[int, int]]] = {}
    for score in scores.select_related("part"):
        levels = [getattr(score, question) for question in QUESTIONS]
        old = score_rules().on(local_day(score.scored_at)) or new
        by_desk.setdefault(score.part.desk_id, []).append((old.weighted(levels), new.weighted(levels)))
    lines = [
        Line(desk_name(desk), points([one for one, _other in both]), points([other for _one, other in both]), len(both))
        for desk, both in sorted(by_desk.items())
    ]
    return Trial(f"{period.first} – {period.last}", lines)


def points(weighted: list[int]) -> str:
    """Hundredths of a level as points of a hundred."""
    return f"{mean(weighted) / 5:.1f}"


TRIALS: dict[str, Callable[[Any, DeskRequest], Trial]] = {"schemes": try_scheme, "scores": try_scores}
