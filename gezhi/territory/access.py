"""Fetching is checking: an area out of reach looks like one that does not exist."""

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Missing
from gezhi.territory.models import Area

# To define areas and set boundaries, in the whole subtree of a post's area.
EDIT = "territory.edit"


def get_area(actor: Actor, code: str, right: str) -> Area:
    """The area with this code, if `actor` holds `right` there. Raises `Missing`."""
    area = Area.objects.select_related("parent", "subtype").filter(code=code).first()
    if area is None or not actor.may(right, area=area.code):
        raise Missing("no_area", _("没有这个区域，或者您无权查看。"), field="area")
    return area
