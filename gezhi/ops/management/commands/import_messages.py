"""`gezhi import-messages FILE.csv --mapping NAME`: messages that residents sent elsewhere become cases."""

import csv
import dataclasses
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from gezhi.kernel.refusals import Refused
from gezhi.ops.messages.importing import Importing, MessageFile, Outcome, Refusal
from gezhi.ops.messages.mapping import BUILT_IN, mapping_named

SHOWN = 20


class Command(BaseCommand):
    help = "Take in a file of residents' messages, in batches. May be run again at any time: no row comes in twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--mapping", required=True, help=f"which column is what: {', '.join(BUILT_IN)}, or a JSON file"
        )
        parser.add_argument(
            "--source", default="", help="name of the system the numbers come from, if not the mapping's"
        )
        parser.add_argument("--batch", type=int, default=100, help="rows a transaction")
        parser.add_argument("--dry-run", action="store_true", help="check every row, keep nothing")
        parser.add_argument(
            "--scatter",
            type=int,
            metavar="SEED",
            help="FOR TRIALS: put messages without a place at random points inside grids",
        )
        parser.add_argument("--report", type=Path, help="where refused rows are listed; by default in var/imports")

    def handle(self, *args: Any, file: Path, mapping: str, batch: int, dry_run: bool, **options: Any) -> None:
        started = time.monotonic()
        path = options["report"] or settings.VAR / "imports" / f"{file.stem}-refused.csv"
        try:
            known = mapping_named(mapping)
            content = file.read_bytes()
            run = Importing(
                MessageFile.of(content, known),
                known,
                system=options["source"] or known.system,
                batch=min(max(batch, 1), 2000),
                is_trial=dry_run,
                scatter=options["scatter"],
            )
            if options["scatter"] is not None:
                self.stdout.write(_("试验：没有位置的留言随机放进各网格，位置是假的。"))
            with RefusalList(path) as refused, ExitStack() as line:
                line.callback(self.end_progress)
                for outcome in run.run():
                    refused.add(outcome.refusals)
                    self.progress(outcome, started)
        except OSError as error:
            raise CommandError(_("读不了文件 %(file)s：%(error)s") % {"file": file, "error": error}) from error
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.summary(run.outcome, refused, started, dry_run=dry_run)

    def progress(self, outcome: Outcome, started: float) -> None:
        if sys.stdout.isatty():
            rate = outcome.read / max(time.monotonic() - started, 0.001)
            self.stdout.write(f"\r{outcome.read:,}  {rate:,.0f}/s ", ending="")
            self.stdout.flush()

    def end_progress(self) -> None:
        if sys.stdout.isatty():
            self.stdout.write("")

    def summary(self, outcome: Outcome, refused: "RefusalList", started: float, *, dry_run: bool) -> None:
        for refusal in refused.shown:
            self.stdout.write(
                _("第 %(line)s 行（编号 %(number)s）没有收下：%(reason)s")
                % {"line": refusal.line, "number": refusal.number or "—", "reason": refusal.reason}
            )
        if outcome.refused > len(refused.shown):
            self.stdout.write(_("…… 其余 %(count)s 行见清单。") % {"count": outcome.refused - len(refused.shown)})
        if outcome.refused:
            self.stdout.write(_("没有收下的各行都列在 %(path)s") % {"path": refused.path})
        if dry_run:
            self.stdout.write(_("试运行，没有改动任何数据。"))
        self.stdout.write(
            _(
                "共 %(read)s 行：收下 %(taken)s，以前已收 %(known)s，没有收下 %(refused)s；用时 %(seconds).1f 秒，每秒 %(rate)s 行。"
            )
            % {
                "read": outcome.read,
                "taken": outcome.taken,
                "known": outcome.known,
                "refused": outcome.refused,
                "seconds": time.monotonic() - started,
                "rate": round(outcome.read / max(time.monotonic() - started, 0.001)),
            }
        )


class RefusalList:
    """The list of refused rows as a CSV file that spreadsheets open; written as it grows, made only when there is something in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.shown: list[Refusal] = []
        self.stack = ExitStack()
        self.writer: Any = None

    def __enter__(self) -> "RefusalList":
        # A list of an earlier run would look like ours.
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(self, *error: object) -> None:
        self.stack.close()

    def add(self, refusals: list[Refusal]) -> None:
        if refusals and self.writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.writer = csv.writer(self.stack.enter_context(self.path.open("w", encoding="utf-8-sig", newline="")))
            self.writer.writerow([_("行"), _("编号"), _("代码"), _("原因")])
        for refusal in refusals:
            self.writer.writerow([harmless(cell) for cell in dataclasses.astuple(refusal)])
        self.shown += refusals[: max(SHOWN - len(self.shown), 0)]


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe ahead."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t"} else cell
