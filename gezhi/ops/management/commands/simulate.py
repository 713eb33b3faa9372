"""`gezhi simulate --days 30`: let a demo's town live on, by the real actions under a simulated clock."""

import time
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.kernel import registers
from gezhi.kernel.installation import is_demo_database
from gezhi.ops.demo.standing import midnight
from gezhi.ops.progress import Progress
from gezhi.ops.simulate import Life, Pace
from gezhi.ops.simulate.quarrels import quarrel
from gezhi.territory.models import Area, Level

REPORTS_A_GRID_A_DAY = 0.95
# 7,580 in a year of 1,157 grids would be 0.018.
QUARRELS_A_GRID_A_DAY = 0.018


class Command(BaseCommand):
    help = "Play days of a demo's life by the real actions. The same seed on the same town gives the same story."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--from", dest="first", help="first day, 2026-03-01; by default so that the last one is today"
        )
        parser.add_argument("--reports-per-day", type=float, help="over the whole town; by default about one a grid")
        parser.add_argument("--until", choices=["now", "midnight"], default="now", help="where the last day ends")

    def handle(self, *args: Any, days: int, seed: int, **options: Any) -> None:
        if not is_demo_database():
            raise CommandError(_("模拟只能在演示库里进行：它会写入虚构的事件。"))
        start, end = self.span(days, options["first"], options["until"])
        registers.look()
        grids = Area.objects.filter(level=Level.GRID, is_active=True).count()
        if not grids:
            raise CommandError(_("还没有网格，请先运行 gezhi draw-town 或 ./dev demo。"))
        rate = options["reports_per_day"] if options["reports_per_day"] is not None else REPORTS_A_GRID_A_DAY * grids
        progress = Progress(_("模拟"), self.stderr)  # type: ignore[arg-type]
        started = time.monotonic()
        life = Life(Pace(rate, seed), start=start, end=end)
        tally = life.run(
            lambda at: progress.step(
                (at - start) / (end - start), f"{timezone.localtime(at):%Y-%m-%d}  {life.tally.cases:,}"
            )
        )
        quarrels = quarrel(round(QUARRELS_A_GRID_A_DAY * grids * days), seed=seed, start=start, end=end)
        seconds = time.monotonic() - started
        progress.done(f"{tally.cases:,}  {tally.cases / max(seconds, 0.001):,.0f}/s")
        for name, count in tally.steps.most_common():
            self.stdout.write(f"{name:<14}{count:>10,}")
        self.stdout.write(f"{'disputes':<14}{quarrels:>10,}")
        for name, count in tally.refused.most_common():
            self.stdout.write(_("被拒：%(what)s %(count)s") % {"what": name, "count": count})

    @staticmethod
    def span(days: int, first: str | None, until: str) -> tuple[datetime, datetime]:
        now = timezone.now()
        if first is None:
            start = midnight(now - timedelta(days=days))
        else:
            try:
                start = timezone.make_aware(datetime.fromisoformat(first))
            except ValueError:
                raise CommandError(_("日期写成 2026-03-01 这样。")) from None
        end = start + timedelta(days=days)
        if first is None or end > now:
            # Nothing may have happened that is yet to come.
            end = now if until == "now" else min(midnight(now), now)
        if end <= start:
            raise CommandError(_("这段时间还没有到。"))
        return start, end
