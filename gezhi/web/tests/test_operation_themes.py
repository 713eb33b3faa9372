"""Numbers on a map: their classes, the table that says the same, the workbook; an area on paper; the search."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from gezhi.cases.models import Case
from gezhi.territory.actions import take_effect
from gezhi.territory.crs import Crs, from_wgs84
from gezhi.territory.tests.planning import ON_THE_DAY, approve, draft, merging
from gezhi.testing import SYSTEM, Town
from gezhi.web.operation.classes import MOST, shade_of, spans

Browser = Callable[[str], Client]
Report = Callable[..., Case]


@given(st.lists(st.integers(0, 60), max_size=80))
def test_classes_hold_every_number_once(numbers: list[int]) -> None:
    classes = spans(numbers)
    assert len(classes) <= MOST
    assert sum(one.many for one in classes) == len(numbers)
    assert [one.shade for one in classes] == list(range(len(classes)))
    for number in numbers:
        one = classes[shade_of(number, classes)]
        assert one.first <= number <= one.last
    for before, after in pairwise(classes):
        assert before.last < after.first
    if 0 in numbers and len(set(numbers)) > 1:
        assert classes[0].first == classes[0].last == 0


def numbers(page: str) -> dict[str, list[str]]:
    """The rows of the table by code."""
    import re

    rows = re.findall(r'<tr id="row-(\d+)".*?</tr>', page, re.DOTALL)
    cells = {}
    for code in rows:
        body = re.search(rf'<tr id="row-{code}".*?</tr>', page, re.DOTALL)
        assert body
        cells[code] = [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", body[0], re.DOTALL)]
    return cells


def test_the_table_counts_what_the_list_counts(client_as: Browser, reported: Report, town: Town) -> None:
    now = timezone.now()
    for _number in range(3):
        reported(at=now)
    reported(grid=town.next_grid, at=now - timedelta(days=30))
    reported(grid=town.other_grid, at=now)
    clerk = client_as("clerk")
    assert numbers(clerk.get("/operation/map/themes/").content.decode()) == {
        town.grid: ["400", "0", "3", "0"],
        town.next_grid: ["400", "1", "1", "1"],
        f"{town.community}003": ["400", "2", "0", "0"],
    }
    district = client_as("district_clerk").get("/operation/map/themes/?theme=households").content.decode()
    assert numbers(district) == {town.street: ["2400", "9", "4", "1"], town.other_street: ["2400", "10", "1", "0"]}
    assert "2,400 户" in district


def test_nobody_sees_more_by_asking_for_it(client_as: Browser, reported: Report, town: Town) -> None:
    reported(grid=town.other_grid, at=timezone.now())
    page = client_as("clerk").get(f"/operation/map/themes/?area={town.other_street}&level=street").content.decode()
    assert town.other_street not in numbers(page)


def test_the_workbook_holds_all_four_numbers(client_as: Browser, reported: Report, town: Town) -> None:
    reported(at=timezone.now())
    answer = client_as("clerk").get("/operation/map/themes/themes.xlsx")
    rows = [row for row in load_workbook(BytesIO(answer.content)).active.values if row[0] or row[1]]  # type: ignore[union-attr]
    assert rows[0][:6] == ("编码", "名称", "户数", "缺岗", "未办结", "超期")
    assert rows[1][:6] == (town.grid, "西关街道 / 柳巷社区 / 第1网格", 400, 0, 1, 0)
    assert rows[4][1:6] == ("合计", 1200, 3, 1, 0)


def test_outlines_of_each_level(client_as: Browser, town: Town) -> None:
    district = client_as("district_clerk")
    for level, many in (("street", 2), ("community", 4), ("grid", 12)):
        assert len(district.get(f"/operation/map/outlines.geojson?level={level}").json()["features"]) == many
    inside = district.get(f"/operation/map/outlines.geojson?level=grid&area={town.community}")
    assert len(inside.json()["features"]) == 3


# --- search -----------------------------------------------------------------------------------------------------------


def found(client: Client, words: str) -> list[tuple[str, str]]:
    rows = client.get("/operation/map/search.json", {"q": words}).json()["found"]
    return [(row["words"], row["more"]) for row in rows]


def test_areas_by_name_and_code(client_as: Browser, town: Town) -> None:
    clerk = client_as("clerk")
    assert found(clerk, town.next_grid)[0][0] == f"西关街道 / 柳巷社区 / 第2网格 {town.next_grid}"
    assert [words for words, _more in found(clerk, "柳巷 第3网格")] == [
        f"西关街道 / 柳巷社区 / 第3网格 {town.community}003"
    ]
    assert found(clerk, "柳巷")[0][0].endswith(town.community)
    assert found(clerk, "") == found(clerk, "没有这个地方") == []
    assert found(clerk, "\x00'%") == []


def test_an_old_code_leads_to_who_took_over(client_as: Browser, town: Town) -> None:
    plan = approve(town, draft(town, merging(town.grid, town.next_grid)))
    take_effect(plan, actor=SYSTEM, at=ON_THE_DAY)
    words, more = found(client_as("clerk"), town.next_grid)[0]
    assert words.endswith(f"{town.community}004")
    assert more == f"接替旧编码 {town.next_grid}"
    page = client_as("clerk").get(f"/operation/land/areas/{town.next_grid}/sheet/").content.decode()
    assert f"旧编码 {town.next_grid} 的地现在由它接替" in page


@pytest.mark.parametrize(("crs", "at"), [(Crs.WGS84, 0), (Crs.GCJ02, 1), (Crs.BD09, 2)])
@pytest.mark.parametrize("shape", ["{lng}, {lat}", "{lat} {lng}", "{lng}，{lat}"])
def test_a_point_pasted_in_any_system(client_as: Browser, town: Town, crs: Crs, at: int, shape: str) -> None:
    lng, lat = from_wgs84(*town.point_in(), crs)
    rows = found(client_as("clerk"), shape.format(lng=round(lng, 6), lat=round(lat, 6)))
    assert len(rows) == 3
    assert rows[at][1] == "西关街道 / 柳巷社区 / 第1网格"


def test_addresses_of_cases_that_one_may_see(client_as: Browser, reported: Report, town: Town) -> None:
    reported(address="柳巷街 12 号")
    reported(address="杏林路 12 号", grid=town.other_grid)
    assert found(client_as("clerk"), "12 号") == [("柳巷街 12 号", "西关街道 / 柳巷社区 / 第1网格")]
    assert found(client_as("stranger"), "12 号") == [("杏林路 12 号", "东关街道 / 杏林社区 / 第1网格")]


# --- on paper -----------------------------------------------------------------------------------------------------------


def test_a_sheet_says_who_lies_beside(client_as: Browser, town: Town) -> None:
    page = client_as("clerk").get(f"/operation/land/areas/{town.next_grid}/sheet/").content.decode()
    sides = dict(zip(("东", "南", "西", "北"), ("第3网格", "槐树社区 第2网格", "第1网格", "区外"), strict=True))
    for side, name in sides.items():
        assert f"<dt>{side}</dt><dd>{name}</dd>" in page, side
    assert "（按图推定）" in page
    assert "示意，非测绘成果" in page
    assert "郑专职" in page


def test_a_sheet_is_a_picture_by_itself(client_as: Browser, town: Town) -> None:
    answer = client_as("clerk").get(f"/operation/land/areas/{town.grid}/sheet.svg")
    from xml.etree import ElementTree

    picture = ElementTree.fromstring(answer.content)
    assert picture.tag.endswith("svg")
    words = "".join(picture.itertext())
    for said in (town.grid, "1:3000", "孙网格", "北"):
        assert said in words, said
    assert "style=" not in answer.content.decode()


def test_no_area_no_sheet(client_as: Browser, town: Town) -> None:
    for code in ("370103999", "x", f"{town.community}999"):
        assert client_as("clerk").get(f"/operation/land/areas/{code}/sheet/").status_code == 404


def test_the_scripts_are_told_what_the_page_says(client_as: Browser, town: Town) -> None:
    page: Any = client_as("clerk").get("/operation/map/").content.decode()
    assert "搜名称、编码、地址、坐标" in page
    assert 'href="/operation/map/themes/"' in page
