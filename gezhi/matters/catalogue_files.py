"""The files that make a catalogue: four CSV tables in a folder, those shipped with Gezhi or a district's own.

    categories.csv   code, name, is_confirmed
    departments.csv  code, name
    matters.csv      code, name, category, owner, default_desk, is_for_grid, is_confidential, words, answer_template,
                     and, where the district has them, handling_template
    limits.csv       kind, matter, level, is_emergency, amount, unit, basis

Yes and no are written `yes` and `no`; the words of a matter are separated by spaces. An empty matter or level of a limit means all.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.refusals import Refused
from gezhi.kernel.worktime import UNITS
from gezhi.matters.models import LimitKind
from gezhi.matters.suggest import is_too_short
from gezhi.people.models import DeskKind

SHIPPED = Path(__file__).parent / "catalogue"
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class CategoryRow:
    code: str
    name: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class MatterRow:
    """`category` and `owner` are codes; no owner is ""."""

    code: str
    name: str
    category: str
    owner: str
    default_desk: str
    is_for_grid: bool
    is_confidential: bool
    words: tuple[str, ...]
    answer_template: str
    # None where the file has no such column: then what the district wrote elsewhere stays.
    handling_template: str | None = None


@dataclass(frozen=True, slots=True)
class LimitEntry:
    """`matter` is a code; "" as matter or level means all."""

    kind: str
    matter: str
    level: str
    is_emergency: bool
    amount: int
    unit: str
    basis: str


@dataclass(frozen=True, slots=True)
class CatalogueRows:
    """Everything a catalogue is loaded from."""

    categories: tuple[CategoryRow, ...]
    departments: tuple[DepartmentRow, ...]
    matters: tuple[MatterRow, ...]
    limits: tuple[LimitEntry, ...]

    def only(self, *codes: str) -> "CatalogueRows":
        """The same with these matters alone, their categories and departments, and the limits that still apply."""
        matters = tuple(row for row in self.matters if row.code in codes)
        categories, owners = {row.category for row in matters}, {row.owner for row in matters}
        return CatalogueRows(
            tuple(row for row in self.categories if row.code in categories),
            tuple(row for row in self.departments if row.code in owners),
            matters,
            tuple(row for row in self.limits if row.matter in ("", *codes)),
        )


class BadCell(ValueError):
    """A cell that can't be read; the text names column and reason."""


def read_catalogue(folder: Path = SHIPPED) -> CatalogueRows:
    """Read the four files. Raises `Refused` that lists every bad row with file and line."""
    faults: list[str] = []
    rows = CatalogueRows(
        tuple(read_table(folder / "categories.csv", category_row, faults)),
        tuple(read_table(folder / "departments.csv", department_row, faults)),
        tuple(read_table(folder / "matters.csv", matter_row, faults)),
        tuple(read_table(folder / "limits.csv", limit_row, faults)),
    )
    faults += loose_ends(rows)
    if faults:
        message = _("清单文件有 %(count)d 处错误，没有导入任何内容：") % {"count": len(faults)}
        raise Refused("bad_catalogue", message + "\n" + "\n".join(faults[:50]), faults=faults)
    return rows


def read_table(path: Path, parse: Callable[[dict[str, str]], Row], faults: list[str]) -> Iterator[Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        faults.append(f"{path.name}: " + _("缺少这个文件"))
        return
    except UnicodeDecodeError:
        faults.append(f"{path.name}: " + _("不是 UTF-8 编码，请另存为 UTF-8 的 CSV"))
        return
    codes: set[str] = set()
    reader = csv.DictReader(text.splitlines())
    for cells in reader:
        try:
            row = parse({key: (value or "").strip() for key, value in cells.items() if isinstance(key, str)})
            code = getattr(row, "code", None)
            if code in codes:
                raise BadCell(_("代码 %(code)s 重复") % {"code": code})
            if code is not None:
                codes.add(code)
            yield row
        except KeyError as error:
            faults.append(f"{path.name}: " + _("缺少列 %(column)s") % {"column": error.args[0]})
            return
        except BadCell as error:
            faults.append(f"{path.name}:{reader.line_num}: {error}")


def category_row(cells: dict[str, str]) -> CategoryRow:
    return CategoryRow(text(cells, "code", 4), text(cells, "name", 40), yes(cells, "is_confirmed"))


def department_row(cells: dict[str, str]) -> DepartmentRow:
    return DepartmentRow(text(cells, "code", 30), text(cells, "name", 60))


def matter_row(cells: dict[str, str]) -> MatterRow:
    row = MatterRow(
        text(cells, "code", 12),
        text(cells, "name", 60),
        text(cells, "category", 4),
        cells["owner"],
        one_of(cells, "default_desk", DeskKind.values),
        yes(cells, "is_for_grid"),
        yes(cells, "is_confidential"),
        tuple(dict.fromkeys(cells["words"].split())),
        cells["answer_template"],
        cells.get("handling_template"),
    )
    for word in row.words:
        if is_too_short(word):
            raise BadCell(_("提示词「%(word)s」太短，至少两个字") % {"word": word})
    return row


def limit_row(cells: dict[str, str]) -> LimitEntry:
    amount = cells["amount"]
    if not (amount.isascii() and amount.isdigit() and 0 < int(amount) < 100_000):
        raise BadCell(_("amount 应为正整数"))
    return LimitEntry(
        one_of(cells, "kind", LimitKind.values),
        cells["matter"],
        one_of(cells, "level", ["", *DeskKind.values]),
        yes(cells, "is_emergency"),
        int(amount),
        one_of(cells, "unit", UNITS),
        cells["basis"][:200],
    )


def text(cells: dict[str, str], column: str, longest: int) -> str:
    value = cells[column]
    if not 1 <= len(value) <= longest:
        raise BadCell(_("%(column)s 不能为空，最多 %(longest)d 个字") % {"column": column, "longest": longest})
    return value


def yes(cells: dict[str, str], column: str) -> bool:
    return one_of(cells, column, ("yes", "no")) == "yes"


def one_of(cells: dict[str, str], column: str, choices: Any) -> str:
    value = cells[column]
    if value not in choices:
        listed = "、".join(choice for choice in choices if choice)
        raise BadCell(_("%(column)s 应为其中之一：%(choices)s") % {"column": column, "choices": listed})
    return value


def loose_ends(rows: CatalogueRows) -> Iterator[str]:
    """References to nothing, and matters that no desk could handle."""
    categories = {row.code for row in rows.categories}
    departments = {row.code for row in rows.departments}
    matters = {row.code for row in rows.matters}
    for row in rows.matters:
        where = f"matters.csv: {row.code}: "
        if row.category not in categories:
            yield where + _("没有类别 %(code)s") % {"code": row.category}
        if row.owner and row.owner not in departments:
            yield where + _("没有部门 %(code)s") % {"code": row.owner}
        if row.default_desk == "department" and not row.owner:
            yield where + _("由部门办理的事项要写明主责部门")
        if row.default_desk == "grid" and not row.is_for_grid:
            yield where + _("由网格办理的事项必须允许下沉到网格")
    for limit in rows.limits:
        if limit.matter and limit.matter not in matters:
            yield "limits.csv: " + _("没有事项 %(code)s") % {"code": limit.matter}
