"""Lists of people as Excel workbooks: bytes to rows, and the empty list to fill in. Pure but for reading the bytes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.refusals import Refused
from gezhi.kernel.workbooks import Column, NoWorkbook, Sheet, read_lines, typed_text, write

# Heading on paper -> column of `StaffRow`; other headings are passed over.
HEADINGS = {
    "姓名": "name",
    "工作电话": "work_phone",
    "网格编码": "grid",
    "岗位": "role",
    "来源": "source",
    "单位": "unit",
    "到岗日期": "from_on",
    "选配渠道": "channel",
    "任用方式": "manner",
    "服务项目": "services",
    "同意公示": "consents",
    "例外理由": "reason",
}
REQUIRED = ("name", "work_phone", "grid", "source")
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A line of the list as it was typed. `line` is its number in the file, the heading being 1."""

    line: int
    name: str = ""
    work_phone: str = ""
    grid: str = ""
    role: str = ""
    source: str = ""
    unit: str = ""
    from_on: str = ""
    channel: str = ""
    manner: str = ""
    services: str = ""
    consents: str = ""
    reason: str = ""


# The line that stands in the empty list, to be written over.
EXAMPLE = StaffRow(
    2, "张示例", "0531-80000000", "370103001001001", source="志愿者", services="代办、巡查", consents="是"
)


def read_staff(data: bytes) -> list[StaffRow]:
    """The rows of the first sheet by their headings. Refused: not_excel, no_columns (with their names), no_rows, too_many_rows."""
    try:
        lines = read_lines(data, most_rows=MOST_ROWS + 1)
    except NoWorkbook as error:
        raise Refused("not_excel", _("这不是 Excel 文件（.xlsx），请另存为 .xlsx 后再导入。"), field="file") from error
    names = [HEADINGS.get(typed_text(cell), "") for cell in lines[0]] if lines else []
    missing = [heading for heading, name in HEADINGS.items() if name in REQUIRED and name not in names]
    if missing:
        words = _("表头缺少：%(names)s。请用模板里的表头。") % {"names": "、".join(missing)}
        raise Refused("no_columns", words, field="file")
    columns = {name: at for at, name in reversed(list(enumerate(names))) if name}
    rows = [
        StaffRow(number, **{name: typed_text(line[at]) if at < len(line) else "" for name, at in columns.items()})
        for number, line in enumerate(lines[1:], start=2)
        if any(cell not in (None, "") for cell in line)
    ]
    if not rows:
        raise Refused("no_rows", _("表里没有一行人员。"), field="file")
    if len(rows) > MOST_ROWS:
        raise Refused("too_many_rows", _("一次最多导入 %(most)s 行。") % {"most": MOST_ROWS}, field="file")
    return rows


def template(examples: Iterable[StaffRow], *, sources: Iterable[str]) -> bytes:
    """The list to fill in, with the words that may stand in it."""
    columns = [Column(heading, 10) for heading in HEADINGS]
    rows: list[list[Any]] = [[getattr(row, name) for name in HEADINGS.values()] for row in examples]
    notes = [
        _("姓名、工作电话、网格编码、来源必填；同一个人在同一个网格再导入一次，不会重复。"),
        _("来源可以写：%(sources)s。") % {"sources": "、".join(sources)},
        _("岗位不写就是兼职网格员；到岗日期不写就是今天；只有写“是”才公示。"),
    ]
    return write(Sheet(_("人员"), columns, rows, notes))
