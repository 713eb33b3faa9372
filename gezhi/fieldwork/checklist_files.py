"""The file of the lists 四倡导、六必访、六个做、七个好: group, code, name, is_confirmed; the one shipped with Gezhi or a district's own."""

from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from gezhi.fieldwork.models import ChecklistGroup
from gezhi.kernel.refusals import Refused
from gezhi.matters.catalogue_files import one_of, read_table, text, yes

SHIPPED = Path(__file__).parent / "checklists.csv"


@dataclass(frozen=True, slots=True)
class EntryRow:
    group: str
    code: str
    name: str
    is_confirmed: bool


def entry_row(cells: dict[str, str]) -> EntryRow:
    return EntryRow(
        one_of(cells, "group", ChecklistGroup.values),
        text(cells, "code", 30),
        text(cells, "name", 40),
        yes(cells, "is_confirmed"),
    )


def read_checklists(path: Path = SHIPPED) -> list[EntryRow]:
    """Raises `Refused` that lists every bad row with file and line."""
    faults: list[str] = []
    rows = list(read_table(path, entry_row, faults))
    if faults:
        message = _("清单文件有 %(count)d 处错误，没有导入任何内容：") % {"count": len(faults)}
        raise Refused("bad_checklists", message + "\n" + "\n".join(faults[:50]), faults=faults)
    return rows
