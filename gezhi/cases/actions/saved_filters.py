"""Lists kept under a name: to save, to change, to drop."""

from datetime import datetime
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from gezhi.cases.filters import Filters
from gezhi.cases.models import SavedFilter
from gezhi.cases.saved_filters import may_change
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.people.queries import seats_with

RIGHT = "case.see"
MOST_KEPT = 50
TAKEN = _("您已经有同名的筛选，请换一个名字。")


def save_filter(*, actor: Actor, at: datetime, name: str, filters: Filters, desk_id: int | None = None) -> SavedFilter:
    """Keep a list for oneself, or share it with a desk at which one sits. Refused: no name, one taken, a foreign desk, too many."""
    name = checked(name, desk_id, actor)
    assert actor.user_id is not None, "looked at by checked"
    with unit():
        mine = SavedFilter.objects.filter(owner_id=actor.user_id, dropped_at=None)
        if mine.count() >= MOST_KEPT:
            words = _("最多保存 %(most)s 个筛选，请先删去不用的。") % {"most": MOST_KEPT}
            raise Refused("too_many_filters", words, field="name")
        if mine.filter(name=name).exists():
            raise Refused("name_taken", TAKEN, field="name")
        with first_come("name_taken", TAKEN, field="name"):
            saved = SavedFilter.objects.create(
                owner_id=actor.user_id, name=name, query=urlencode(filters.as_query()), desk_id=desk_id, version=1
            )
        found(saved, Fact("saved_filter.saved", {"desk": desk_id}), actor=actor, at=at)
    return saved


def change_filter(
    saved: SavedFilter, *, actor: Actor, at: datetime, name: str, filters: Filters, desk_id: int | None
) -> SavedFilter:
    """Another name, another list, another desk. Only by its owner or those above the desk."""
    if not may_change(saved, actor):
        raise Denied(RIGHT)
    # Somebody from above may leave it with the desk that has it, without sitting there.
    name = checked(name, desk_id if desk_id != saved.desk_id else None, actor)
    query = urlencode(filters.as_query())
    with unit():
        others = SavedFilter.objects.filter(owner_id=saved.owner_id, dropped_at=None, name=name).exclude(pk=saved.pk)
        if others.exists():
            raise Refused("name_taken", TAKEN, field="name")
        changes = {"name": name, "query": query, "desk_id": desk_id}
        with first_come("name_taken", TAKEN, field="name"):
            advance(saved, Fact("saved_filter.changed", {"desk": desk_id}), actor=actor, at=at, changes=changes)
    return saved


def drop_filter(saved: SavedFilter, *, actor: Actor, at: datetime) -> None:
    """It is shown no more. Only by its owner or those above the desk."""
    if not may_change(saved, actor):
        raise Denied(RIGHT)
    with unit():
        advance(saved, Fact("saved_filter.dropped"), actor=actor, at=at, changes={"dropped_at": at})


def checked(name: str, desk_id: int | None, actor: Actor) -> str:
    if actor.user_id is None or not actor.has(RIGHT):
        raise Denied(RIGHT)
    if desk_id is not None and desk_id not in seats_with(RIGHT, actor):
        raise Refused("not_your_desk", _("只能和自己所在的岗台共用。"), field="desk_id")
    return typed(name, field="name", longest=40, empty=_("请给这个筛选起个名字。"))
