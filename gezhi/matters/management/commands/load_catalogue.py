"""`gezhi load-catalogue`: the shipped catalogue of matters, or a district's own from a folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused
from gezhi.matters.actions import load_catalogue, load_governance
from gezhi.matters.catalogue_files import SHIPPED, read_catalogue


class Command(BaseCommand):
    help = (
        "Load categories, departments, matters and time limits from four CSV files (categories.csv, departments.csv,"
        " matters.csv, limits.csv). Repeatable: rows that say nothing new change nothing, nothing is deleted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dir", type=Path, default=SHIPPED, help="the folder of the files; the shipped one if not given"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        try:
            loaded = load_catalogue(read_catalogue(options["dir"]), actor=Actor.system("load-catalogue"), at=at)
            fields = load_governance(actor=Actor.system("load-catalogue"), at=at)
        except Refused as refusal:
            raise CommandError(str(refusal.message)) from refusal
        for table, counts in loaded.counts.items():
            self.stdout.write(
                f"{table}: {counts['inserted']} inserted, {counts['updated']} updated, {counts['unchanged']} unchanged"
            )
        self.stdout.write(f"data fields and rules: {fields['inserted']} new, {fields['updated']} changed")
