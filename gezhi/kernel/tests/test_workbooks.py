"""Workbooks: every value in its own type, and no text that could run as a formula."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.utils.translation import gettext_lazy as _
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from gezhi.kernel.workbooks import FORMULA, Column, Sheet, safe, write


def opened(*sheets: Sheet) -> Any:
    return load_workbook(BytesIO(write(*sheets)))


def test_each_value_in_its_type() -> None:
    row = ["城管局", 3, 2.5, True, date(2026, 3, 2), datetime(2026, 3, 2, 2, 30, tzinfo=UTC), None, _("街道")]
    columns = [Column(str(number), width=8) for number in range(len(row))]
    columns[2] = Column("率", shape="0.0%")
    page = opened(Sheet("表", columns, [row], notes=["说明"])).active
    cells = list(page[2])
    values = [cell.value for cell in cells]
    # What stands there is the time in the district.
    assert [str(value) for value in values[4:6]] == ["2026-03-02 00:00:00", "2026-03-02 10:30:00"]
    assert [*values[:4], *values[6:]] == ["城管局", 3, 2.5, True, None, "街道"]
    assert (cells[2].number_format, cells[5].number_format) == ("0.0%", "yyyy-mm-dd hh:mm")
    assert page.freeze_panes == "A2"
    assert page["A1"].font.bold
    assert page["A4"].value == "说明"


@pytest.mark.parametrize(
    "evil", [*(f"{sign}1+1" for sign in FORMULA), '=HYPERLINK("http://x")', "@SUM(A1)", "-cmd|' /C'!A0"]
)
def test_no_text_runs(evil: str) -> None:
    file = write(Sheet("表", [Column(evil)], [[evil]], notes=[evil]))
    page = load_workbook(BytesIO(file)).active
    for name in ("A1", "A2", "A4"):
        assert page[name].data_type == "s"
        assert page[name].value.startswith("'")
    with ZipFile(BytesIO(file)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


@given(st.text())
def test_any_text_can_be_kept(text: str) -> None:
    clean = safe(text)
    assert not clean.startswith(FORMULA)
    assert len(clean) <= 32_767


def test_names_of_sheets_are_such_as_excel_takes() -> None:
    book = opened(*(Sheet(title, [Column("一")], []) for title in ("一/二:三", "甲" * 40, "甲" * 40, "", "'")))
    titles = book.sheetnames
    assert titles[0] == "一 二 三"
    assert all(0 < len(title) <= 31 for title in titles)
    assert len({title.lower() for title in titles}) == 5
