"""Names of desks, matters and places, from the registers in memory: a page of fifty rows asks the database for none of them."""

from django.conf import settings

from gezhi.cases.models import Case
from gezhi.matters.queries import MatterInfo, catalogue
from gezhi.people.queries import DeskInfo, directory
from gezhi.territory.queries import SEPARATOR, district_name, name_path


def desk_info(desk_id: int | None) -> DeskInfo | None:
    return directory().desks.get(desk_id) if desk_id is not None else None


def desk_name(desk_id: int | None) -> str:
    """The name of a desk, also of a closed one; "" for none."""
    desk = desk_info(desk_id)
    return desk.name if desk is not None else ""


def matter_info(matter_id: int | None) -> MatterInfo | None:
    return catalogue().matters.get(matter_id) if matter_id is not None else None


def matter_name(matter_id: int | None) -> str:
    matter = matter_info(matter_id)
    return matter.name if matter is not None else ""


def place_name(case: Case, *, within: str = "") -> str:
    """Street, community and grid as far as known; the district where that is all. What lies above `within` is left out, never everything."""
    if not case.place_code:
        return district_name()
    names = name_path(case.place_code).split(SEPARATOR)
    above = max((len(within) - len(settings.DISTRICT)) // 3, 0) if case.place_code.startswith(within) else 0
    return SEPARATOR.join(names[min(above, len(names) - 1) :])
