"""`gezhi load-standards`: the shipped rules of staffing, for a database that stands already."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.kernel import registers
from gezhi.kernel.access import Actor
from gezhi.people.actions import load_standards


class Command(BaseCommand):
    help = "Enter the formulas of the teams, the sources with their rules and the seven forces, as far as they are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        registers.look()
        added = load_standards(actor=Actor.system("load-standards"), at=timezone.now())
        self.stdout.write(_("新录入 %(n)s 行。") % {"n": added})
