"""Fetching is checking: an area out of reach looks like one that does not exist."""

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Missing
from gezhi.territory.models import Area

# To define areas and set boundaries, in the whole subtree of a post's area.
EDIT = "territory.edit"
# Who serves a piece of land by one of these rights reads what is known of it: its outline, its sizes, what hangs on it.
SERVE = ("case.see", "territory.edit", "plan.propose", "plan.propose_wide", "plan.review", "plan.approve")


def get_area(actor: Actor, code: str, right: str) -> Area:
    """The area with this code, if `actor` holds `right` there. Raises `Missing`."""
    area = Area.objects.select_related("parent", "subtype").filter(code=code).first()
    if area is None or not actor.may(right, area=area.code):
        raise Missing("no_area", _("没有这个区域，或者您无权查看。"), field="area")
    return area


def served(actor: Actor) -> tuple[str, ...]:
    """The codes in whose subtree the actor serves, none inside another; ("",) is everywhere."""
    kept: list[str] = []
    for code in sorted({code for right in SERVE for code in actor.areas(right)}):
        if not kept or not code.startswith(kept[-1]):
            kept.append(code)
    return tuple(kept)


def sees_land(actor: Actor) -> bool:
    return bool(served(actor))


def sees_area(actor: Actor, code: str) -> bool:
    """Land that the actor serves, and the areas around it."""
    return any(code.startswith(own) or own.startswith(code) for own in served(actor))


def get_seen_area(actor: Actor, code: str) -> Area:
    """An area, retired ones too, for those who serve there or inside it. Raises `Missing`."""
    area = Area.objects.select_related("parent", "subtype").filter(code=code).first() if code else None
    if area is None or not sees_area(actor, area.code):
        raise Missing("no_area", _("没有这个区域，或者您无权查看。"), field="area")
    return area
