"""What matters do when something happened: desks are told whose turn it is, and batches follow the land."""

from collections.abc import Callable, Iterator
from datetime import datetime

from gezhi.kernel.events import subscribe
from gezhi.kernel.models import Event
from gezhi.matters.access import district_desk
from gezhi.matters.actions.regridding import MattersFollow
from gezhi.people.actions import tell
from gezhi.people.models import DeskKind
from gezhi.people.queries import directory
from gezhi.territory.followers import register

register("matters", MattersFollow())


def named(*places: str) -> Callable[[Event], Iterator[int]]:
    """The desks that the event names."""

    def desks(event: Event) -> Iterator[int]:
        for place in places:
            if isinstance(desk_id := event.data.get(place), int):
                yield desk_id

    return desks


def who_carries(event: Event) -> Iterator[int]:
    """Who asked, and every street that it reaches: named, or all of them."""
    yield from named("desk")(event)
    streets = event.data.get("streets")
    desks = directory()
    if streets:
        yield from (desk.id for code in streets if (desk := desks.at(DeskKind.STREET, code)) is not None)
    else:
        yield from (desk.id for desk in desks.opened if desk.kind == DeskKind.STREET)


def street_named(event: Event) -> Iterator[int]:
    desk = directory().at(DeskKind.STREET, str(event.data.get("street", "")))
    if desk is not None:
        yield desk.id


def department_named(event: Event) -> Iterator[int]:
    """The department that asked for work outside the catalogue is told, and the district sees what comes down."""
    department_id = event.data.get("department")
    desk = directory().of_department(department_id) if isinstance(department_id, int) else None
    if desk is not None:
        yield desk.id
    district = district_desk()
    if district is not None:
        yield district.id


NOTICES: dict[str, Callable[[Event], Iterator[int]]] = {
    "application.submitted": named("to"),
    "application.turned_away": named("desk"),
    "application.reviewed": named("to"),
    "application.objected": named("desk"),
    "application.returned": named("desk"),
    "application.sent_back": named("desk"),
    "application.rejected": named("desk"),
    "application.approved": named("desk"),
    "application.took_effect": who_carries,
    "application.batch_scheduled": street_named,
    "application.desk_moved": named("to"),
    "outside.refused": department_named,
}


@subscribe(*NOTICES, key="matters.notices")
def tell_desks(event: Event, at: datetime) -> None:
    tell(NOTICES[event.name](event), event, at=at)
