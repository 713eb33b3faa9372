"""The four lists, read: in memory, since every visit asks for them."""

from collections.abc import Iterable
from dataclasses import dataclass

from gezhi.fieldwork.models import ChecklistEntry, ChecklistGroup
from gezhi.kernel.registers import Cached

REGISTER = "fieldwork"


@dataclass(frozen=True, slots=True)
class EntryInfo:
    id: int
    code: str
    group: str
    name: str
    position: int
    is_confirmed: bool
    is_active: bool


class Checklists:
    """All entries; `triggers` are what a visit is made for, `groups` the others with what may be ticked."""

    def __init__(self, entries: Iterable[EntryInfo]) -> None:
        self.entries = {entry.code: entry for entry in entries}
        self.by_id = {entry.id: entry for entry in self.entries.values()}

    def of(self, group: str, *, active_only: bool = True) -> list[EntryInfo]:
        return [one for one in self.entries.values() if one.group == group and (one.is_active or not active_only)]

    @property
    def triggers(self) -> list[EntryInfo]:
        return self.of(ChecklistGroup.VISIT)

    def trigger(self, code: str) -> EntryInfo | None:
        """Also one that is out of use: a phone that was offline knows the list of the day before."""
        found = self.entries.get(code)
        return found if found is not None and found.group == ChecklistGroup.VISIT else None


def load() -> Checklists:
    columns = ("id", "code", "group", "name", "position", "is_confirmed", "is_active")
    order = {group: position for position, group in enumerate(ChecklistGroup.values)}
    rows = [EntryInfo(*row) for row in ChecklistEntry.objects.values_list(*columns)]
    return Checklists(sorted(rows, key=lambda one: (order[one.group], one.position, one.code)))


register = Cached(REGISTER, load)


def checklists() -> Checklists:
    """No query while nothing changed."""
    return register.get()
