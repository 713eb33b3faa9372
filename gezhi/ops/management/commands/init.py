"""`gezhi init`: an empty database becomes that of a real district."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.assessment.actions import load_reasons, load_scheme
from gezhi.calls.actions import load_score_rules
from gezhi.cases.actions import load_follow_up_rules, load_handling_plans, load_ladder
from gezhi.kernel import registers
from gezhi.kernel.access import Actor
from gezhi.kernel.actions import load_calendars
from gezhi.kernel.installation import found_installation
from gezhi.kernel.refusals import Refused
from gezhi.party.actions import load_party_rules
from gezhi.people.actions import load_standards, open_desks_for
from gezhi.territory.actions import load_ledgers
from gezhi.territory.models import Area
from gezhi.workforce.actions import load_workforce

FOUNDER = Actor.system("初始化")


class Command(BaseCommand):
    help = "Make the database ready for a real district. May be repeated: what stands already is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--areas", type=Path, help="CSV of streets and communities, see `gezhi import-areas`")

    def handle(self, *args: Any, areas: Path | None, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        at = timezone.now()
        try:
            found_installation(is_demo=False, at=at)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        registers.look()
        load_calendars(actor=FOUNDER, at=at)
        if areas is not None:
            call_command("import_areas", str(areas), stdout=self.stdout, stderr=self.stderr)
        registers.look()
        known = list(Area.objects.filter(is_active=True))
        if not known:
            self.stdout.write(
                _("日历已载入。下一步：gezhi init --areas 区划.csv（代码 %(code)s）") % {"code": settings.DISTRICT}
            )
            return
        call_command("load_catalogue", stdout=self.stdout, stderr=self.stderr)
        load_ladder(actor=FOUNDER, at=timezone.now())
        call_command("load_dispute_types", stdout=self.stdout, stderr=self.stderr)
        load_score_rules(actor=FOUNDER, at=timezone.now())
        load_follow_up_rules(actor=FOUNDER, at=timezone.now())
        load_handling_plans(actor=FOUNDER, at=timezone.now())
        load_scheme(actor=FOUNDER, at=timezone.now())
        load_reasons(actor=FOUNDER, at=timezone.now())
        load_party_rules(actor=FOUNDER, at=timezone.now())
        load_ledgers(actor=FOUNDER, at=timezone.now())
        load_standards(actor=FOUNDER, at=timezone.now())
        load_workforce(actor=FOUNDER, at=timezone.now())
        desks = open_desks_for(known, actor=FOUNDER, at=at)
        self.stdout.write(
            _("已就绪：%(areas)s 个区域，新开 %(desks)s 个岗台。") % {"areas": len(known), "desks": len(desks)}
        )
