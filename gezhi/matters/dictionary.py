"""The dictionary of data fields in memory: what the house holds already, found under any of the names by which forms ask for it."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from gezhi.kernel.registers import Cached
from gezhi.matters.models import DataField

REGISTER = "data_fields"
# What a form puts around the name of a field, and what asks for the same.
FILLERS = ("请填写", "请填", "填写", "您的", "本人", "居民")


@dataclass(frozen=True, slots=True)
class FieldInfo:
    id: int
    code: str
    name: str
    held_in: str
    matter_id: int | None


def plain(name: str) -> str:
    """The name as it is compared: one width, one case, no blanks, punctuation or fillers."""
    kept = "".join(
        one for one in unicodedata.normalize("NFKC", name).casefold() if unicodedata.category(one)[0] in "LN"
    )
    for filler in FILLERS:
        if kept.startswith(filler) and len(kept) > len(filler) + 1:
            kept = kept.removeprefix(filler)
    return kept


class Fields:
    """All fields of the dictionary by every name they have."""

    def __init__(self, rows: Iterable[tuple[FieldInfo, Iterable[str]]]) -> None:
        self.by_name: dict[str, FieldInfo] = {}
        self.by_id: dict[int, FieldInfo] = {}
        for field, names in rows:
            self.by_id[field.id] = field
            for name in names:
                self.by_name.setdefault(plain(name), field)

    def held(self, name: str) -> FieldInfo | None:
        """The field that the house holds under this name, or None."""
        return self.by_name.get(plain(name))


def load_fields() -> Fields:
    rows = DataField.objects.order_by("code")
    return Fields(
        (FieldInfo(row.pk, row.code, row.name, row.held_in, row.matter_id), (row.name, *row.aliases)) for row in rows
    )


register = Cached(REGISTER, load_fields)


def fields() -> Fields:
    """The dictionary as it stands; no query while nothing changed."""
    return register.get()
