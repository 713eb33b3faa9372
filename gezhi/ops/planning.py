"""Where drafts of a division are worked out: beside the worker's loop, one at a time, so that no clock waits for them.

The loops of the planner are compiled and let go of the interpreter's lock, so a thread is enough.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection

from gezhi.kernel.registers import look
from gezhi.territory.actions import perform, take_up
from gezhi.territory.models import PlanningRun
from gezhi.territory.planner.search import Halt

logger = logging.getLogger(__name__)


@dataclass
class PlanningDesk:
    """At most one run at a time in this process; other processes take others."""

    halt: Halt = field(default_factory=Halt)
    thread: threading.Thread | None = None

    @property
    def is_busy(self) -> bool:
        return self.thread is not None and self.thread.is_alive()

    def begin(self, now: Callable[[], datetime]) -> int:
        """Take up a run that waits, unless one is being worked on; how many were begun."""
        if self.is_busy or (run := take_up(at=now())) is None:
            return 0
        self.thread = threading.Thread(target=self.work, args=(run, now), name=f"planning-{run.pk}", daemon=True)
        self.thread.start()
        return 1

    def work(self, run: PlanningRun, now: Callable[[], datetime]) -> None:
        """A thread has a connection of its own, and leaves none behind."""
        try:
            look()
            perform(run, clock=now, halt=self.halt)
        except (OperationalError, InterfaceError):
            # The run has told nothing more: after a while somebody takes it up again.
            logger.exception("the database went away from planning run %s", run.pk)
        except Exception:
            logger.exception("planning run %s could not be ended", run.pk)
        finally:
            connection.close()

    def finish_here(self, now: Callable[[], datetime]) -> int:
        """Work out everything that waits, in this thread: for `--once`, cron and tests. How many."""
        done = 0
        while (run := take_up(at=now())) is not None:
            perform(run, clock=now, halt=self.halt)
            done += 1
        return done

    def leave(self) -> None:
        """The process ends: what is being worked on goes back into the queue."""
        self.halt.now()
        if self.thread is not None:
            self.thread.join()
