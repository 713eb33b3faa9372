"""Small defects of a division snapped away: what was shown is what is done, or nothing."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.kernel.transactions import unit
from gezhi.territory.access import EDIT
from gezhi.territory.actions.boundaries import outline_or_refuse, store
from gezhi.territory.crs import Crs
from gezhi.territory.models import Area, Boundary
from gezhi.territory.proofs import mending_of

SOURCE = "划分证明修补"


def accept_mending(area: Area, *, tolerance: float, digest: str, actor: Actor, at: datetime) -> int:
    """Store the outlines that mending proposes for the parts of an area (and for itself); how many changed.

    `digest` is that of the proof which was shown. Refused: nothing_to_mend; `Conflict` when the land is another by now.
    """
    actor.require(EDIT, area=area.code)
    with unit():
        proposal = mending_of(area.code, tolerance)
        if not proposal.changes:
            raise Refused("nothing_to_mend", _("在这个容差以内没有可以修补的。"))
        if proposal.proof.digest != digest:
            raise Conflict("stale", _("边界刚刚有变化，修补的内容和您看到的不一样。请重新看过再决定。"))
        shapes = dict(proposal.outlines)
        rows = {one.code: one for one in Area.objects.filter(code__in=[code or area.code for code in shapes])}
        outlines = [
            (rows[code or area.code], outline_or_refuse(shape, Crs.CGCS2000)) for code, shape in sorted(shapes.items())
        ]
        sketch = Boundary.objects.current().filter(area=area).values_list("is_sketch", flat=True).first()
        return store(outlines, crs=Crs.CGCS2000, source=SOURCE, is_sketch=bool(sketch), actor=actor, at=at)
