"""What calls do when something happened: desks are told whose turn it is, a new calendar is counted by, and the land is followed."""

from collections.abc import Callable, Iterator
from datetime import datetime

from gezhi.calls.access import district_desk
from gezhi.calls.actions import mark_parts_of_closed, renew_provisional_dues
from gezhi.calls.actions.regridding import CallsFollow
from gezhi.kernel.access import Actor
from gezhi.kernel.events import subscribe
from gezhi.kernel.models import Event
from gezhi.people.actions import tell
from gezhi.territory.followers import register

register("calls", CallsFollow())


def named(place: str) -> Callable[[Event], Iterator[int]]:
    """The desk that the event names: `desk` is a department's, `street` the one that called."""

    def desks(event: Event) -> Iterator[int]:
        desk_id = event.data.get(place)
        if isinstance(desk_id, int):
            yield desk_id

    return desks


def district(event: Event) -> Iterator[int]:
    desk = district_desk()
    if desk is not None:
        yield desk.id


def late(event: Event) -> Iterator[int]:
    """Who is late and who watches."""
    yield from named("desk")(event)
    yield from district(event)


NOTICES: dict[str, Callable[[Event], Iterator[int]]] = {
    "call.called": district,
    "call.late": late,
    "call.summed_up": named("street"),
    "call_part.asked": named("desk"),
    "call_part.declined": district,
    "call_part.desk_closed": district,
    "call_part.dismissed": named("desk"),
    "call_part.insisted": named("desk"),
    "call_part.arrived": named("street"),
    "call_part.arrival_denied": named("desk"),
    "call_part.to_sum_up": named("desk"),
    "call_part.reopened": named("desk"),
    "call_part.late": late,
    "call_score.given": named("desk"),
    "call_score.to_confirm": named("street"),
    "call_score.confirmed": named("desk"),
    "call_score.objected": district,
    "call_score.upheld": named("desk"),
    "call_score.voided": named("street"),
}


@subscribe(*NOTICES, key="calls.notices")
def tell_desks(event: Event, at: datetime) -> None:
    tell(NOTICES[event.name](event), event, at=at)


@subscribe("desk.closed", key="calls.closed_desks")
def mark_closed_desks(event: Event, at: datetime) -> None:
    """Nobody sits there any more: the district is told, and puts another department in its place."""
    mark_parts_of_closed(event.subject_id, actor=Actor.system("岗台"), at=at)


@subscribe("calendar.published", key="calls.dues")
def renew_dues(event: Event, at: datetime) -> None:
    renew_provisional_dues(actor=Actor.system("工作日历"), at=at)
