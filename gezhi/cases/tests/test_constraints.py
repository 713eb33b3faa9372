"""What the database itself refuses, whoever writes: the promises of the loop that no slip of an action may break."""

import pytest
from django.db import IntegrityError, transaction

from gezhi.cases.models import Case, Rating
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "columns",
    [
        {"stage": "answered", "answered_at": NOON},
        {"stage": "answered", "answer": "好了。"},
        {"stage": "closed", "closed_at": NOON},
        {"stage": "declined", "closed_at": NOON, "answered_at": NOON},
        {"stage": "closed", "answer": "好了。", "answered_at": NOON},
        {"closed_at": NOON},
        {"stage": "handling"},
        {"alarm_at": None},
        {"lng": None},
        {"version": 0},
    ],
    ids=" ".join,
)
def test_a_case_that_breaks_a_promise_is_refused(town: Town, columns: dict[str, object]) -> None:
    case = town.report()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**columns)


def test_nobody_holds_what_is_not_being_handled(town: Town) -> None:
    case = town.report()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(holder=town.user("worker"))


@pytest.mark.parametrize(("service", "outcome"), [(0, 3), (6, 3), (3, 0), (3, 6)])
def test_a_rating_has_five_levels(town: Town, service: int, outcome: int) -> None:
    given = {"case": town.report(), "round": 1, "rated_at": NOON}
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(service=service, outcome=outcome, **given)


def test_a_round_is_rated_once(town: Town) -> None:
    given = {"case": town.report(), "round": 1, "service": 3, "outcome": 3, "rated_at": NOON}
    Rating.objects.create(**given)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(**given)
