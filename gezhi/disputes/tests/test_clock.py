"""The clock of a dispute: it warns, it finds overdue, each once, however many look."""

from datetime import timedelta

import pytest

from gezhi.disputes.actions import sound_alarms
from gezhi.disputes.models import Dispute
from gezhi.disputes.tests.mediation import Mediation, registered
from gezhi.kernel.events import timeline
from gezhi.matters.actions import set_limit
from gezhi.testing import NOON, Town, at_once, standing_town

DAY = timedelta(days=1)


def names(dispute: Dispute) -> list[str]:
    return [event.name for event in timeline(dispute)]


def test_it_warns_before_and_tells_when_it_is_over(mediation: Mediation) -> None:
    assert sound_alarms(at=NOON + 24 * DAY) == 0
    assert sound_alarms(at=NOON + 25 * DAY) == 1
    assert mediation.dispute.warned_at == NOON + 25 * DAY
    assert sound_alarms(at=NOON + 29 * DAY) == 0
    assert sound_alarms(at=NOON + 30 * DAY) == 1
    assert mediation.dispute.overdue_at == NOON + 30 * DAY
    assert sound_alarms(at=NOON + 90 * DAY) == 0
    assert names(mediation.dispute) == ["dispute.opened", "dispute.warned", "dispute.overdue"]


def test_after_long_silence_both_are_told_at_once(mediation: Mediation) -> None:
    assert sound_alarms(at=NOON + 60 * DAY) == 1
    assert names(mediation.dispute) == ["dispute.opened", "dispute.warned", "dispute.overdue"]


def test_the_visit_has_its_own_limit(mediation: Mediation) -> None:
    mediation.agreed()
    agreed_at = mediation.at
    assert sound_alarms(at=agreed_at + 25 * DAY) == 1
    assert sound_alarms(at=agreed_at + 30 * DAY) == 1
    event = timeline(mediation.dispute)[-1]
    assert (event.name, event.data["stage"]) == ("dispute.overdue", "agreed")
    mediation.at = agreed_at + 31 * DAY
    mediation.take("visit", "leader", on=mediation.today, kept="yes")
    assert mediation.dispute.overdue_at is None
    assert mediation.dispute.due_at == mediation.at + 30 * DAY


def test_nothing_rings_for_what_has_ended(mediation: Mediation) -> None:
    mediation.take("withdraw", "leader", reason="和好了")
    assert sound_alarms(at=NOON + 90 * DAY) == 0


def test_the_limit_is_a_row(town: Town) -> None:
    set_limit(
        actor=town.actor("district_clerk"), at=NOON, kind="mediate", amount=10, unit_of_time="calendar_days",
        valid_from=NOON.date(), level="grid",
    )  # fmt: skip
    assert registered(town).due_at == NOON + 10 * DAY
    assert registered(town, "clerk").due_at == NOON + 30 * DAY
    # An old one is judged by the rule of its day.
    assert registered(town, reported_at=NOON - DAY).due_at == NOON + 29 * DAY


def test_settled_late_is_remembered(mediation: Mediation) -> None:
    mediation.met()
    mediation.at = mediation.dispute.due_at
    mediation.take("agree", "leader", agreement="各让一步。")
    assert mediation.dispute.was_late


def test_one_broken_chain_silences_no_other(town: Town) -> None:
    broken, sound = registered(town), registered(town)
    timeline(broken)[0].delete()
    at = NOON + 60 * DAY
    assert sound_alarms(at=at) == 1
    broken.refresh_from_db()
    assert (broken.overdue_at, broken.alarm_at) == (None, at + timedelta(minutes=10))
    sound.refresh_from_db()
    assert sound.overdue_at == at


@pytest.mark.django_db(transaction=True)
def test_of_many_clocks_each_alarm_rings_once() -> None:
    town = standing_town()
    disputes = [registered(town) for _number in range(40)]
    rung = at_once(4, lambda number: sound_alarms(at=NOON + 60 * DAY))
    assert sum(rung) == len(disputes), rung
    for dispute in disputes:
        assert names(dispute) == ["dispute.opened", "dispute.warned", "dispute.overdue"]
