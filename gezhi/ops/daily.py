"""Work that is done once a day, by whichever worker comes first. No table of its own: a receipt says that today's is done."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from gezhi.cases.actions import vacate
from gezhi.cobuild.actions import forget_complaints, forget_volunteers
from gezhi.fieldwork.actions import forget, remind_due
from gezhi.integrations.identity import actions as identities
from gezhi.kernel import receipts, uploads
from gezhi.kernel.access import Actor
from gezhi.matters.actions import take_effect
from gezhi.party.actions import expire, mark_vacancies, remind
from gezhi.people.actions import forget_recommendations
from gezhi.territory.actions import effect_due_plans
from gezhi.workforce.actions import forget_candidates, remind_tenures

logger = logging.getLogger(__name__)
SCOPE = "daily"
PAUSE_AFTER_FAILURE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class DailyJob:
    """`run(at)` from `hour` o'clock on (local time). It must be able to run again: a day may be run twice where receipts were lost."""

    name: str
    hour: int
    run: Callable[[datetime], Any]


def forget_receipts(at: datetime) -> None:
    receipts.forget(at=at)


def forget_uploads(at: datetime) -> None:
    uploads.forget(at=at)


def clear_sessions(at: datetime) -> None:
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def vacate_cases(at: datetime) -> None:
    vacate(at=at)


def effect_plans(at: datetime) -> None:
    """Right after midnight, so that the day begins on the new land."""
    effect_due_plans(at=at)


def remind_of_tenures(at: datetime) -> None:
    """In the morning, so that the street reads it on the day."""
    remind_tenures(at=at)


def forget_recommended(at: datetime) -> None:
    forget_recommendations(at=at)


def forget_selections(at: datetime) -> None:
    forget_candidates(at=at)


def watch_vacancies(at: datetime) -> None:
    mark_vacancies(actor=Actor.system("党务"), at=at)


def remind_branches(at: datetime) -> None:
    remind(actor=Actor.system("党务"), at=at)


def forget_lists(at: datetime) -> None:
    """What the two guarded lists kept long enough is deleted before anybody comes to work."""
    expire(actor=Actor.system("到期删除"), at=at)


def effect_matters(at: datetime) -> None:
    """Admissions and exits whose day has come, before the first report of the day."""
    take_effect(at=at)


def remind_of_campaigns(at: datetime) -> None:
    """In the morning, when people plan their day."""
    remind_due(at=at)


def forget_fieldwork(at: datetime) -> None:
    forget(at=at)


def forget_identities(at: datetime) -> None:
    """Tickets, messages and bindings that are over."""
    identities.forget(at=at)


def forget_words_about_us(at: datetime) -> None:
    forget_complaints(at=at)


def forget_volunteers_of_long_ago(at: datetime) -> None:
    forget_volunteers(at=at)


JOBS = (
    DailyJob("plans", 0, effect_plans),
    DailyJob("matters", 0, effect_matters),
    DailyJob("vacate", 0, vacate_cases),
    DailyJob("party_lists", 1, forget_lists),
    DailyJob("party_vacancies", 7, watch_vacancies),
    DailyJob("party_reminders", 7, remind_branches),
    DailyJob("receipts", 3, forget_receipts),
    DailyJob("uploads", 3, forget_uploads),
    DailyJob("sessions", 3, clear_sessions),
    DailyJob("recommendations", 3, forget_recommended),
    DailyJob("selections", 3, forget_selections),
    DailyJob("tenures", 7, remind_of_tenures),
    DailyJob("fieldwork", 3, forget_fieldwork),
    DailyJob("identity", 3, forget_identities),
    DailyJob("complaints", 3, forget_words_about_us),
    DailyJob("volunteers", 3, forget_volunteers_of_long_ago),
    DailyJob("campaigns", 8, remind_of_campaigns),
)


@dataclass
class Day:
    """What one worker remembers of the daily jobs, so that it asks the database once a day and not in every round."""

    jobs: tuple[DailyJob, ...] = JOBS
    settled: set[str] = field(default_factory=set)
    not_before: dict[str, datetime] = field(default_factory=dict)

    def run_due(self, *, at: datetime) -> int:
        """Run what is due and not yet done today by anybody; the number run here. A job that fails is tried again later."""
        local = timezone.localtime(at, timezone.get_default_timezone())
        ran = 0
        for job in self.jobs:
            key = f"{job.name}:{local:%Y-%m-%d}"
            if local.hour < job.hour or key in self.settled or at < self.not_before.get(key, at):
                continue
            try:
                ran += run_once(job, key, at=at)
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                logger.exception("daily job %s failed", job.name)
                self.not_before[key] = at + PAUSE_AFTER_FAILURE
                continue
            self.settled.add(key)
        return ran


def run_once(job: DailyJob, key: str, *, at: datetime) -> bool:
    """Run the job unless somebody did today; True if it was us.

    The receipt is written first and in the same transaction: a rival waits on its unique index, and a failure takes it back.
    """
    with transaction.atomic():
        _answer, done = receipts.once(SCOPE, key, job.name, lambda: (200, {}), at=at)
        if not done:
            job.run(at)
    return not done
