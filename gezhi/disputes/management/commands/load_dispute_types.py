"""`gezhi load-dispute-types`: the shipped types of disputes, or a district's own from a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from gezhi.disputes.actions import load_types
from gezhi.disputes.type_files import SHIPPED, read_types
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused


class Command(BaseCommand):
    help = "Load the types of disputes from a CSV file (code, name, is_confirmed). Repeatable; nothing is deleted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, default=SHIPPED, help="the file; the shipped one if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = load_types(read_types(options["file"]), actor=Actor.system("load-dispute-types"), at=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal.message)) from refusal
        for outcome in ("inserted", "updated", "unchanged"):
            self.stdout.write(f"{outcome}: {done[outcome]}")
