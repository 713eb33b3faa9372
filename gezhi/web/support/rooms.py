"""The rooms of the support workspace 服务保障, in the order of the bar: a theme enters itself with one line here and one in `urls.py`."""

from gezhi.kernel.access import Actor
from gezhi.web.support.cobuild.rooms import COBUILD
from gezhi.web.support.fieldwork.rooms import FIELDWORK
from gezhi.web.support.matters.rooms import MATTERS
from gezhi.web.support.party.rooms import PARTY
from gezhi.web.support.people.rooms import ORGANISATION, STAFF
from gezhi.web.support.room import Room
from gezhi.web.support.workforce.rooms import WORKFORCE

ROOMS: tuple[Room, ...] = (
    ORGANISATION,
    STAFF,
    WORKFORCE,
    PARTY,
    COBUILD,
    MATTERS,
    FIELDWORK,
)


def rooms_for(actor: Actor) -> list[Room]:
    """The rooms of which at least one page is open to this person."""
    return [room for room in ROOMS if room.leaves_for(actor)]
