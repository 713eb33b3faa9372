"""The closed words of `measures` as conditions over rows of answers, and sums over them. The only place where a rate becomes SQL."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Case as Choose
from django.db.models import Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from gezhi.assessment.measures import QUESTIONS, Counted, Fact, MeasureRow, Sums, Voices
from gezhi.cases.conditions import POOR
from gezhi.cases.models import Answer, Source

CONTACTED = ~Q(drawn="") & Q(is_contacted=True)
# What was opened again before anybody was reached need not be asked about any more.
DRAWN = ~Q(drawn="") & (Q(is_contacted=True) | Q(reopened_at__isnull=True))
UNSOLVED = CONTACTED & Q(is_solved=False)
HEARD = CONTACTED | Q(link_outcome__isnull=False)
FACTS: dict[Fact, Q] = {
    Fact.MATTER: Q(matter__isnull=False),
    Fact.GRID: ~Q(grid_code=""),
    Fact.POINT: Q(has_point=True),
    # Who found it is the worker: nobody else need be reached.
    Fact.CONTACT: Q(has_contact=True) | Q(source=Source.WORKER),
    Fact.FILES: Q(has_files=True),
}


def complete(params: Mapping[str, Any]) -> Q:
    whole = Q()
    for fact in params["facts"]:
        whole &= FACTS[Fact(fact)]
    return whole


def confirmed(params: Mapping[str, Any]) -> Q:
    poor = params.get("poor", POOR)
    said_poor = Q(link_outcome__lte=poor) | (CONTACTED & Q(follow_up_outcome__lte=poor))
    return HEARD & ~UNSOLVED & ~said_poor


PLAIN: dict[Counted, Q] = {
    Counted.ANSWERED: Q(),
    Counted.DRAWN: DRAWN,
    Counted.CONTACTED: CONTACTED,
    Counted.ENDED: DRAWN & Q(is_over=True),
    Counted.SAID: CONTACTED & Q(is_solved__isnull=False),
    Counted.SOLVED: CONTACTED & Q(is_solved=True),
    Counted.FOUND: Q(source=Source.WORKER),
    Counted.ACCEPTED: Q(accept_minutes__isnull=False),
    Counted.SETTLED: Q(reopened_at__isnull=True) & ~UNSOLVED,
    Counted.HEARD: HEARD,
}
BY_PARAMS: dict[Counted, Callable[[Mapping[str, Any]], Q]] = {
    Counted.COMPLETE: complete,
    Counted.PROMPT: lambda params: Q(accept_minutes__lte=params["minutes"]),
    Counted.CONFIRMED: confirmed,
}


def condition(counted: str, row: MeasureRow) -> Q:
    """The answers that are counted, for all words but the questions."""
    word = Counted(counted)
    return PLAIN[word] if word in PLAIN else BY_PARAMS[word](row.params)


def heard(column: str, voices: str) -> Combinable:
    """The level given to a question, null where none was: `column` is service or outcome."""
    # Who was called without having been drawn does not count: else one would call those who are pleased.
    called = Choose(When(~Q(drawn=""), then=F(f"follow_up_{column}")), default=None, output_field=IntegerField())
    match Voices(voices):
        case Voices.LINK:
            return F(f"link_{column}")
        case Voices.CALL:
            return called
        case Voices.BOTH:
            return Coalesce(F(f"link_{column}"), called)


LEVELS = {
    Counted.SERVICE: F("said_service"),
    Counted.OUTCOME: F("said_outcome"),
    # LEAST treats an unanswered question differently on each database.
    Counted.LOWER: Choose(
        When(said_service__isnull=True, then=F("said_outcome")),
        When(said_outcome__isnull=True, then=F("said_service")),
        When(said_service__lte=F("said_outcome"), then=F("said_service")),
        default=F("said_outcome"),
        output_field=IntegerField(),
    ),
}
IS_SAID = {
    Counted.SERVICE: Q(said_service__isnull=False),
    Counted.OUTCOME: Q(said_outcome__isnull=False),
    Counted.LOWER: Q(said_service__isnull=False) | Q(said_outcome__isnull=False),
}


def size(row: MeasureRow) -> Q:
    """The answers below the line: the sample."""
    word = Counted(row.denominator)
    return IS_SAID[word] if word in QUESTIONS else condition(word, row)


def above(row: MeasureRow) -> Any:
    """What stands above the line, in hundredths of an answer."""
    if row.numerator not in QUESTIONS:
        return Count("pk", filter=met(row)) * 100
    level = f"level_{row.numerator}"
    weighed = [When(**{level: key}, then=Value(weight)) for key, weight in row.weights.items() if weight]
    return Coalesce(Sum(Choose(*weighed, default=Value(0), output_field=IntegerField())), 0)


def with_levels(rows: "QuerySet[Answer]", measures: Iterable[MeasureRow], voices: str) -> "QuerySet[Answer]":
    """The levels that the questions of these measures look at, by the names by which the conditions know them."""
    asked = {Counted(word) for row in measures for word in (row.numerator, row.denominator)} & set(QUESTIONS)
    if not asked:
        return rows
    rows = rows.annotate(said_service=heard("service", voices), said_outcome=heard("outcome", voices))
    return rows.annotate(**{f"level_{question.value}": LEVELS[question] for question in asked})


def met(row: MeasureRow) -> Q:
    """The answers of the sample that stand above the line: of a question those whose level has any weight."""
    if row.numerator not in QUESTIONS:
        return condition(row.numerator, row) & size(row)
    return Q(**{f"level_{row.numerator}__in": [level for level, weight in row.weights.items() if weight]})


def sums(
    rows: "QuerySet[Answer]", measures: Iterable[MeasureRow], *, voices: str, by: str
) -> dict[tuple[Any, bool], Sums]:
    """Counts by the column `by` and by whether the case was suspended 挂账 in that round. One statement."""
    measures = list(measures)
    rows = with_levels(rows, measures, voices)
    wanted: dict[str, Any] = {"answers": Count("pk")}
    for number, row in enumerate(measures):
        wanted |= {f"above_{number}": above(row), f"below_{number}": Count("pk", filter=size(row))}
    found = {}
    for line in rows.order_by().values(by, "was_suspended").annotate(**wanted):
        one = Sums(answers=line["answers"])
        for number, row in enumerate(measures):
            one.above[row.code] = line[f"above_{number}"]
            one.below[row.code] = line[f"below_{number}"]
        found[line[by], line["was_suspended"]] = one
    return found
