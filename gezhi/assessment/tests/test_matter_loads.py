"""Real cases beside authority, funds and forms: what is out of balance, and what the forms cost."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.assessment.matter_loads import balances, burdens, total_minutes
from gezhi.cases.actions import take as take_case
from gezhi.matters.actions import NewDemand, record_received, set_balance_rule, take_effect
from gezhi.matters.balance import Account, Measure, Mismatch, mismatches, share_gone
from gezhi.matters.models import FundEntry, Matter
from gezhi.matters.tests.story import DAY, FIRST, approved
from gezhi.testing import NOON, SYSTEM, Town

YEAR = NOON.year
MEASURE = Measure(20, 2_000, 80)
accounts = st.builds(
    Account,
    st.booleans(),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.integers(0, 10**5),
    st.sampled_from([0, 0.25, 0.5, 1]),
)


@pytest.mark.parametrize(
    ("account", "wrong"),
    [
        (Account(True, 100_000, 100_000, 30), ()),
        (Account(False, 100_000, 100_000, 30), (Mismatch.UNSTATED,)),
        (Account(False, 0, 0, 0), ()),
        (Account(True, 0, 0, 20), (Mismatch.UNFUNDED,)),
        (Account(True, 0, 0, 19), ()),
        (Account(True, 100_000, 79_999, 1), (Mismatch.UNPAID,)),
        (Account(True, 100_000, 80_000, 1), ()),
        (Account(True, 100_000, 39_999, 1, 0.5), (Mismatch.UNPAID,)),
        (Account(True, 100_000, 0, 1, 0.0), ()),
        (Account(True, 100_000, 90_000, 46), (Mismatch.THIN,)),
        (Account(True, 100_000, 100_000, 0), (Mismatch.IDLE,)),
        (Account(False, 0, 0, 500), (Mismatch.UNSTATED, Mismatch.UNFUNDED)),
    ],
)
def test_what_is_out_of_balance(account: Account, wrong: tuple[Mismatch, ...]) -> None:
    assert mismatches(account, MEASURE) == wrong


@given(accounts)
def test_more_money_mends_and_never_spoils_what_has_cases(account: Account) -> None:
    more = Account(account.has_authority, account.promised, account.received + 10**6, account.cases, account.gone)
    worse = set(mismatches(more, MEASURE)) - set(mismatches(account, MEASURE))
    assert worse <= ({Mismatch.IDLE} if account.cases == 0 else set())


@given(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_the_share_gone_is_a_share_and_grows(begins: date, today: date) -> None:
    share = share_gone(begins, None, today, 2026)
    assert 0 <= share <= 1
    assert share <= share_gone(begins, None, today + timedelta(days=1), 2026)
    assert share_gone(begins, None, date(2026, 12, 31), 2026) == (1.0 if begins.year <= 2026 else 0.0)


def line(town: Town, matter_id: int, at: object = NOON, **over: object):  # type: ignore[no-untyped-def]
    (found,) = [row for row in balances(YEAR, at, **over) if row.matter.id == matter_id]  # type: ignore[arg-type]
    return found


@pytest.mark.django_db
def test_the_report_counts_real_cases_and_the_ledger(town: Town) -> None:
    admitted = Matter.objects.get(pk=approved(town).matter_id)
    for _number in range(3):
        town.report(actor=town.actor("worker"), source="worker", matter_id=town.matter("lamp").id)
    town.report(grid=town.other_grid)
    lamp = line(town, town.matter("lamp").id)
    assert (lamp.account.cases, lamp.account.promised, lamp.mismatches) == (3, 0, (Mismatch.UNSTATED,))
    assert line(town, admitted.pk).mismatches == ()
    at = NOON + timedelta(days=60)
    owing = line(town, admitted.pk, at)
    assert owing.mismatches == (Mismatch.UNPAID,)
    promised = FundEntry.objects.get(kind="promised").amount_fen
    record_received(
        actor=town.actor("street_clerk"),
        at=at,
        matter=admitted,
        street=town.street,
        year=YEAR,
        amount_fen=promised,
        document="凭据",
    )
    assert line(town, admitted.pk, at).mismatches == (Mismatch.IDLE,)
    assert {row.matter.id for row in balances(YEAR, at, only_mismatched=True)} == {town.matter("lamp").id, admitted.pk}


@pytest.mark.django_db
def test_a_street_has_its_own_balance(town: Town) -> None:
    admitted = Matter.objects.get(pk=approved(town).matter_id)
    town.report(actor=town.actor("worker"), source="worker", matter_id=town.matter("lamp").id)
    assert line(town, town.matter("lamp").id, street=town.street).account.cases == 1
    assert line(town, town.matter("lamp").id, street=town.other_street).account.cases == 0
    assert admitted.pk not in {row.matter.id for row in balances(YEAR, NOON, street=town.other_street)}


@pytest.mark.django_db
def test_the_rule_of_the_day_judges(town: Town) -> None:
    for _number in range(2):
        town.report(actor=town.actor("worker"), source="worker", matter_id=town.matter("lamp").id)
    set_balance_rule(
        actor=SYSTEM, at=NOON, valid_from=DAY + timedelta(days=1), fewest_cases=2, least_fen_a_case=1, least_received=80
    )
    lamp = town.matter("lamp").id
    assert line(town, lamp).mismatches == (Mismatch.UNSTATED,)
    assert line(town, lamp, NOON + timedelta(days=1)).mismatches == (Mismatch.UNSTATED, Mismatch.UNFUNDED)


@pytest.mark.django_db
def test_forms_cost_what_was_declared_until_cases_are_there(town: Town) -> None:
    forms = (NewDemand("登记表", "case", 10, 1, ("就业意愿",)), NewDemand("月报", "month", 30, 1, ("见习岗位",)))
    application = approved(town, demands=forms, expected_a_week=3)
    assert burdens(NOON) == [], "it has not come yet"
    begun = NOON + timedelta(days=10)
    take_effect(at=begun)
    young = {row.form.name: row for row in burdens(begun)}
    assert young["登记表"].minutes == young["登记表"].declared == 30
    assert young["登记表"].counted is None
    for day in range(14):
        at = begun + timedelta(days=day)
        for _number in range(2):
            case = town.report(at=at)
            take_case("accept", case, actor=town.actor("clerk", at=at), at=at, matter_id=application.matter_id)
    later = {row.form.name: row for row in burdens(begun + timedelta(days=14))}
    assert later["登记表"].counted == pytest.approx(140)
    assert later["登记表"].is_far
    assert (later["月报"].counted, later["月报"].is_far) == (None, False)
    assert total_minutes(later.values()) == pytest.approx(140 + later["月报"].declared)
    assert [row.form.name for row in burdens(begun + timedelta(days=14))] == ["登记表", "月报"]
    assert burdens(begun + timedelta(days=14), street=town.other_street) == []
    assert begun.date() == FIRST
