"""`gezhi draw-town`: grids drawn as a sketch inside the district's outline, or inside an invented one."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import look
from gezhi.territory.actions import draw_town
from gezhi.territory.codes import LENGTHS
from gezhi.territory.models import Area, Level


class Command(BaseCommand):
    help = "Draw grids as a sketch for the streets and communities in the database (画示意网格)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--grids", type=int, help="residential grids; by default in the district's own proportion")
        parser.add_argument("--dedicated", type=int, help="dedicated grids, likewise")
        parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same town")
        parser.add_argument("--streets", type=int, help="only the first so many streets by code")

    def handle(self, *args: Any, **options: Any) -> None:
        look()
        try:
            town = draw_town(
                streets=first_streets(options["streets"]) if options["streets"] is not None else None,
                residential_total=options["grids"],
                dedicated_total=options["dedicated"],
                seed=options["seed"],
                actor=Actor.system("draw-town"),
                at=timezone.now(),
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            _(
                "已画 %(streets)d 个街道、%(communities)d 个社区：%(residential)d 个居民区网格，%(dedicated)d 个专属网格（示意）"
            )
            % {
                "streets": town.streets,
                "communities": town.communities,
                "residential": town.residential,
                "dedicated": town.dedicated,
            }
        )


def first_streets(count: int) -> list[str]:
    """The first streets by code that have communities."""
    communities = Area.objects.inside(settings.DISTRICT).filter(level=Level.COMMUNITY, is_active=True)
    codes = sorted({code[: LENGTHS["street"]] for code in communities.values_list("code", flat=True)})
    return codes[:count]
