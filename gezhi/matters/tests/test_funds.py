"""The fund ledger: promised with the admission, received with a voucher, put right by a second line; to the fen."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from gezhi.kernel.access import Denied
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.matters.actions import correct_entry, promise_year, record_received
from gezhi.matters.actions.funds import get_entry, share_of_year
from gezhi.matters.models import FundEntry, Matter
from gezhi.matters.tests.story import FIRST, approved, exit_drafted
from gezhi.testing import NOON, SYSTEM, Town

YEAR = NOON.year


@pytest.fixture
def matter(town: Town) -> Matter:
    return Matter.objects.get(pk=approved(town).matter_id)


def receive(town: Town, matter: Matter, fen: int = 50_000, *, who: str = "street_clerk", **over: object) -> FundEntry:
    facts = {"street": town.street, "year": YEAR, "document": "济财〔2026〕1号"} | over
    return record_received(actor=town.actor(who), at=NOON, matter=matter, amount_fen=fen, **facts)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_the_first_year_is_owed_by_days_and_the_next_in_full(town: Town, matter: Matter) -> None:
    entry = FundEntry.objects.get(kind="promised")
    left = (date(YEAR, 12, 31) - FIRST).days + 1
    assert entry.amount_fen == share_of_year(1_200_000, FIRST, YEAR) == (1_200_000 * left + 182) // 365
    assert (entry.street.code, entry.year) == (town.street, YEAR)
    assert promise_year(YEAR, actor=SYSTEM, at=NOON) == 0
    assert promise_year(YEAR + 1, actor=SYSTEM, at=NOON) == 1
    assert promise_year(YEAR + 1, actor=SYSTEM, at=NOON) == 0
    assert FundEntry.objects.get(year=YEAR + 1).amount_fen == 1_200_000
    with pytest.raises(Denied):
        promise_year(YEAR + 2, actor=town.actor("handler"), at=NOON)


@given(st.integers(1, 10**11), st.dates(date(2024, 1, 1), date(2028, 12, 31)))
def test_a_share_is_never_more_than_the_year_and_grows_with_the_days(fen: int, first: date) -> None:
    share = share_of_year(fen, first, first.year)
    assert 0 <= share <= fen
    assert share_of_year(fen, date(first.year, 1, 1), first.year) == fen
    if first.day > 1:
        assert share <= share_of_year(fen, first - timedelta(days=1), first.year)
    assert share_of_year(fen, first, first.year + 1) == fen
    assert share_of_year(fen, first, first.year - 1) == 0


@pytest.mark.django_db
def test_received_and_put_right(town: Town, matter: Matter) -> None:
    wrong = receive(town, matter, 50_001)
    receive(town, matter, 40_000)
    correct_entry(wrong, actor=town.actor("street_clerk"), at=NOON, reason="多记了一分")
    received = FundEntry.objects.filter(kind="received")
    assert received.aggregate(sum=Sum("amount_fen"))["sum"] == 40_000
    assert received.count() == 3
    with pytest.raises(Refused) as refused:
        correct_entry(received.get(amount_fen__lt=0), actor=town.actor("street_clerk"), at=NOON, reason="再冲")
    assert refused.value.code == "not_correctable"
    with pytest.raises(Conflict):
        correct_entry(wrong, actor=town.actor("street_clerk"), at=NOON, reason="又冲一次")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"fen": 0}, "no_amount"),
        ({"fen": 10**12}, "no_amount"),
        ({"year": YEAR + 1}, "no_such_year"),
        ({"year": YEAR - 1}, "no_such_year"),
        ({"document": ""}, "empty"),
    ],
)
def test_what_is_no_receipt(town: Town, matter: Matter, over: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        receive(town, matter, **over)  # type: ignore[arg-type]
    assert refused.value.code == code


@pytest.mark.django_db
def test_only_the_street_itself_or_the_district(town: Town, matter: Matter) -> None:
    for who in ("stranger", "handler", "clerk", "leader", "inspector"):
        with pytest.raises(Denied):
            receive(town, matter, who=who)
    entry = receive(town, matter, who="district_clerk")
    with pytest.raises(Missing):
        get_entry(town.actor("stranger"), entry.pk)
    with pytest.raises(Denied):
        correct_entry(entry, actor=town.actor("stranger"), at=NOON, reason="想改")
    with pytest.raises(Refused) as refused:
        receive(town, matter, who="stranger", street=town.other_street)
    assert refused.value.code == "nothing_promised"


@pytest.mark.django_db
def test_a_line_is_money_and_a_correction_names_its_line(town: Town, matter: Matter) -> None:
    entry = receive(town, matter)
    for wrong in (0, -5):
        with pytest.raises(IntegrityError), transaction.atomic():
            FundEntry.objects.filter(pk=entry.pk).update(amount_fen=wrong)


@pytest.mark.django_db
def test_a_matter_that_has_left_is_owed_nothing_for_the_years_after(town: Town, matter: Matter) -> None:
    exit_drafted(town, matter.code)
    Matter.objects.filter(pk=matter.pk).update(valid_until=date(YEAR, 12, 1))
    assert promise_year(YEAR + 1, actor=SYSTEM, at=NOON) == 0
