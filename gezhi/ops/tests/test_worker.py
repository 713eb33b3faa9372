"""`gezhi work`: the clock rings once, events are handed on, daily jobs run once a day, and nothing stops it for long."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from gezhi.cases.actions import Draft, report_many, take
from gezhi.cases.models import Case
from gezhi.disputes.models import Dispute
from gezhi.disputes.tests.mediation import registered
from gezhi.kernel import events, receipts
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Event, Receipt
from gezhi.ops.daily import JOBS, DailyJob, Day
from gezhi.ops.worker import Worker
from gezhi.testing import NOON, Town, standing_town

# What a report that nobody touches goes through by the clock alone.
ALONE = [
    "case.reported", "case.warned", "case.overdue", "case.supervised", "case.rung_reached", "case.supervision_raised",
    "case.rung_reached",
]  # fmt: skip
AFTER_ALL_LIMITS = NOON + timedelta(days=60)


def worker_at(at: datetime, *jobs: DailyJob) -> Worker:
    """A worker whose clock stands still."""
    return Worker(now=lambda: at, day=Day(jobs))


def names(case: Case) -> list[str]:
    return [event.name for event in events.timeline(case)]


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_one_round_rings_and_hands_on_events(town: Town) -> None:
    case = town.report()
    worker_at(AFTER_ALL_LIMITS).drain()
    assert names(case) == ALONE
    assert not Event.objects.filter(dispatched_at__isnull=True).exists()


def test_nothing_rings_before_its_time(town: Town) -> None:
    case = town.report()
    worker_at(NOON).drain()
    assert names(case) == ["case.reported"]


def test_a_clock_set_back_and_forth_rings_once(town: Town) -> None:
    case = town.report()
    for at in (
        AFTER_ALL_LIMITS,
        NOON - timedelta(days=3),
        AFTER_ALL_LIMITS,
        NOON,
        AFTER_ALL_LIMITS + timedelta(days=1),
    ):
        worker_at(at).drain()
    assert names(case).count("case.overdue") == 1
    assert names(case).count("case.warned") == 1


def test_the_time_to_rate_ends_by_the_clock(town: Town) -> None:
    case = town.report()
    clerk = town.actor("clerk")
    take("accept", case, actor=clerk, at=NOON, matter_id=town.matter("lamp").id)
    case = Case.objects.get(pk=case.pk)
    worker = town.actor("worker")
    take("claim", case, actor=worker, at=NOON)
    take("finish", case, actor=worker, at=NOON, result="已更换灯泡。")
    take("verify", case, actor=clerk, at=NOON, answer="您好，路灯已修好。")
    worker_at(AFTER_ALL_LIMITS).drain()
    case.refresh_from_db()
    assert case.stage == "closed"
    assert case.closed_at == AFTER_ALL_LIMITS


# --- daily jobs


def test_a_daily_job_runs_once_a_day_whoever_comes_first(town: Town) -> None:
    ran: list[datetime] = []
    job = DailyJob("count", 3, ran.append)
    # 01:00, 04:00 twice, 23:00 and the next day, each seen by two workers; local time is eight hours ahead of UTC.
    midnight = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    first, second = Day((job,)), Day((job,))
    for hour in (1, 4, 4, 23, 25, 28):
        for day in (first, second):
            day.run_due(at=midnight + timedelta(hours=hour))
    assert ran == [midnight + timedelta(hours=4), midnight + timedelta(hours=28)]


def test_a_clock_set_back_runs_no_day_again(town: Town) -> None:
    ran: list[datetime] = []
    job = DailyJob("count", 3, ran.append)
    for at in (NOON, NOON + timedelta(days=1), NOON):
        Day((job,)).run_due(at=at)
    assert len(ran) == 2


def test_a_failing_job_is_tried_again_later_and_stops_no_other(town: Town) -> None:
    ran: list[str] = []

    def fail_once(at: datetime) -> None:
        ran.append("failing")
        if len(ran) == 1:
            raise RuntimeError("not today")

    day = Day((DailyJob("failing", 3, fail_once), DailyJob("other", 3, lambda at: ran.append("other"))))
    day.run_due(at=NOON)
    day.run_due(at=NOON + timedelta(minutes=1))
    assert ran == ["failing", "other"]
    day.run_due(at=NOON + timedelta(minutes=15))
    day.run_due(at=NOON + timedelta(minutes=45))
    assert ran == ["failing", "other", "failing"]


def test_old_receipts_are_forgotten(town: Town) -> None:
    receipts.once("somebody", "old", {}, lambda: (200, {}), at=NOON - timedelta(days=40))
    receipts.once("somebody", "young", {}, lambda: (200, {}), at=NOON - timedelta(days=4))
    worker_at(NOON, *JOBS).drain()
    assert list(Receipt.objects.filter(scope="somebody").values_list("key", flat=True)) == ["young"]


def test_disputes_ring_and_wake_it_too(town: Town) -> None:
    dispute = registered(town)
    worker_at(NOON).drain()
    assert Dispute.objects.get(pk=dispute.pk).warned_at is None
    late = worker_at(dispute.warn_at - timedelta(seconds=1))
    assert late.until_next(timedelta(minutes=5)) == timedelta(seconds=1)
    worker_at(dispute.due_at).drain()
    assert Dispute.objects.get(pk=dispute.pk).overdue_at == dispute.due_at


# --- the loop itself


@pytest.fixture
def running(transactional_db: None) -> Iterator[Callable[..., Worker]]:
    """Start workers in threads of their own; all are stopped at the end."""
    started: list[tuple[Worker, threading.Thread]] = []

    def start(**options: object) -> Worker:
        worker = Worker(day=Day(()), **options)  # type: ignore[arg-type]

        def run() -> None:
            try:
                worker.run()
            finally:
                connections.close_all()

        thread = threading.Thread(target=run)
        thread.start()
        started.append((worker, thread))
        return worker

    yield start
    for worker, _thread in started:
        worker.stop.set()
    for _worker, thread in started:
        thread.join(10)
        assert not thread.is_alive(), "a worker did not stop"


def test_many_workers_ring_once(running: Callable[..., Worker]) -> None:
    town = standing_town()
    cases = [town.report() for _number in range(12)]
    for _number in range(3):
        running(now=lambda: AFTER_ALL_LIMITS)
    assert wait_for(lambda: not Case.objects.filter(alarm_at__isnull=False).exists())
    assert wait_for(lambda: not Event.objects.filter(dispatched_at__isnull=True).exists())
    for case in cases:
        assert names(case) == ALONE


def test_it_wakes_for_the_next_alarm_and_not_after_its_longest_sleep(running: Callable[..., Worker]) -> None:
    town = standing_town()
    case = town.report()
    # The clock of this worker runs so that the warning comes in a second and a half.
    begun = time.monotonic()
    start = case.warn_at - timedelta(seconds=1.5)
    running(now=lambda: start + timedelta(seconds=time.monotonic() - begun), every=timedelta(minutes=10))
    assert wait_for(lambda: Case.objects.filter(warned_at__isnull=False).exists(), 8)
    assert time.monotonic() - begun >= 1.4


def test_a_database_that_goes_away_is_waited_for(running: Callable[..., Worker]) -> None:
    town = standing_town()
    town.report()
    good = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = f"{good}-away/nowhere"
    try:
        running(now=lambda: AFTER_ALL_LIMITS)
        time.sleep(0.5)
        assert not Case.objects.filter(overdue_at__isnull=False).exists()
    finally:
        connection.settings_dict["NAME"] = good
    assert wait_for(lambda: Case.objects.filter(overdue_at__isnull=False).exists())


def database_url() -> str:
    """The database of this test, as another process opens it."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["GEZHI_TEST_POSTGRES_URL"])._replace(path=f"/{name}").geturl()


@pytest.mark.slow
def test_four_processes_ring_a_thousand_alarms_once(transactional_db: None) -> None:
    """Real processes, as an office runs them: every alarm of a thousand cases, down to the last rung, none missed and none twice."""
    town = standing_town()
    drafts = [Draft(text=f"第{number}件", area_code=town.grid) for number in range(1_000)]
    report_many(drafts, actor=Actor.system("import"), at=timezone.now() - timedelta(days=60))
    env = {name: value for name, value in os.environ.items() if not name.startswith(("GEZHI_", "DJANGO_"))}
    env |= {"GEZHI_VAR": str(settings.VAR), "GEZHI_DATABASE_URL": database_url()}
    words = [sys.executable, "-m", "gezhi", "work", "--once"]
    workers = [
        subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _number in range(4)
    ]
    done = []
    for worker in workers:
        output, errors = worker.communicate(timeout=600)
        assert worker.returncode == 0, errors
        done.append(int(output.split()[0]))
    assert sum(number > 0 for number in done) > 1, f"only one of them worked: {done}"
    assert not Case.objects.filter(alarm_at__isnull=False).exists()
    assert not Event.objects.filter(dispatched_at__isnull=True).exists()
    for case in Case.objects.all():
        told = events.timeline(case)
        assert [event.name for event in told] == ALONE
        assert events.faults(told, version=case.version) == []


@pytest.mark.slow
def test_the_command_ends_cleanly_when_it_is_terminated(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "gezhi"]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("GEZHI_", "DJANGO_"))}
    env |= {"GEZHI_VAR": str(tmp_path), "GEZHI_LOG_LEVEL": "DEBUG"}
    subprocess.run([*words, "migrate", "--verbosity", "0"], env=env, check=True)
    worker = subprocess.Popen([*words, "work"], env=env, stderr=subprocess.PIPE, text=True)
    assert worker.stderr is not None
    begun = any("the worker begins" in line for line in iter(worker.stderr.readline, ""))
    worker.send_signal(signal.SIGTERM)
    _output, errors = worker.communicate(timeout=30)
    assert begun, errors
    assert worker.returncode == 0, errors
    assert "Traceback" not in errors
