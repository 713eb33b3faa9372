"""Answers as rows, made quickly: the rounds of one case, each as if it were an answer of its own."""

from typing import Any

from gezhi.assessment.access import Scope
from gezhi.assessment.measures import Rate
from gezhi.assessment.queries import Table, table
from gezhi.cases.models import Answer
from gezhi.testing import DISTRICT, GRID, NOON, Town

WHOLE = Scope(DISTRICT)


def answers(town: Town, *rows: dict[str, Any]) -> list[Answer]:
    """One row each; what is not said is an ordinary answer of March in the first grid that nobody was asked about."""
    case = town.report()
    made = []
    for number, given in enumerate(rows, start=1):
        facts = {"place": GRID, "source": "portal"} | given
        place = facts.pop("place")
        if facts.get("drawn"):
            facts.setdefault("follow_up_until", NOON)
        made.append(
            Answer(
                case=case,
                round=number,
                token=f"token {case.pk} {number}",
                answered_at=NOON,
                month=facts.pop("month", 202603),
                desk_id=facts.pop("desk", case.desk_id),
                street_code=place[:9] if len(place) >= 9 else "",
                community_code=place[:12] if len(place) >= 12 else "",
                grid_code=place if len(place) == 15 else "",
                **facts,
            )
        )
    return Answer.objects.bulk_create(made)


def called(**heard: Any) -> dict[str, Any]:
    """Drawn and reached."""
    return {"drawn": "rest", "attempts": 1, "is_over": True, "is_contacted": True, "is_solved": True} | heard


def rate(shown: Table, code: str, key: Any = None) -> Rate:
    """One rate of a table, of the total or of a line."""
    line = shown.total if key is None else shown.by_key[key]
    return next(rate for rate in line.rates if rate.code == code)


def march(scope: Scope = WHOLE, **over: Any) -> Table:
    return table(scope, 202603, 202603, **over)
