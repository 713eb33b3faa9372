"""`gezhi load-checklists`: the shipped lists 四倡导、六必访、六个做、七个好, or a district's own from a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from gezhi.fieldwork.actions import load_checklists
from gezhi.fieldwork.checklist_files import SHIPPED, read_checklists
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused


class Command(BaseCommand):
    help = "Load the lists of visits from a CSV file (group, code, name, is_confirmed). Repeatable; nothing is deleted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, default=SHIPPED, help="the file; the shipped one if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = read_checklists(options["file"])
            done = load_checklists(rows, actor=Actor.system("load-checklists"), at=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal.message)) from refusal
        for outcome in ("inserted", "updated", "unchanged"):
            self.stdout.write(f"{outcome}: {done[outcome]}")
