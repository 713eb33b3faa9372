"""The file of types: code, name, is_confirmed; the one shipped with Gezhi or a district's own."""

from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.refusals import Refused
from gezhi.matters.catalogue_files import read_table, text, yes

SHIPPED = Path(__file__).parent / "catalogue" / "types.csv"


@dataclass(frozen=True, slots=True)
class TypeRow:
    code: str
    name: str
    is_confirmed: bool


def type_row(cells: dict[str, str]) -> TypeRow:
    return TypeRow(text(cells, "code", 20), text(cells, "name", 40), yes(cells, "is_confirmed"))


def read_types(path: Path = SHIPPED) -> list[TypeRow]:
    """Raises `Refused` that lists every bad row with file and line."""
    faults: list[str] = []
    rows = list(read_table(path, type_row, faults))
    if faults:
        message = _("类型文件有 %(count)d 处错误，没有导入任何内容：") % {"count": len(faults)}
        raise Refused("bad_types", message + "\n" + "\n".join(faults[:50]), faults=faults)
    return rows
