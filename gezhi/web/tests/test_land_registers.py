"""Pages of the registers: counts that equal the database, sizes with reasons, resources, old grids, unit grids, imports, proofs that mend."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import Workbook, load_workbook
from shapely import box

from gezhi.territory.actions import change_area, load_ledgers, set_boundary
from gezhi.territory.crs import Crs
from gezhi.territory.geopackage import write_layer
from gezhi.territory.models import (
    Area,
    Boundary,
    LegacyGrid,
    ResourceCategory,
    ResourcePlacement,
    SizeExemption,
    SizeRule,
    UnitGrid,
)
from gezhi.testing import HIGH, SYSTEM, WIDE, Town, corner_of, outline_of
from gezhi.web.tests.conftest import Caller
from gezhi.web.tests.land import HOME, geojson, page_of, send
from gezhi.web.tests.resident import words

Browser = Callable[[str], Client]
STATEMENTS = 16


@pytest.fixture(autouse=True)
def ledgers(town: Town) -> None:
    load_ledgers(actor=SYSTEM, at=timezone.now())


def sheet_of(answer: Any, number: int = 0) -> list[tuple[Any, ...]]:
    return list(load_workbook(BytesIO(answer.content)).worksheets[number].iter_rows(values_only=True))


def workbook_of(*rows: list[Any]) -> SimpleUploadedFile:
    book, file = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(file)
    return SimpleUploadedFile("rows.xlsx", file.getvalue())


# --- 345 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "within"), [("district_clerk", ""), ("street_clerk", "370103001"), ("clerk", "370103001001")]
)
def test_every_count_is_that_of_the_database_and_leads_to_as_many(
    town: Town, client_as: Browser, who: str, within: str
) -> None:
    area = Area.objects.get(code=town.next_grid)
    change_area(area, actor=SYSTEM, at=timezone.now(), is_active=False)
    client = client_as(who)
    page = page_of(client, "")
    links = re.findall(r'href="(/operation/land/areas/\?[^"]+)"><b>([\d,]+)</b>', page)
    assert len(links) >= 4
    for href, count in links:
        found = client.get(href.replace("&amp;", "&"))
        total = re.search(r"<small>(\d+) 个</small>", found.content.decode())
        assert total, href
        assert total[1] == count.replace(",", ""), href
    grids = Area.objects.filter(kind="residential", is_active=True, code__startswith=within).count()
    of_kind = [count for href, count in links if "kind=residential" in href]
    assert of_kind == [str(grids)]


def test_names_of_the_structure_are_the_districts(town: Town, client_as: Browser) -> None:
    district = client_as("district_clerk")
    page = page_of(district, "")
    assert "楼院级" in page
    assert "待确认" in page
    path = re.search(r'href="/operation/land/(dictionary/part/\d+/)">改“楼院级”', page)
    assert path
    assert send(district, path[1], name="楼栋级", is_confirmed="on").status_code == 302
    page = page_of(client_as("clerk"), "")
    assert "楼栋级" in page
    assert "改“" not in page
    assert client_as("clerk").get(HOME + path[1]).status_code == 404


# --- areas ----------------------------------------------------------------------------------------------------------


def test_of_another_street_one_sees_nothing(town: Town, client_as: Browser) -> None:
    for who, code in (("street_clerk", town.other_street), ("clerk", town.next_community), ("stranger", town.grid)):
        client = client_as(who)
        for path in (f"areas/{code}/", f"areas/{code}/proof/", f"areas/{code}/export/?format=gpkg&level=grid", f"areas/?within={code}",
                     f"areas/areas.xlsx?within={code}", f"sizes/?within={code}", f"resources/?within={code}", f"?within={code}"):  # fmt: skip
            assert client.get(HOME + path).status_code == 404, (who, path)
    client = client_as("clerk")
    assert client.get(f"{HOME}areas/{town.street}/").status_code == 200, "the area around one's own"
    assert client.get(f"{HOME}areas/?within={town.street}").status_code == 404, "and not what else lies in it"
    assert client.get(f"{HOME}areas/{town.street}/export/?format=gpkg&level=grid").status_code == 404
    assert client.get(f"{HOME}areas/999999/").status_code == 404


def test_an_area_with_its_boundaries_by_date(town: Town, client_as: Browser) -> None:
    area = Area.objects.get(code=town.grid)
    before = timezone.localdate() - timedelta(days=1)
    wider = outline_of(town.grid).union(outline_of(town.next_grid))
    set_boundary(area, wider, crs=Crs.WGS84, source="重新测量", actor=SYSTEM, at=timezone.now())
    client = client_as("clerk")
    page = page_of(client, f"areas/{town.grid}/")
    for shown in ("重新测量", "invented", "现在的边界", "没有换过编码"):
        assert shown in page, shown
    old = page_of(client, f"areas/{town.grid}/?on={before.isoformat()}")
    assert f"{before.isoformat()} 的边界" in old

    def path_of(text: str) -> str:
        found = re.search(r'class="after" d="([^"]+)"', text)
        assert found
        return found[1]

    assert path_of(page) != path_of(old)
    assert "这一天没有边界" in page_of(client, f"areas/{town.grid}/?on=1999-01-01")
    assert client.get(f"{HOME}areas/{town.grid}/?on=nonsense").status_code == 200


def test_who_edits_the_register_writes_the_four_sides(town: Town, client_as: Browser) -> None:
    facts = {"name": "第1网格", "short_name": "第1网格", "households": "402", "population": "1000", "bounds_east": "解放路",
             "bounds_south": "经二路", "bounds_west": "", "bounds_north": ""}  # fmt: skip
    assert client_as("clerk").post(f"{HOME}areas/{town.grid}/facts/", facts).status_code == 404
    district = client_as("district_clerk")
    assert district.post(f"{HOME}areas/{town.grid}/facts/", facts).status_code == 302
    page = words(client_as("clerk").get(f"{HOME}areas/{town.grid}/"))
    assert "东至 解放路" in page
    assert "户数 402" in page
    wrong = district.post(f"{HOME}areas/{town.grid}/facts/", facts | {"name": ""})
    assert wrong.status_code == 422


@pytest.mark.parametrize("form", ["gpkg", "geojson", "xlsx"])
def test_areas_leave_as_files(town: Town, client_as: Browser, form: str) -> None:
    answer = client_as("street_clerk").get(f"{HOME}areas/{town.street}/export/?format={form}&level=grid")
    assert answer.status_code == 200
    assert len(answer.content) > 1000


def test_statements_do_not_grow(town: Town, client_as: Browser) -> None:
    client = client_as("district_clerk")
    for path in ("", "areas/", "sizes/", "resources/?category=party", "legacy/", "units/"):
        page_of(client, path)
        with CaptureQueriesContext(connection) as queries:
            page_of(client, path)
        assert len(queries) <= STATEMENTS, (path, len(queries))


# --- sizes ----------------------------------------------------------------------------------------------------------


def test_the_size_report_at_its_borders(town: Town, client_as: Browser) -> None:
    numbers = {town.grid: 299, town.next_grid: 300, f"{town.community}003": 500, f"{town.next_community}001": 501}
    for code, households in numbers.items():
        change_area(Area.objects.get(code=code), actor=SYSTEM, at=timezone.now(), households=households)
    district = client_as("district_clerk")
    page = page_of(district, "sizes/")
    listed = re.findall(r'class="go" href="/operation/land/areas/(\d{15})/"', page)
    assert listed == [town.grid, f"{town.next_community}001"]
    assert "不足 300 户" in page
    assert "超过 500 户" in page
    answer = send(
        district,
        f"areas/{town.grid}/exemption/",
        reason="一栋楼不能拆开。",
        from_on=timezone.localdate().isoformat(),
        until_on="",
    )
    assert answer.status_code == 302, words(answer)
    assert re.findall(r'class="go" href="/operation/land/areas/(\d{15})/"', page_of(district, "sizes/?exempt=no")) == [
        f"{town.next_community}001"
    ]
    assert "一栋楼不能拆开。" in page_of(client_as("clerk"), "sizes/")
    rows = sheet_of(client_as("street_clerk").get(f"{HOME}sizes/sizes.xlsx"))
    assert [row[0] for row in rows[1:3]] == [town.grid, f"{town.next_community}001"]
    exemption = SizeExemption.objects.get()
    assert client_as("clerk").post(f"{HOME}sizes/exemptions/{exemption.pk}/end/").status_code == 404
    assert district.post(f"{HOME}sizes/exemptions/{exemption.pk}/end/").status_code == 302
    exemption.refresh_from_db()
    assert exemption.until_on == timezone.localdate()


def test_a_new_rule_of_size_from_a_day_on(town: Town, client_as: Browser) -> None:
    rule = {
        "kind": "residential",
        "fewest_households": "200",
        "most_households": "600",
        "most_people": "1800",
        "basis": "新规定",
    }
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    district = client_as("district_clerk")
    assert client_as("clerk").post(f"{HOME}sizes/rule/", rule | {"valid_from": tomorrow}).status_code == 403
    assert district.post(f"{HOME}sizes/rule/", rule | {"valid_from": tomorrow}).status_code == 302
    assert SizeRule.objects.filter(kind="residential").count() == 2
    bad = district.post(f"{HOME}sizes/rule/", rule | {"valid_from": "1999-01-01"})
    assert bad.status_code == 422
    assert "晚于现行规则" in words(bad)


# --- resources ------------------------------------------------------------------------------------------------------


def test_twelve_categories_three_confirmed_and_nine_to_be(town: Town, client_as: Browser) -> None:
    district = client_as("district_clerk")
    page = page_of(district, "resources/")
    assert page.count("待确认</small>") == 9
    assert len(re.findall(r"dictionary/category/\d+/", page)) == 12
    answer = send(
        district, "resources/new/", category="party", name="红色议事厅", provider="街道党工委", note="",
        areas=f"{town.community}，{town.other_grid}", from_on=timezone.localdate().isoformat(),
    )  # fmt: skip
    assert answer.status_code == 302, words(answer)
    assert "红色议事厅" in page_of(client_as("clerk"), "resources/?category=party")
    assert "红色议事厅" not in page_of(client_as("other_clerk"), "resources/?category=party")
    assert "红色议事厅" in page_of(client_as("clerk"), f"areas/{town.grid}/")
    placement = ResourcePlacement.objects.get(area__code=town.community)
    assert client_as("clerk").post(f"{HOME}resources/placements/{placement.pk}/end/").status_code == 404
    assert district.post(f"{HOME}resources/placements/{placement.pk}/end/").status_code == 302
    wrong = send(
        district, f"resources/{placement.resource_id}/place/", areas="123", from_on=timezone.localdate().isoformat()
    )
    assert wrong.status_code == 422
    assert "没有这些编码：123" in words(wrong)
    category = ResourceCategory.objects.get(code="health")
    send(district, f"dictionary/category/{category.pk}/", name="医疗卫生", is_confirmed="on")
    assert page_of(district, "resources/").count("待确认</small>") == 8
    assert client_as("clerk").get(f"{HOME}resources/new/").status_code == 403


# --- old grids ------------------------------------------------------------------------------------------------------


def test_an_old_grid_is_mapped_and_ends(town: Town, client_as: Browser) -> None:
    district, clerk = client_as("district_clerk"), client_as("clerk")
    outline = outline_of(town.grid).union(outline_of(town.next_grid))
    answer = send(
        district, "legacy/new/", department="urban_management", code="CG01", name="城管一片", file=geojson((outline, {})), crs="wgs84"
    )  # fmt: skip
    assert answer.status_code == 302, words(answer)
    send(district, "legacy/new/", department="urban_management", code="CG02", name="城管二片", crs="wgs84")
    page = page_of(clerk, "legacy/?department=urban_management")
    assert "2 个里 1 个" in page
    assert "城管二片" in page_of(clerk, "legacy/?department=urban_management&state=unmapped")
    assert "城管一片" not in page_of(clerk, "legacy/?department=urban_management&state=unmapped")
    first, second = LegacyGrid.objects.order_by("code")
    assert "50.0%" in page_of(clerk, f"legacy/{first.pk}/")
    today = timezone.localdate()
    refused = district.post(f"{HOME}legacy/{second.pk}/retire/", {"until_on": today.isoformat()})
    assert refused.status_code == 422
    assert "先把业务网格" in words(refused)
    assert district.post(f"{HOME}legacy/{second.pk}/map/", {"area": town.grid, "percent": "100"}).status_code == 302
    assert district.post(f"{HOME}legacy/{second.pk}/map/", {"area": "123", "percent": "100"}).status_code == 422
    assert district.post(f"{HOME}legacy/{second.pk}/retire/", {"until_on": today.isoformat()}).status_code == 302
    second.refresh_from_db()
    assert second.until_on == today
    for what in ("map", "retire", "outline"):
        answer = clerk.post(
            f"{HOME}legacy/{first.pk}/{what}/", {"area": town.grid, "percent": "50", "until_on": today.isoformat()}
        )
        assert answer.status_code == 403, what
    rows = sheet_of(clerk.get(f"{HOME}legacy/legacy.xlsx"))
    assert rows[1][1:4] == (2, 2, 1)


# --- unit grids -----------------------------------------------------------------------------------------------------


def cells(town: Town) -> list[tuple[Any, dict[str, Any]]]:
    lng, lat = corner_of(town.grid)
    return [
        (box(lng + WIDE * at / 2, lat, lng + WIDE * (at + 1) / 2, lat + HIGH), {"编码": f"{town.community}{at + 1:02d}", "名称": f"{at + 1}号"})
        for at in range(3)
    ]  # fmt: skip


def test_unit_grids_come_in_are_found_and_stay_apart(
    town: Town, client_as: Browser, caller: Callable[[str], Caller]
) -> None:
    district = client_as("district_clerk")
    bad = (box(116.96, 36.64, 116.961, 36.641), {"编码": "12", "名称": ""})
    file = geojson(*cells(town), bad)
    trial = send(district, "imports/units/", file=file, crs="wgs84", source="", **{"try": "1"})
    assert "试了一遍，什么都没有改动" in words(trial)
    assert "14 或 15 位数字" in words(trial)
    assert not UnitGrid.objects.exists()
    done = send(district, "imports/units/", file=geojson(*cells(town), bad), crs="wgs84", source="城管局")
    assert "已导入" in words(done)
    assert UnitGrid.objects.count() == 3
    again = send(district, "imports/units/", file=geojson(*cells(town)), crs="wgs84", source="城管局")
    assert re.search(r"3 没有变化", words(again))
    clerk = client_as("clerk")
    lng, lat = corner_of(town.grid)
    found = page_of(clerk, f"units/?lng={lng + WIDE * 0.75}&lat={lat + HIGH / 2}&crs=wgs84")
    assert f'href="/operation/land/units/{town.community}02/">{town.community}02' in found
    assert town.grid in found
    one = page_of(clerk, f"units/{town.community}03/")
    assert town.next_grid in one
    assert town.grid not in one
    assert client_as("stranger").get(f"{HOME}units/{town.community}03/").status_code == 404
    assert f"{town.community}01" not in page_of(client_as("other_clerk"), "units/")
    assert [row[0] for row in sheet_of(clerk.get(f"{HOME}units/units.xlsx"))[1:]] == [
        f"{town.community}0{n}" for n in (1, 2, 3)
    ]
    asking = caller("clerk")

    def collection(path: str) -> Any:
        return asking.client.get(f"/api/ogc/collections/{path}", headers=asking.headers).json()

    layer = collection("unit-grids/items?limit=2")
    assert (layer["numberMatched"], len(layer["features"])) == (3, 2)
    assert layer["features"][0]["id"] == f"{town.community}01"
    assert collection(f"unit-grids/items/{town.community}02")["properties"]["name"] == "2号"
    grids = collection("grids/items")
    assert grids["numberMatched"] == Area.objects.filter(level="grid").count(), "a cell is no grid"
    where = caller("clerk").get("/unit-grids/locate", lng=lng + WIDE * 0.75, lat=lat + HIGH / 2)
    assert where.body == {"code": f"{town.community}02", "on_border": False}


def test_a_cell_drawn_anew_ends_and_a_new_row_follows(town: Town, client_as: Browser) -> None:
    district = client_as("district_clerk")
    send(district, "imports/units/", file=geojson(*cells(town)), crs="wgs84", source="旧")
    UnitGrid.objects.update(from_on=timezone.localdate() - timedelta(days=30))
    lng, lat = corner_of(town.grid)
    code = f"{town.community}01"
    send(
        district,
        "imports/units/",
        file=geojson((box(lng, lat, lng + WIDE / 3, lat + HIGH), {"code": code})),
        crs="wgs84",
        source="新",
    )
    old, new = UnitGrid.objects.filter(code=code).order_by("from_on")
    assert (old.until_on, new.from_on) == (timezone.localdate() - timedelta(days=1), timezone.localdate())
    assert new.name == "1号", "what the file doesn't say stays"
    assert UnitGrid.objects.current().count() == 3


# --- imports --------------------------------------------------------------------------------------------------------


def test_areas_come_in_from_a_workbook(town: Town, client_as: Browser) -> None:
    district = client_as("district_clerk")
    file = workbook_of(
        ["编码", "名称", "户数"], [f"{town.community}007", "新网格", 320], [town.grid, "第1网格", 333], ["12", "坏的", ""],
        [f"{town.community}008", "", 3],
    )  # fmt: skip
    answer = words(send(district, "imports/areas/", file=file))
    assert re.search(r"1 新增 1 改动 0 没有变化 2 拒绝", answer)
    assert "第 4 行" in answer
    assert "没有名称" in answer
    assert Area.objects.get(code=town.grid).households == 333
    for who in ("clerk", "street_clerk"):
        assert client_as(who).get(f"{HOME}imports/").status_code == 403
        assert client_as(who).post(f"{HOME}imports/areas/", {}).status_code == 403


def test_boundaries_come_in_from_a_geopackage_and_a_trial_leaves_nothing(town: Town, client_as: Browser) -> None:
    district = client_as("district_clerk")
    shape = shapely.box(116.96, 36.643, 116.9639, 36.646)
    data = write_layer("grids", "网格", [{"code": town.grid}, {"code": "999"}], [shape, shape])
    before = Boundary.objects.count()
    trial = send(
        district, "imports/boundaries/", file=SimpleUploadedFile("a.gpkg", data), crs="gcj02", source="", **{"try": "1"}
    )
    assert re.search(r"1 更新 0 没有变化 1 拒绝", words(trial))
    assert Boundary.objects.count() == before
    send(district, "imports/boundaries/", file=SimpleUploadedFile("a.gpkg", data), crs="gcj02", source="")
    now = Boundary.objects.current().get(area__code=town.grid)
    assert (now.source, now.crs_in) == ("a.gpkg", "cgcs2000"), "a GeoPackage says itself where it is"
    empty = send(district, "imports/boundaries/", file=SimpleUploadedFile("a.gpkg", b"x"), crs="cgcs2000", source="")
    assert empty.status_code == 422


def test_old_grids_and_resources_come_in_by_the_dozen(town: Town, client_as: Browser) -> None:
    district = client_as("district_clerk")
    file = geojson(
        (outline_of(town.grid), {"code": "A1", "name": "一片"}),
        (outline_of(town.next_grid), {"code": "", "name": "二片"}),
    )
    answer = words(send(district, "imports/legacy/", file=file, crs="wgs84", department="urban_management"))
    assert re.search(r"1 新增 0 已有，没有动 1 拒绝", answer)
    assert "请填写编码" in answer
    assert LegacyGrid.objects.get().mappings.get().area.code == town.grid
    rows = workbook_of(
        ["大类", "资源", "提供单位", "服务区域编码", "说明"], ["党建", "红色驿站", "街道", town.community, ""], 
        ["没有的", "x", "", town.grid, ""],
        ["综治", "巡防队", "派出所", "370103009", ""],
    )  # fmt: skip
    answer = words(send(district, "imports/resources/", file=rows))
    assert re.search(r"1 新增 0 已有，没有动 2 拒绝", answer)
    assert "没有这个大类：没有的" in answer
    broken = send(district, "imports/resources/", file=SimpleUploadedFile("a.xlsx", b"x"))
    assert broken.status_code == 422
    assert district.get(f"{HOME}imports/nothing/").status_code == 404


# --- proofs ---------------------------------------------------------------------------------------------------------


def test_a_clean_community_has_its_certificate(town: Town, client_as: Browser) -> None:
    page = page_of(client_as("clerk"), f"areas/{town.community}/proof/?deep=1")
    assert "证明成立" in page
    assert "100.000000%" in page
    assert "往下每一级都成立" in page
    assert client_as("clerk").get(f"{HOME}areas/{town.grid}/proof/").status_code == 404


def test_a_small_gap_is_listed_mended_on_paper_and_then_for_good(town: Town, client_as: Browser) -> None:
    """Five centimetres are missing in the east of a grid: shown, proposed, accepted by who may."""
    area = Area.objects.get(code=town.grid)
    lng, lat = corner_of(town.grid)
    lng, lat = round(lng, 6), round(lat, 6)
    narrow = box(lng, lat, lng + WIDE - 5e-7, lat + HIGH)
    set_boundary(area, narrow, crs=Crs.WGS84, source="手误", actor=SYSTEM, at=timezone.now())
    clerk, district = client_as("clerk"), client_as("district_clerk")
    page = page_of(clerk, f"areas/{town.community}/proof/")
    assert "证明不成立：1 处问题" in page
    assert "细小缝隙" in page
    rows = sheet_of(clerk.get(f"{HOME}areas/{town.community}/proof/defects.xlsx"))
    assert rows[1][1] == "细小缝隙"
    shown = page_of(clerk, f"areas/{town.community}/proof/?tolerance=0.1")
    assert "修补以后什么问题都没有" in shown
    assert "就这样修补" not in shown
    before = Boundary.objects.count()
    offered = page_of(district, f"areas/{town.community}/proof/?tolerance=0.1")
    digest = re.search(r'name="digest" value="(\w+)"', offered)
    assert digest
    data = {"tolerance": "0.1", "digest": digest[1]}
    assert clerk.post(f"{HOME}areas/{town.community}/proof/mend/", data).status_code == 404
    stale = district.post(f"{HOME}areas/{town.community}/proof/mend/", data | {"digest": "0" * 64})
    assert stale.status_code == 409
    assert Boundary.objects.count() == before
    assert district.post(f"{HOME}areas/{town.community}/proof/mend/", data).status_code == 302
    assert "证明成立" in page_of(clerk, f"areas/{town.community}/proof/")
    assert "划分证明修补" in page_of(clerk, f"areas/{town.grid}/")
