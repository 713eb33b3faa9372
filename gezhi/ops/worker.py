"""The one loop behind the pages: alarms, events, deliveries, daily jobs. Any number of processes may run it at once.

It never spins: after a round without work it sleeps a little longer each time, at most `every` seconds, and wakes for the next alarm.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Min
from django.utils import timezone

from gezhi.calls.actions import sound_alarms as sound_calls
from gezhi.calls.queries import next_alarm as next_of_calls
from gezhi.cases.actions import sound_alarms
from gezhi.cases.models import Case
from gezhi.disputes.actions import sound_alarms as sound_disputes
from gezhi.disputes.models import Dispute
from gezhi.integrations.identity.actions import send_waiting
from gezhi.kernel import events, registers
from gezhi.kernel.models import Delivery
from gezhi.ops.daily import Day
from gezhi.ops.planning import PlanningDesk

logger = logging.getLogger(__name__)
# Small rounds: a request to stop waits for the current transaction, not for a long queue.
ALARMS_A_ROUND = 50
EVENTS_A_ROUND = 200
SHORTEST_NAP = timedelta(milliseconds=200)
SHORTEST_BACK_OFF, LONGEST_BACK_OFF = timedelta(seconds=1), timedelta(minutes=1)


@dataclass
class Worker:
    """`stop` may be set from a signal handler or another thread; the loop then ends after the current transaction."""

    every: timedelta = timedelta(seconds=2)
    stop: threading.Event = field(default_factory=threading.Event)
    # A test gives its own clock; everything below gets the instant passed in.
    now: Callable[[], datetime] = timezone.now
    day: Day = field(default_factory=Day)
    planner: PlanningDesk = field(default_factory=PlanningDesk)
    is_draining: bool = False

    def run(self) -> None:
        """Work until asked to stop. A database that goes away is waited for."""
        logger.info("the worker begins")
        nap, back_off = SHORTEST_NAP, SHORTEST_BACK_OFF
        while not self.stop.is_set():
            try:
                nap = SHORTEST_NAP if self.round() else min(nap * 2, self.every)
                pause = self.until_next(nap)
                back_off = SHORTEST_BACK_OFF
            except (OperationalError, InterfaceError) as error:
                reason = str(error).strip().splitlines()
                logger.warning("the database is away (%s); next try in %d s", reason[:1], back_off.total_seconds())
                connection.close()
                pause, back_off = back_off, min(back_off * 2, LONGEST_BACK_OFF)
            self.stop.wait(pause.total_seconds())
        self.planner.leave()
        connection.close()

    def drain(self) -> int:
        """Do everything that is due now, then return; the number of things done. For `--once`, cron and tests."""
        total, self.is_draining = 0, True
        while not self.stop.is_set() and (done := self.round()):
            total += done
        return total + self.planner.finish_here(self.now)

    def round(self) -> int:
        """One look at everything; the number of things done. One part that fails does not keep the others from their work."""
        registers.look()
        done = 0
        for part in (
            self.alarms,
            self.calls,
            self.disputes,
            self.events,
            self.deliveries,
            self.messages,
            self.daily,
            self.planning,
        ):
            if self.stop.is_set():
                break
            try:
                done += part()
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                logger.exception("the worker's %s failed", part.__name__)
        return done

    def alarms(self) -> int:
        return sound_alarms(at=self.now(), limit=ALARMS_A_ROUND)

    def calls(self) -> int:
        return sound_calls(at=self.now(), limit=ALARMS_A_ROUND)

    def disputes(self) -> int:
        return sound_disputes(at=self.now(), limit=ALARMS_A_ROUND)

    def events(self) -> int:
        return events.dispatch(at=self.now(), limit=EVENTS_A_ROUND)

    def deliveries(self) -> int:
        return events.retry(at=self.now())

    def messages(self) -> int:
        return send_waiting(at=self.now())

    def daily(self) -> int:
        return self.day.run_due(at=self.now())

    def planning(self) -> int:
        """Drafts of a division take minutes: they are begun here and go on beside the loop."""
        return 0 if self.is_draining else self.planner.begin(self.now)

    def until_next(self, nap: timedelta) -> timedelta:
        """How long to sleep: `nap`, less if an alarm or a delivery comes due sooner. What is due already and did not go does not hurry us."""
        alarm = Case.objects.filter(alarm_at__isnull=False).aggregate(at=Min("alarm_at"))["at"]
        mediation = Dispute.objects.filter(alarm_at__isnull=False).aggregate(at=Min("alarm_at"))["at"]
        delivery = Delivery.objects.filter(next_at__isnull=False).aggregate(at=Min("next_at"))["at"]
        now = self.now()
        waiting = (alarm, mediation, next_of_calls(), delivery)
        ahead: list[timedelta] = [at - now for at in waiting if at is not None and at > now]
        return min([nap, *ahead])
