"""How far the party's organisations cover the grids (覆盖): which grid lacks a branch, a group, a household; where two branches meet."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from gezhi.party.models import OrgPlace
from gezhi.party.rules import BRANCHES, OrgKind
from gezhi.territory.codes import subtree
from gezhi.territory.models import Area, GridKind
from gezhi.territory.queries import area_name


@dataclass(frozen=True, slots=True)
class Covered:
    """A grid with what stands on it; `branches` are ids and names."""

    code: str
    kind: str
    branches: tuple[tuple[int, str], ...]
    groups: int
    households: int

    @property
    def lacks(self) -> list[str]:
        """By the name of the gap; "rivals" where several branches stand on one grid."""
        return [
            name
            for name, is_missing in (
                ("branch", not self.branches),
                ("group", not self.groups),
                ("household", not self.households),
                ("rivals", len(self.branches) > 1),
            )
            if is_missing
        ]


@dataclass(frozen=True)
class CoverageLine:
    """An area one level down, or everything: of so many grids so many have what."""

    code: str
    name: str
    grids: int = 0
    with_branch: int = 0
    with_group: int = 0
    with_household: int = 0
    rivals: int = 0

    @property
    def share(self) -> float:
        """Of the grids those with a branch; 1 where there is no grid to cover."""
        return self.with_branch / self.grids if self.grids else 1.0


@dataclass(frozen=True)
class Coverage:
    total: CoverageLine
    lines: list[CoverageLine]
    grids: list[Covered] = field(default_factory=list)

    def lacking(self, gap: str) -> list[Covered]:
        return [one for one in self.grids if gap in one.lacks]


def coverage(within: str, *, kind: str = GridKind.RESIDENTIAL) -> Coverage:
    """The active grids of an area with what stands on each now. `kind` "" counts dedicated grids too. Two queries."""
    first, end = subtree(within)
    grids = Area.objects.filter(code__gte=first, code__lt=end, level="grid", is_active=True)
    if kind:
        grids = grids.filter(kind=kind)
    standing: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    places = OrgPlace.objects.filter(
        until_on__isnull=True, org__ended_on__isnull=True, area__code__gte=first, area__code__lt=end
    )
    for code, org_id, name, org_kind in places.order_by("org_id").values_list(
        "area__code", "org_id", "org__name", "org__kind"
    ):
        standing[code].append((org_id, name, org_kind))
    found = [
        covered(code, grid_kind, standing[code])
        for code, grid_kind in grids.order_by("code").values_list("code", "kind")
    ]
    length = len(within) + 3
    by_area: dict[str, list[Covered]] = defaultdict(list)
    for one in found:
        by_area[one.code[:length]].append(one)
    lines = [added_up(code, rows) for code, rows in sorted(by_area.items())] if length < 15 else []
    return Coverage(added_up(within, found), lines, found)


def covered(code: str, kind: str, there: list[tuple[int, str, str]]) -> Covered:
    # A general branch stands on its branches' grids too: it fills a gap only where no branch of it does.
    branches = [(key, name) for key, name, org_kind in there if org_kind == OrgKind.BRANCH]
    branches = branches or [(key, name) for key, name, org_kind in there if org_kind in BRANCHES]
    count: Callable[[str], int] = lambda kind: sum(org_kind == kind for _key, _name, org_kind in there)  # noqa: E731
    return Covered(code, kind, tuple(branches), count(OrgKind.GROUP), count(OrgKind.HOUSEHOLD))


def added_up(code: str, rows: list[Covered]) -> CoverageLine:
    known = area_name(code)
    return CoverageLine(
        code,
        known.short_name if known is not None else code,
        len(rows),
        sum(bool(one.branches) for one in rows),
        sum(bool(one.groups) for one in rows),
        sum(bool(one.households) for one in rows),
        sum(len(one.branches) > 1 for one in rows),
    )
