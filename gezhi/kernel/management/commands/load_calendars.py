from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from gezhi.kernel.access import Actor
from gezhi.kernel.actions import load_calendars


class Command(BaseCommand):
    help = "Publishes the holidays and worked weekends that come with Gezhi. Years that stand already are left as they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--replace", action="store_true", help="also set years that stand already back to the notice"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        years = load_calendars(actor=Actor.system("load-calendars"), at=timezone.now(), replace=options["replace"])
        self.stdout.write("published: " + (", ".join(map(str, years)) or "nothing new"))
