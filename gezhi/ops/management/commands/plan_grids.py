"""`gezhi plan-grids FILE... --communities FILE --out draft.geojson`: a draft of a division, or the smallest change of one."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from gezhi.kernel.registers import look
from gezhi.ops.progress import Progress
from gezhi.territory.crs import Crs
from gezhi.territory.geojson import Outline
from gezhi.territory.planner.compose import Composed, NoLand, compose
from gezhi.territory.planner.draft import Draft, draft
from gezhi.territory.planner.files import NotReadable, read_any
from gezhi.territory.planner.grids import (
    OldGrid,
    border_statistics,
    grids_before,
    old_grids,
    planned,
    write_grids,
)
from gezhi.territory.planner.rebalance import rebalance
from gezhi.territory.planner.rules import QUICK, THOROUGH, Effort, SizeRule
from gezhi.territory.planner.search import Halt, Watch
from gezhi.territory.planner.survey import Communities, Refused, Survey, take, take_communities
from gezhi.territory.planner.units import Units
from gezhi.territory.planning import known_subtypes, outlines_on_record
from gezhi.territory.planning_words import FILES, REASONS, REFUSALS

SHOWN = 20


class Command(BaseCommand):
    help = "Draft a division into grids from units, roads and communities, or rebalance an old one (划分网格草案)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files", nargs="+", type=Path, help="units, roads, rivers: GeoJSON, CSV, Shapefile in a ZIP"
        )
        parser.add_argument(
            "--communities", type=Path, help="outlines of communities; by default those of the database"
        )
        parser.add_argument("--out", required=True, type=Path, help="GeoJSON to write")
        parser.add_argument("--crs", default="cgcs2000", help="of all files: cgcs2000, wgs84, gcj02 or bd09")
        parser.add_argument(
            "--rebalance", type=Path, metavar="OLD", help="grids as they are: change as few as possible"
        )
        parser.add_argument("--least", type=int, default=300, help="a grid holds at least so many households")
        parser.add_argument("--most", type=int, default=500, help="and at most so many")
        parser.add_argument("--people", action="store_true", help="count people instead of households")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same draft")
        parser.add_argument("--quick", action="store_true", help="a tenth of the search")
        parser.add_argument(
            "--time-limit", type=float, metavar="SECONDS", help="end the search and keep the best so far"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        look()
        try:
            crs = Crs.parse(options["crs"])
            rule = SizeRule(options["least"], options["most"], "people" if options["people"] else "households")
        except ValueError as error:
            raise CommandError(str(error)) from error
        survey, communities = Survey(), self.communities(options["communities"], crs)
        known = known_subtypes()
        for path in options["files"]:
            take(survey, path.name, read(path), crs, known)
        old = old_grids(read(options["rebalance"])) if options["rebalance"] else []
        try:
            composed = compose(survey, communities)
        except NoLand:
            raise CommandError(_("没有社区边界：请用 --communities 给出，或先导入边界")) from None
        self.tell_refused([*communities.refused, *survey.refused, *composed.refused])
        self.tell_dangles(composed)
        halt, progress = Halt(), Progress(_("划分网格"), self.stderr)  # type: ignore[arg-type]
        with limited(halt, options["time_limit"]):
            made, continues = self.divide(
                composed.units, rule, old, seed=options["seed"], effort=QUICK if options["quick"] else THOROUGH,
                halt=halt, watch=progress.step,
            )  # fmt: skip
        progress.done(_("提前结束，保留目前最好的结果") if halt.is_asked else _("完成"))
        options["out"].write_text(write_grids(planned(made, communities.names, continues)), encoding="utf-8")
        self.tell(made, time.monotonic() - started)

    def divide(
        self,
        units: Units,
        rule: SizeRule,
        old: list[OldGrid],
        *,
        seed: int,
        effort: Effort,
        halt: Halt,
        watch: Watch,
    ) -> tuple[Draft, list[OldGrid | None]]:
        if not old:
            return draft(units, rule, seed=seed, effort=effort, halt=halt, watch=watch), []
        done = rebalance(units, rule, grids_before(units, old), seed=seed, halt=halt, watch=watch)
        self.stdout.write(
            _("调整：%(moved)s 户换网格，任何合规的划分至少要换 %(least)s 户")
            % {"moved": f"{done.moved:,}", "least": f"{done.unavoidable:,}"}
        )
        return done.draft, [old[at] if at >= 0 else None for at in done.continues]

    def communities(self, path: Path | None, crs: Crs) -> Communities:
        if path is None:
            outlines, names = outlines_on_record()
            return Communities(outlines, names)
        communities = Communities()
        take_communities(communities, path.name, read(path), crs)
        return communities

    def tell_refused(self, refused: list[Refused]) -> None:
        for one in refused[:SHOWN]:
            self.stderr.write(f"{one.file} {one.position}：{REFUSALS[one.reason]}")
        if len(refused) > SHOWN:
            self.stderr.write(_("…… 其余 %(count)s 个也没有收下") % {"count": len(refused) - SHOWN})

    def tell_dangles(self, composed: Composed) -> None:
        if not composed.dangles:
            return
        ends = "；".join(f"{line.coords[-1][0]:.6f}, {line.coords[-1][1]:.6f}" for line in composed.dangles[:3])
        self.stderr.write(
            _("有 %(count)s 条路断在半途，没有围成街区，例如：%(ends)s")
            % {"count": len(composed.dangles), "ends": ends}
        )

    def tell(self, made: Draft, seconds: float) -> None:
        homes = [one for one in made.members if not one.is_dedicated]
        statistics = border_statistics(made)
        self.stdout.write(
            _(
                "%(units)s 个单元划成 %(homes)s 个居民区网格（%(fitting)s 个合规）和 %(dedicated)s 个专属网格，用时 %(seconds).1f 秒"
            )
            % {
                "units": f"{len(made.units):,}",
                "homes": f"{len(homes):,}",
                "fitting": f"{len(homes) - len(made.out_of_range):,}",
                "dedicated": f"{len(made.members) - len(homes):,}",
                "seconds": seconds,
            }
        )
        self.stdout.write(
            _(
                "网格之间的边界：沿路 %(road).1f 公里，沿围墙 %(wall).1f 公里，穿院落 %(through).1f 公里；紧凑度 %(compact).2f"
            )
            % {
                "road": statistics.along_roads / 1000,
                "wall": statistics.along_walls / 1000,
                "through": statistics.through_lots / 1000,
                "compact": statistics.compactness,
            }
        )
        for one in made.out_of_range[:SHOWN]:
            self.stdout.write(f"{made.units.communities[one.community]}：{one.size}，{REASONS[one.reason]}")


@contextmanager
def limited(halt: Halt, seconds: float | None) -> Iterator[None]:
    """Ends the search after so many seconds."""
    if seconds is None:
        yield
        return
    timer = threading.Timer(seconds, halt.now)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def read(path: Path) -> list[Outline]:
    try:
        return read_any(path.name, path.read_bytes())
    except OSError as error:
        raise CommandError(_("读不了文件 %(file)s：%(error)s") % {"file": path, "error": error.strerror}) from error
    except NotReadable as error:
        raise CommandError(f"{path}：{FILES[error.reason]} {error.detail}".strip()) from error
