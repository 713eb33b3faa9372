"""Which specialists are joined to which kinds of cases, in memory."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet

from gezhi.cases.handling_plans import categories
from gezhi.cases.models.specialty import Specialty
from gezhi.kernel.registers import Cached
from gezhi.people.access import valid_on
from gezhi.people.models import Post
from gezhi.people.roles import Role

REGISTER = "specialties"
Row = tuple[int, int, date, date | None]
register: Cached[list[Row]] = Cached(
    REGISTER, lambda: list(Specialty.objects.values_list("user_id", "category_id", "valid_from", "valid_until"))
)


def valid(on: date) -> Iterator[tuple[int, int]]:
    """User and category of the rows that hold on a day. No query while nothing changed."""
    for user_id, category_id, first, last in register.get():
        if first <= on and (last is None or on <= last):
            yield user_id, category_id


def categories_of(user_id: int | None, *, on: date) -> list[int]:
    return [category_id for one, category_id in valid(on) if one == user_id]


def seats_of_specialists(matter_id: int | None, place: str, *, on: date) -> list[int]:
    """The desks around a place at which specialists for the kind of this matter sit. One statement where there are any such people."""
    category = categories.get().get(matter_id) if matter_id is not None else None
    users = [user_id for user_id, one in valid(on) if one == category]
    if category is None or not users or not place:
        return []
    around = [place[:size] for size in (9, 12, 15) if len(place) >= size]
    seats = specialists(on).filter(user__in=users, desk__area__code__in=around, desk__is_open=True)
    return sorted(set(seats.values_list("desk_id", flat=True)))


def specialists(on: date) -> "QuerySet[Post]":
    return Post.objects.filter(valid_on(on), Q(role=Role.SPECIALIST), user__is_active=True)
