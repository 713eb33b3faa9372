"""Every write to departments, desks, posts and what desks are told, a file a noun."""

from gezhi.people.actions.desks import (
    found_department,
    open_desk,
    open_desks_for,
    rename_department,
    set_desk_open,
)
from gezhi.people.actions.notices import acknowledge, tell
from gezhi.people.actions.posts import Seat, seat, seat_many, unseat

__all__ = [
    "Seat",
    "acknowledge",
    "found_department",
    "open_desk",
    "open_desks_for",
    "rename_department",
    "seat",
    "seat_many",
    "set_desk_open",
    "tell",
    "unseat",
]
