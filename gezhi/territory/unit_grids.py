"""Unit grids (GB/T 30428.1) read: their codes, where a point lies among them, and rows from files.

They are the cells of city management and stand beside the governance grids: no case, desk or person lies on one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import Cached
from gezhi.territory.codes import LENGTHS
from gezhi.territory.crs import Crs, to_wgs84
from gezhi.territory.geojson import Outline, write_features
from gezhi.territory.grid_index import NOWHERE, GridIndex
from gezhi.territory.models import UnitGrid
from gezhi.territory.models.units import UnitKind
from gezhi.territory.outline_files import text_of

# The register whose stamp changes with every unit grid.
REGISTER = "unit_grids"
# District, street and community as in the division, then a number of two or three digits.
SHORTEST, LONGEST = LENGTHS["community"] + 2, LENGTHS["community"] + 3
NAMES = ("code", "编码", "标识码", "单元网格编码", "bgcode")
KIND_WORDS = {str(kind.label): kind.value for kind in UnitKind}


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A feature of a file, unchecked."""

    position: int
    code: str
    name: str
    kind: str
    geometry: Any


def rows_of(outlines: Iterable[Outline]) -> list[UnitRow]:
    """The features of a file as rows; the code under one of the names that are in use."""
    found = []
    for outline in outlines:
        said = outline.properties
        code = next((str(said[name]).strip() for name in NAMES if said.get(name) not in (None, "")), "")
        kind = text_of(said, "kind")
        found.append(UnitRow(outline.position, code.removesuffix(".0"), text_of(said, "name"), kind, outline.geometry))
    return found


def code_of(text: str, district: str) -> str:
    """A code of a unit grid of this district. Refused: bad_code, other_district."""
    code = text.strip()
    if not (code.isascii() and code.isdigit() and SHORTEST <= len(code) <= LONGEST):
        raise Refused(
            "bad_code", _("单元网格编码应为 14 或 15 位数字：区县 6 位、街道 3 位、社区 3 位、顺序号 2 或 3 位")
        )
    if not code.startswith(district):
        raise Refused("other_district", _("不属于本区（%(district)s）") % {"district": district})
    return code


def kind_of(text: str) -> str:
    """The code of a kind by its code or name; "" for what we have no word for."""
    return text if text in UnitKind.values else KIND_WORDS.get(text, "")


class UnitLocator:
    """The current cells in memory."""

    def __init__(self, codes: list[str], shapes: list[Any]) -> None:
        self.index = GridIndex(codes, shapes) if codes else None

    def find(self, lng: float, lat: float) -> tuple[str, bool] | None:
        """The code, and whether several cells claim the point (then the lowest code). None outside of all."""
        if self.index is None:
            return None
        position, shared = self.index.find(lng, lat)
        return None if position == NOWHERE else (self.index.codes[position], bool(shared))


def load() -> UnitLocator:
    rows = list(UnitGrid.objects.current().order_by("code").values_list("code", "wkb"))
    blobs = np.array([bytes(blob) for _code, blob in rows], dtype=object)
    return UnitLocator([code for code, _blob in rows], shapely.from_wkb(blobs).tolist())


LOCATOR = Cached(REGISTER, load)


def locate_unit(lng: float, lat: float, crs: Crs = Crs.WGS84) -> tuple[str, bool] | None:
    """The unit grid of a point, from memory."""
    return LOCATOR.get().find(*to_wgs84(lng, lat, crs))


def as_layer(rows: Iterable[UnitGrid]) -> str:
    """GeoJSON in full precision."""
    cells = list(rows)
    shapes = shapely.from_wkb(np.array([bytes(cell.wkb) for cell in cells], dtype=object))
    return write_features([properties_of(cell) for cell in cells], shapes, decimals=9)


def properties_of(cell: UnitGrid) -> dict[str, Any]:
    return {
        "code": cell.code,
        "name": cell.name,
        "kind": cell.kind,
        "square_metres": round(cell.square_metres, 2),
        "valid_from": cell.from_on.isoformat(),
        "valid_until": cell.until_on.isoformat() if cell.until_on else None,
        "source": cell.source,
    }
