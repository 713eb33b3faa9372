"""Subscription messages: written with the event, sent by the worker, once, at a fit hour, and without a word of what a resident said."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from gezhi.cases.models import Case
from gezhi.integrations.identity.actions import end_binding, not_quiet, send_waiting
from gezhi.integrations.identity.models import PlatformMessage
from gezhi.integrations.identity.tests.fake_platform import FakePlatform
from gezhi.integrations.identity.tests.test_coming_in import bound
from gezhi.kernel.events import dispatch
from gezhi.testing import NOON, ZONE, Town, at_once

pytestmark = pytest.mark.django_db
SAID = "楼上漏水，我住302，姓名张三"


def arrives(town: Town, *, at: datetime = NOON, **over: Any) -> Case:
    """A case that waits at the first grid's desk."""
    facts = {"source": "worker", "matter_id": town.matter("lamp").id, "text": SAID, "title": ""} | over
    case = town.report(actor=town.actor("part_timer"), at=at, **facts)
    assert case.stage == "waiting"
    while dispatch(at=at):
        pass
    return case


def test_told_once_and_nothing_of_what_was_said(town: Town, platform: FakePlatform) -> None:
    bound(town, platform)
    case = arrives(town)
    assert send_waiting(at=NOON) == 1
    assert send_waiting(at=NOON + timedelta(days=1)) == 0
    (sent,) = platform.sent
    assert (sent["touser"], sent["template_id"]) == ("o-1", "T1")
    assert sent["page"] == f"pages/index/index?open=case/{case.pk}"
    assert set(sent["data"]) == {"thing1", "thing2", "time3"}
    assert "漏水" not in str(sent)
    assert "302" not in str(sent["data"])
    assert all(len(one["value"]) <= 20 for one in sent["data"].values())
    assert PlatformMessage.objects.get().sent_at == NOON


def test_only_who_sits_there_and_is_bound(town: Town, platform: FakePlatform) -> None:
    bound(town, platform, "neighbour", "o-neighbour")
    bound(town, platform, "worker2", "o-second")
    arrives(town)
    send_waiting(at=NOON)
    assert [one["touser"] for one in platform.sent] == ["o-second"]


def test_nothing_is_written_where_no_template_is_set(town: Town, platform: FakePlatform, settings: Any) -> None:
    settings.WEIXIN_CASE_TEMPLATE = None
    bound(town, platform)
    arrives(town)
    assert not PlatformMessage.objects.exists()


@pytest.mark.parametrize(
    ("hour", "minute", "waits_until"),
    [(12, 0, None), (6, 59, 7), (7, 0, None), (21, 29, None), (21, 30, 7), (23, 0, 7), (0, 30, 7)],
)
def test_quiet_hours(hour: int, minute: int, waits_until: int | None) -> None:
    at = datetime(2026, 3, 2, hour, minute, tzinfo=ZONE)
    fit = not_quiet(at)
    if waits_until is None:
        assert fit == at
    else:
        assert timedelta() < fit - at < timedelta(hours=10)
        assert (fit.astimezone(ZONE).hour, fit.astimezone(ZONE).minute) == (waits_until, 0)


def test_an_emergency_wakes(town: Town, platform: FakePlatform) -> None:
    night = datetime(2026, 3, 2, 23, 0, tzinfo=ZONE)
    bound(town, platform)
    arrives(town, at=night)
    assert send_waiting(at=night) == 0
    arrives(town, at=night, is_emergency=True)
    assert send_waiting(at=night) == 1
    assert send_waiting(at=night + timedelta(hours=9)) == 1


def test_a_silent_platform_is_asked_again_with_pauses_and_given_up(town: Town, platform: FakePlatform) -> None:
    bound(town, platform)
    arrives(town)
    platform.mood = "busy"
    at, tried = NOON, 0
    for _hour in range(24 * 4):
        tried += send_waiting(at=at)
        at += timedelta(minutes=30)
    assert tried == 5
    message = PlatformMessage.objects.get()
    assert (message.next_at, message.sent_at) == (None, None)
    platform.mood = ""
    arrives(town)
    assert send_waiting(at=NOON) == 1
    assert len(platform.sent) == 1


def test_a_stale_token_is_asked_for_anew(town: Town, platform: FakePlatform) -> None:
    bound(town, platform)
    arrives(town)
    send_waiting(at=NOON)
    platform.stale = {"token-1"}
    arrives(town)
    arrives(town)
    send_waiting(at=NOON)
    assert len(platform.sent) == 3
    assert platform.asked.count("/cgi-bin/stable_token") == 2


def test_who_did_not_ask_for_it_is_not_asked_again(town: Town, platform: FakePlatform) -> None:
    binding = bound(town, platform)
    platform.refusing["o-1"] = 43101
    arrives(town)
    assert send_waiting(at=NOON) == 1
    assert send_waiting(at=NOON + timedelta(days=2)) == 0
    assert PlatformMessage.objects.get().error == "43101"
    platform.refusing.clear()
    arrives(town)
    end_binding(binding, actor=town.actor("worker"), at=NOON)
    assert send_waiting(at=NOON + timedelta(days=2)) == 0
    assert platform.sent == []


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_send_each_message_once(town: Town, platform: FakePlatform) -> None:
    bound(town, platform)
    for _number in range(10):
        arrives(town)
    assert sum(at_once(4, lambda _number: send_waiting(at=NOON))) == 10
    assert len(platform.sent) == 10
