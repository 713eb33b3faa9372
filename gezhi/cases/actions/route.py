"""From the pure route to a desk that is open, with the explanation that is kept."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.cases.actions.place import Place
from gezhi.cases.routing import RouteFacts, route
from gezhi.kernel.calendar import local_day
from gezhi.kernel.refusals import Refused
from gezhi.matters.queries import MatterInfo, catalogue
from gezhi.people.queries import DeskInfo, directory


def chosen_matter(matter_id: int, at: datetime, street_code: str) -> MatterInfo:
    """The matter that somebody chose. Raises `Refused` if it doesn't exist, is not in force that day, or has not come to this street yet."""
    matter = catalogue().matters.get(matter_id)
    day = local_day(at)
    if matter is None or not matter.is_valid_on(day):
        raise Refused("no_such_matter", _("没有这个事项，或者它已经退出清单。"), field="matter_id")
    if not matter.is_offered(day, street_code):
        raise Refused("not_here_yet", _("这个事项分批下沉，还没有到这个街道。"), field="matter_id")
    return matter


def explained_route(matter: MatterInfo, place: Place, *, is_emergency: bool) -> tuple[DeskInfo, dict[str, Any]]:
    """The desk for this matter at this place, and why. A closed or missing desk hands over to the next one above."""
    facts = RouteFacts(
        default_desk=matter.default_desk,
        is_for_grid=matter.is_for_grid,
        owner_id=matter.owner_id,
        grid_code=place.grid_code,
        community_code=place.community_code,
        street_code=place.street_code,
        is_emergency=is_emergency,
    )
    way = route(facts, settings.DISTRICT)
    explanation = way.explain(facts)
    desks = directory()
    desk = desks.of_department(way.department_id) if way.department_id else desks.at(way.level, way.area_code)
    if desk is None:
        # Whoever takes in reports for the place is always there; see Directory.intake_for.
        explanation["rule"] = "desk_not_open"
        desk = desks.upwards(way.area_code) or desks.intake_for(place.code)
    return desk, explanation
