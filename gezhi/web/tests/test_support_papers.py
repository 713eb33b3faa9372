"""Every register of the support workspace goes out as Excel and as Word: the same rows, whatever the room."""

import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from docx import Document
from openpyxl import load_workbook

from gezhi.people.actions import seat
from gezhi.people.roles import Role
from gezhi.testing import FOUNDED, SYSTEM, Town

REGISTERS = (
    "/support/people/gaps.xlsx",
    "/support/people/staff.xlsx",
    "/support/people/firsts.xlsx",
    "/support/people/forces.xlsx",
    "/support/people/policies.xlsx",
    "/support/people/structure.xlsx",
    "/support/matters/workbook/",
    "/support/matters/applications/workbook/",
)


@pytest.fixture
def support(town: Town, client_as: Callable[[str], Client]) -> Client:
    seat(
        town.user("nobody"),
        town.desk(town.district),
        Role.SUPPORT_CLERK,
        actor=SYSTEM,
        at=FOUNDED,
        from_on=date(2020, 1, 1),
    )
    return client_as("nobody")


@pytest.mark.parametrize("path", REGISTERS)
def test_a_register_is_the_same_as_workbook_and_as_paper(support: Client, path: str) -> None:
    book, word = support.get(path), support.get(path, {"as": "docx"})
    if book.status_code == 404:
        pytest.fail(f"no register at {path}")
    sheets = load_workbook(io.BytesIO(book.content)).worksheets
    tables = Document(io.BytesIO(word.content)).tables
    assert len(sheets) == len(tables)
    assert ".docx" in word["Content-Disposition"]
    for sheet, table in zip(sheets, tables, strict=True):
        headings = [str(cell.value) for cell in next(sheet.iter_rows(max_row=1))]
        assert [cell.text for cell in table.rows[0].cells] == headings


def test_every_page_that_offers_one_offers_the_other(support: Client) -> None:
    for path in (
        "/support/people/gaps/",
        "/support/people/staff/",
        "/support/matters/",
        "/support/matters/applications/",
    ):
        page = support.get(path)
        assert page.status_code == 200, path
        offered = re.findall(r'href="([^"]*(?:\.xlsx|workbook/)[^"]*)"', page.content.decode())
        papers = [href for href in offered if href.endswith("as=docx")]
        assert papers, path
        assert support.get(papers[0].replace("&amp;", "&"))["Content-Disposition"].endswith(("docx", 'docx"')), path
