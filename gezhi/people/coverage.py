"""The professional forces over the grids: seven kinds by grid, what is covered and what is not."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gezhi.people.models import Force, ForceContact, ForcePlacement, within
from gezhi.people.teams import grids_within
from gezhi.territory.models import holds_on


@dataclass(frozen=True, slots=True)
class Row:
    """A grid and its contacts, by the position of the kinds; None where there is none."""

    code: str
    kind: str
    contacts: tuple[ForceContact | None, ...]

    @property
    def gaps(self) -> int:
        return sum(contact is None for contact in self.contacts)


@dataclass(frozen=True, slots=True)
class PartCoverage:
    """Of a street's grids, how many have somebody of each kind."""

    code: str
    grids: int
    covered: tuple[int, ...]

    @property
    def percents(self) -> tuple[float, ...]:
        return tuple(100 * count / self.grids if self.grids else 0.0 for count in self.covered)

    @property
    def gaps(self) -> int:
        return self.grids * len(self.covered) - sum(self.covered)


@dataclass(frozen=True)
class Matrix:
    """Kinds of forces x grids (7 x 1,157 in a whole district)."""

    forces: list[Force]
    rows: list[Row]

    @property
    def cells(self) -> int:
        return len(self.forces) * len(self.rows)

    @property
    def gaps(self) -> int:
        return sum(row.gaps for row in self.rows)

    def parts(self, digits: int = 9) -> list[PartCoverage]:
        grouped: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            grouped[row.code[:digits]].append(row)
        return [counted(code, rows, len(self.forces)) for code, rows in sorted(grouped.items())]

    @property
    def total(self) -> PartCoverage:
        return counted("", self.rows, len(self.forces))


def counted(code: str, rows: list[Row], kinds: int) -> PartCoverage:
    covered = tuple(sum(row.contacts[kind] is not None for row in rows) for kind in range(kinds))
    return PartCoverage(code, len(rows), covered)


def matrix(areas: Iterable[str], *, on: date) -> Matrix:
    """Four statements, whatever the size."""
    areas = list(areas)
    forces = list(Force.objects.order_by("position"))
    grids = grids_within(areas)
    contacts = ForceContact.objects.in_bulk()
    there: dict[tuple[str, int], ForceContact] = {}
    rows = ForcePlacement.objects.filter(holds_on(on), within(areas, "area__code"))
    for code, force, contact in rows.values_list("area__code", "force_id", "contact_id"):
        there[code, force] = contacts[contact]
    return Matrix(
        forces,
        [Row(code, kind, tuple(there.get((code, force.pk)) for force in forces)) for code, kind in grids.items()],
    )
