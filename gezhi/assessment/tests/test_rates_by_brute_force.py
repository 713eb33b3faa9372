"""Whatever the rows, the sums of the database are those of somebody who goes through them one by one."""

from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.assessment.measures import Counted, MeasureRow, Voices
from gezhi.assessment.models import Exclusion, ExclusionReason, Measure, Scheme
from gezhi.assessment.queries import PARTS, By, Which, behind, table
from gezhi.assessment.schemes import REGISTER
from gezhi.assessment.tests.rows import WHOLE, answers
from gezhi.kernel.registers import touch
from gezhi.testing import DISTRICT, EAST, GRID, NOON, WEST, Town

pytestmark = pytest.mark.django_db

level = st.none() | st.integers(1, 5)
rows = st.fixed_dictionaries(
    {
        "place": st.sampled_from((GRID, f"{WEST}001002", f"{WEST}002", WEST, EAST, "")),
        "month": st.sampled_from((202602, 202603)),
        "source": st.sampled_from(("portal", "worker")),
        "was_suspended": st.booleans(),
        "has_point": st.booleans(),
        "has_contact": st.booleans(),
        "accept_minutes": st.none() | st.integers(0, 300),
        "drawn": st.sampled_from(("", "rest", "poor")),
        "is_over": st.booleans(),
        "is_contacted": st.booleans(),
        "is_solved": st.sampled_from((None, True, False)),
        "follow_up_service": level,
        "follow_up_outcome": level,
        "link_service": level,
        "link_outcome": level,
        "reopened": st.booleans(),
        "excluded": st.sampled_from((None, None, None, "granted", "refused", "")),
    }
)
weights = st.fixed_dictionaries({number: st.integers(0, 100) for number in range(1, 6)})


def tidy(row: dict[str, Any]) -> dict[str, Any]:
    """What the constraints demand."""
    if not row["is_contacted"]:
        row = row | {"is_solved": None, "follow_up_service": None, "follow_up_outcome": None}
    return row


def voice(row: dict[str, Any], question: str, voices: str) -> int | None:
    called = row[f"follow_up_{question}"] if row["drawn"] else None
    linked = row[f"link_{question}"]
    if voices == "call":
        return called
    if voices == "link":
        return linked
    return linked if linked is not None else called


def naive(row: dict[str, Any], counted: str, voices: str) -> bool | int | None:
    """Does it count; for a question the level, None where it was not answered."""
    contacted = bool(row["drawn"]) and row["is_contacted"]
    drawn = bool(row["drawn"]) and (row["is_contacted"] or not row["reopened"])
    heard = contacted or row["link_outcome"] is not None
    unsolved = contacted and row["is_solved"] is False
    service, outcome = voice(row, "service", voices), voice(row, "outcome", voices)
    poor = any(
        one is not None and one <= 2
        for one in (row["link_outcome"], row["follow_up_outcome"] if row["drawn"] else None)
    )
    return {
        "answered": True,
        "drawn": drawn,
        "contacted": contacted,
        "ended": drawn and row["is_over"],
        "said": contacted and row["is_solved"] is not None,
        "solved": contacted and row["is_solved"] is True,
        "service": service,
        "outcome": outcome,
        "lower": min((one for one in (service, outcome) if one is not None), default=None),
        "complete": len(row["place"]) == 15 and row["has_point"] and (row["has_contact"] or row["source"] == "worker"),
        "found": row["source"] == "worker",
        "accepted": row["accept_minutes"] is not None,
        "prompt": row["accept_minutes"] is not None and row["accept_minutes"] <= 100,
        "settled": not row["reopened"] and not unsolved,
        "heard": heard,
        "confirmed": heard and not unsolved and not poor,
    }[counted]


def scheme_of_everything(voices: str, given_weights: dict[int, int]) -> list[MeasureRow]:
    """Every count once above everything it can be a part of."""
    params = {"facts": ["grid", "point", "contact"], "minutes": 100, "poor": 2}
    measures = [
        MeasureRow(f"{one}", str(one), "three", one, "answered", {}, params)
        for one in Counted
        if one not in ("service", "outcome", "lower")
    ]
    measures += [
        MeasureRow(one, one, "three", one, one, given_weights, params) for one in ("service", "outcome", "lower")
    ]
    Scheme.objects.all().update(until_month=200002)
    scheme = Scheme.objects.create(name="all", voices=voices, fewest=0, fewest_public=5, from_month=202601, version=1)
    for position, row in enumerate(measures, start=1):
        Measure.objects.create(
            scheme=scheme, position=position, code=row.code, name=row.name, family=row.family,
            numerator=row.numerator, denominator=row.denominator, params=dict(row.params),
            weights={str(key): value for key, value in row.weights.items()},
        )  # fmt: skip
    touch(REGISTER)
    return measures


def exclude(town: Town, made: list[Any], life: list[dict[str, Any]]) -> None:
    reason = ExclusionReason.objects.all()[0]
    for answer, row in zip(made, life, strict=True):
        if row["excluded"] is not None:
            by = {"decided_by": town.user("inspector"), "decided_at": NOON} if row["excluded"] else {}
            Exclusion.objects.create(
                answer=answer, reason=reason, words="理由", asked_by=town.user("clerk"), asked_at=NOON,
                verdict=row["excluded"], version=1, **by,
            )  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(rows.map(tidy), max_size=25), st.sampled_from(list(Voices)), weights, st.sampled_from(list(By)))
def test_the_table_is_what_one_counts_by_hand(
    town: Town, life: list[dict[str, Any]], voices: str, given_weights: dict[int, int], by: str
) -> None:
    with transaction.atomic():
        measures = scheme_of_everything(voices, given_weights)
        plain = [
            {key: value for key, value in row.items() if key not in ("reopened", "excluded")}
            | ({"reopened_at": NOON} if row["reopened"] else {})
            for row in life
        ]
        exclude(town, answers(town, *plain), life)
        shown = table(WHOLE, 202602, 202603, by=by)
        for suspended, lines in ((False, [shown.total]), (True, [shown.suspended])):
            counted = [row for row in life if row["was_suspended"] is suspended and row["excluded"] != "granted"]
            assert lines[0].answers == len(counted)
            assert lines[0].excluded == sum(
                row["excluded"] == "granted" and row["was_suspended"] is suspended for row in life
            )
            for rate, measure in zip(lines[0].rates, measures, strict=True):
                below = [naive(row, measure.denominator, voices) for row in counted]
                if measure.weights:
                    said = [one for one in below if one is not None]
                    expected = sum((Fraction(given_weights[one], 100) for one in said), Fraction(0)), len(said)
                else:
                    above = [naive(row, measure.numerator, voices) for row in counted]
                    expected = Fraction(sum(map(bool, above))), sum(map(bool, below))
                assert (rate.numerator, rate.size) == expected, measure.code
        for rate, measure in zip(shown.total.rates, measures, strict=True):
            parts = {part: len(behind(WHOLE, 202602, 202603, Which(measure.code, part))) for part in PARTS}
            assert (parts["size"], parts["excluded"]) == (rate.size, rate.excluded), measure.code
            assert parts["counted"] + parts["short"] == rate.size, measure.code
            assert measure.weights or parts["counted"] == rate.numerator, measure.code
        for position in range(len(measures)):
            assert sum(line.rates[position].numerator for line in shown.lines) == shown.total.rates[position].numerator
            assert sum(line.rates[position].size for line in shown.lines) == shown.total.rates[position].size
        if by == By.AREA:
            for line in shown.lines:
                assert line.answers == sum(
                    row["place"][:9] == line.key and not row["was_suspended"] and row["excluded"] != "granted"
                    for row in life
                )
        transaction.set_rollback(True)
    assert WHOLE.area == DISTRICT
