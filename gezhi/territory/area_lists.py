"""Lists of areas: what an address asks for, as rows for a page or a sheet. The numbers of the overview lead here, so both count alike."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gezhi.territory.codes import LENGTHS
from gezhi.territory.models import Area, AreaQuerySet, GridKind, Level

A_PAGE = 100


@dataclass(frozen=True, slots=True)
class AreaFilters:
    """`within` is the code of an area, "" everywhere; `state` is "" for areas in use, else "retired" or "all"."""

    level: str = "grid"
    kind: str = ""
    subtype: str = ""
    within: str = ""
    state: str = ""
    q: str = ""
    after: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "AreaFilters":
        """From an address; what is not understood counts as not said."""

        def code(name: str) -> str:
            text = query.get(name, "")
            return text if text.isascii() and text.isdigit() and len(text) in LENGTHS.values() else ""

        level, kind, state = (query.get(name, "") for name in ("level", "kind", "state"))
        return cls(
            level if level in Level.values else "grid",
            kind if kind in GridKind.values else "",
            query.get("subtype", "")[:30],
            code("within"),
            state if state in ("retired", "all") else "",
            query.get("q", "").strip().replace("\x00", "")[:40],
            code("after"),
        )

    def but(self, **changes: Any) -> "AreaFilters":
        """The same with another choice, from the first page."""
        return replace(self, **{"after": "", **changes})

    def as_query(self) -> dict[str, str]:
        names = ("level", "kind", "subtype", "within", "state", "q", "after")
        return {name: value for name in names if (value := getattr(self, name))}


def chosen(filters: AreaFilters) -> AreaQuerySet:
    """The areas that a list asks for, by code, without page."""
    rows = Area.objects.inside(filters.within).filter(level=filters.level).select_related("subtype").order_by("code")
    if filters.state != "all":
        rows = rows.filter(is_active=filters.state != "retired")
    if filters.level == Level.GRID:
        if filters.kind:
            rows = rows.filter(kind=filters.kind)
        if filters.subtype:
            rows = rows.filter(subtype__code=filters.subtype)
    if filters.q:
        rows = rows.filter(code__startswith=filters.q) if filters.q.isdigit() else rows.filter(name__contains=filters.q)
    return rows


@dataclass(frozen=True)
class AreaPage:
    """`next` is the code after which the next page begins, "" at the end."""

    areas: list[Area]
    total: int
    next: str


def page_of(filters: AreaFilters) -> AreaPage:
    """A hundred by code. Two statements."""
    rows = chosen(filters)
    total = rows.count()
    found = list((rows.filter(code__gt=filters.after) if filters.after else rows)[: A_PAGE + 1])
    return AreaPage(found[:A_PAGE], total, found[A_PAGE - 1].code if len(found) > A_PAGE else "")
