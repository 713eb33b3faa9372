"""Lists of people: rows that are right come in once, rows that are wrong are listed, a dry run keeps nothing."""

import time
from dataclasses import replace
from typing import Any

import pytest

from gezhi.accounts.models import User
from gezhi.kernel.refusals import Refused
from gezhi.kernel.workbooks import Column, Sheet, write
from gezhi.people.actions import import_staff
from gezhi.people.models import Appointment, Post, Publication, StaffImport
from gezhi.people.public import public_team
from gezhi.people.roles import Role
from gezhi.people.staff_files import HEADINGS, StaffRow, read_staff, template
from gezhi.people.tests.teams import TODAY, refused, support
from gezhi.testing import NOON, SYSTEM, Town

ROW = StaffRow(2, "何志愿", "13500000001", "370103001001001", source="志愿者")


def rows(count: int, **over: Any) -> list[StaffRow]:
    return [
        replace(ROW, line=number + 2, name=f"志愿{number:04d}", work_phone=f"135{number:08d}", **over)
        for number in range(count)
    ]


def test_a_list_is_read_in_once_however_often_it_comes(town: Town) -> None:
    first = import_staff(rows(5), actor=SYSTEM, at=NOON)
    assert (first.rows, first.entered, first.known, first.accounts, first.refused) == (5, 5, 0, 5, [])
    users, posts = User.objects.count(), Post.objects.count()
    again = import_staff(rows(5), actor=SYSTEM, at=NOON)
    assert (again.entered, again.known, again.accounts) == (0, 5, 0)
    assert (User.objects.count(), Post.objects.count()) == (users, posts)


def test_somebody_twice_in_one_list_comes_in_once(town: Town) -> None:
    report = import_staff([ROW, replace(ROW, line=3)], actor=SYSTEM, at=NOON)
    assert (report.entered, report.known) == (1, 1)


def test_one_person_at_two_grids_is_one_account(town: Town) -> None:
    report = import_staff([ROW, replace(ROW, line=3, grid=town.next_grid)], actor=SYSTEM, at=NOON)
    assert (report.entered, report.accounts) == (2, 1)


def test_who_has_an_account_keeps_it(town: Town) -> None:
    worker = town.user("worker")
    row = replace(ROW, name=worker.name, work_phone=worker.work_phone, grid=town.next_grid)
    report = import_staff([row], actor=SYSTEM, at=NOON)
    assert (report.entered, report.accounts) == (1, 0)
    assert worker.posts.filter(role=Role.PART_TIME_WORKER).count() == 1


@pytest.mark.parametrize(
    ("over", "column"),
    [
        ({"name": ""}, "姓名"),
        ({"work_phone": "无"}, "工作电话"),
        ({"work_phone": ""}, "工作电话"),
        ({"grid": "370103001001099"}, "网格编码"),
        ({"grid": "370103001001"}, "网格编码"),
        ({"role": "网格长"}, "岗位"),
        ({"source": "自荐"}, "来源"),
        ({"source": "公开招聘"}, "来源"),
        ({"source": "驻区单位联络人"}, "单位"),
        ({"source": "社区专职工作者"}, "例外理由"),
        ({"from_on": "去年"}, "到岗日期"),
        ({"channel": "抽签"}, "选配渠道"),
        ({"role": "专职网格员", "source": "公开招聘"}, "任用方式"),
        ({"services": "办" * 121}, "服务项目"),
    ],
)
def test_a_row_that_is_wrong_is_listed_and_the_others_come_in(town: Town, over: dict[str, str], column: str) -> None:
    report = import_staff([replace(ROW, line=7, **over), *rows(2)], actor=SYSTEM, at=NOON)
    assert report.entered == 2
    [wrong] = report.refused
    assert (wrong.line, wrong.field) == (7, column)
    assert str(wrong.message)


def test_a_dry_run_says_the_same_and_keeps_nothing(town: Town) -> None:
    wrong = replace(ROW, line=9, grid="370103009001001")
    before = (User.objects.count(), Post.objects.count(), Appointment.objects.count())
    dry = import_staff([*rows(4), wrong], actor=SYSTEM, at=NOON, is_dry=True)
    assert before == (User.objects.count(), Post.objects.count(), Appointment.objects.count())
    assert not StaffImport.objects.exists()
    real = import_staff([*rows(4), wrong], actor=SYSTEM, at=NOON)
    assert (dry.entered, dry.known, dry.refused) == (real.entered, real.known, real.refused)


def test_grids_of_others_look_like_no_grids(town: Town) -> None:
    report = import_staff([*rows(1, grid=town.other_grid), ROW], actor=support(town), at=NOON)
    assert report.entered == 1
    assert report.refused[0].field == "网格编码"


def test_only_who_consented_is_shown(town: Town) -> None:
    import_staff([replace(ROW, consents="是", services="代办、送药"), *rows(2)], actor=SYSTEM, at=NOON)
    assert Publication.objects.count() == 1
    [group] = public_team(town.grid, on=TODAY)
    assert [(one.name, one.services) for one in group.people] == [("何志愿", "代办、送药")]


def workbook(lines: list[list[Any]], headings: list[str] | None = None) -> bytes:
    return write(Sheet("人员", [Column(heading) for heading in headings or list(HEADINGS)], lines))


def test_the_template_can_be_read_back(town: Town) -> None:
    [row] = read_staff(template([ROW], sources=["志愿者"]))[:1]
    assert (row.name, row.work_phone, row.grid, row.source) == (ROW.name, ROW.work_phone, ROW.grid, ROW.source)


def test_numbers_and_days_of_excel_are_read_as_they_look() -> None:
    line = ["何志愿", 13500000001, 370103001001001, "", "志愿者", "", TODAY, "", "", "", "", ""]
    [row] = read_staff(workbook([line]))
    assert (row.work_phone, row.grid, row.from_on) == ("13500000001", "370103001001001", "2026-03-02")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no workbook", "not_excel"),
        (workbook([["a"]], ["姓名"]), "no_columns"),
        (workbook([]), "no_rows"),
    ],
    ids=["not_excel", "no_columns", "no_rows"],
)
def test_files_that_are_no_lists_are_refused(data: bytes, code: str) -> None:
    refused(code, lambda: read_staff(data))


def test_formulas_stay_texts(town: Town) -> None:
    data = workbook([["=1+1", "13500000001", town.grid, "", "志愿者", "", "", "", "", "", "", ""]])
    [row] = read_staff(data)
    assert row.name == "=1+1"


@pytest.mark.slow
def test_3511_part_timers_come_in_within_a_minute(town: Town) -> None:
    """R052, on whatever database runs the test; read from Excel, appointed, and read in again without doubles."""
    from gezhi.territory.models import Area

    grids = list(Area.objects.filter(level="grid").order_by("code").values_list("code", flat=True))
    lines = [
        [
            f"员{number:04d}",
            f"136{number:08d}",
            grids[number % len(grids)],
            "",
            "志愿者",
            "",
            "2026-03-02",
            "",
            "",
            "代办",
            "是",
            "",
        ]
        for number in range(3511)
    ]
    data = workbook(lines)
    started = time.monotonic()
    report = import_staff(read_staff(data), actor=SYSTEM, at=NOON)
    took = time.monotonic() - started
    assert (report.entered, report.refused) == (3511, [])
    assert Publication.objects.count() == 3511
    started = time.monotonic()
    again = import_staff(read_staff(data), actor=SYSTEM, at=NOON)
    assert (again.entered, again.known) == (0, 3511)
    assert took < 60


def test_a_refused_file_is_no_import(town: Town) -> None:
    with pytest.raises(Refused):
        read_staff(b"")
    assert not StaffImport.objects.exists()
