"""`gezhi prove-land`: is the district divided without gap and overlap, level by level? Exit 1 if not."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from gezhi.kernel.registers import look
from gezhi.territory.coverage import Proof
from gezhi.territory.proofs import nesting_of
from gezhi.territory.queries import name_path

# How many defects of one area are written out.
MOST = 20


class Command(BaseCommand):
    help = "Prove that every area is covered by its parts exactly once; list what is wrong (证明划分不重不漏)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--within", default=settings.DISTRICT, help="code of the area; the district by default")

    def handle(self, *args: Any, within: str, **options: Any) -> None:
        look()
        nesting = nesting_of(within)
        for code, proof in (nesting.broken | nesting.loose).items():
            self.tell(code, proof)
        for code in nesting.orphans:
            self.stdout.write(_("%(area)s：上级没有边界，无法证明") % {"area": name_path(code)})
        self.stdout.write(
            _("已证明 %(proved)d 个区域，有缺陷 %(broken)d 个，下级没有边界 %(undivided)d 个")
            % {"proved": len(nesting.proved), "broken": len(nesting.broken), "undivided": len(nesting.undivided)}
        )
        if not nesting.holds:
            raise SystemExit(1)

    def tell(self, code: str, proof: Proof) -> None:
        self.stdout.write(_("%(area)s：%(count)d 处") % {"area": name_path(code), "count": len(proof.defects)})
        for defect in proof.defects[:MOST]:
            place = f"{defect.lng:.6f},{defect.lat:.6f}"
            areas = " ".join(defect.polygons)
            self.stdout.write(f"  {defect.kind.value} {defect.area:.3f} m² ({place}) {areas}")
