"""`gezhi work`: the loop that keeps the clock, hands on events and does the daily jobs."""

import signal
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from gezhi.ops.worker import Worker


class Command(BaseCommand):
    help = (
        "Keep the clock, hand events to their subscribers, do the daily jobs. Any number of processes may run at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now and end")
        parser.add_argument(
            "--every", type=float, default=2.0, metavar="SECONDS", help="longest sleep between two looks"
        )

    def handle(self, *args: Any, once: bool, every: float, **options: Any) -> None:
        worker = Worker(every=timedelta(seconds=max(every, 0.2)))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop.set())
        if once:
            self.stdout.write(f"{worker.drain()} done")
        else:
            worker.run()
