"""Grids to Excel, GeoPackage and GeoJSON and back: nothing lost on the way, and no text becomes a formula."""

import io
import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from shapely import MultiPolygon, box

from gezhi.kernel.access import Actor
from gezhi.territory.actions import change_area, import_areas
from gezhi.territory.area_rows import UnreadableFile
from gezhi.territory.crs import Crs
from gezhi.territory.exchange import export
from gezhi.territory.geopackage import NotGeoPackage, read_layer, write_layer
from gezhi.territory.models import Area, Boundary
from gezhi.territory.spreadsheets import read_workbook, write_workbook
from gezhi.territory.tests.conftest import AT

GRID, OTHER = "370103001001001", "370103001001002"


# --- Excel ----------------------------------------------------------------------------------------------------------


def test_grids_go_out_and_come_back_as_they_were(squares: dict[str, Area], importer: Actor) -> None:
    change_area(squares[GRID], actor=importer, at=AT, households=412, bounds_east="英雄山路", bounds_north="经十路")
    data = export("370103", "grid", "xlsx")
    rows = read_workbook(data)
    assert [(row.code, row.households, row.bounds_east) for row in rows] == [(GRID, "412", "英雄山路"), (OTHER, "", "")]
    report = import_areas(rows, actor=importer, at=AT)
    assert (report.unchanged, report.changed, report.refused) == (2, 0, [])


def test_what_was_changed_in_excel_comes_in(squares: dict[str, Area], importer: Actor, tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(export("370103", "grid", "xlsx")))
    sheet = book.active
    assert sheet is not None
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, columns["户数"]).value = 388
    sheet.cell(3, columns["南至"]).value = "经七路"
    sheet.append(["370103001001003", "东门社区第3网格", "370103001001", "网格", "专属网格", "商务楼宇", None, 1200])
    sheet.append(["370103001001999x", "坏编码"])
    path = tmp_path / "grids.xlsx"
    book.save(path)
    out, err = io.StringIO(), io.StringIO()
    call_command("import_areas", path, stdout=out, stderr=err)
    assert out.getvalue() == "新增 1，更改 2，未变 0，拒绝 1\n"
    assert "第 5 行" in err.getvalue()
    assert Area.objects.get(code=GRID).households == 388
    assert Area.objects.get(code=OTHER).bounds_south == "经七路"
    third = Area.objects.get(code="370103001001003")
    assert (third.kind, third.population) == ("dedicated", 1200)


def test_a_text_that_looks_like_a_formula_goes_out_as_text_and_comes_back_as_it_was(
    squares: dict[str, Area], importer: Actor
) -> None:
    nasty = "=cmd|' /C calc'!A0"
    change_area(squares[GRID], actor=importer, at=AT, bounds_east=nasty, bounds_south="-18 米")
    data = export("370103", "grid", "xlsx")
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    rows = read_workbook(data)
    assert (rows[0].bounds_east, rows[0].bounds_south) == (nasty, "-18 米")
    assert import_areas(rows, actor=importer, at=AT).unchanged == 2


def test_numbers_stay_numbers() -> None:
    sheet = load_workbook(io.BytesIO(write_workbook("表", ["a", "b"], [[3, "3"]]))).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]] == [3, "3"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "workbook"),
        (b"PK\x03\x04 not really", "workbook"),
        (write_workbook("表", ["编码"], []), "columns"),
    ],
)
def test_what_is_no_workbook_of_areas_is_told(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_workbook(data)
    assert caught.value.reason == reason


def test_a_workbook_that_unpacks_into_far_too_much_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 70_000_000)
    with pytest.raises(UnreadableFile, match="workbook"):
        read_workbook(out.getvalue())


def test_codes_that_excel_made_numbers_are_read() -> None:
    rows = read_workbook(write_workbook("表", ["code", "名称", "名称"], [[370103001.0, "花园街道办事处", "别的"]]))
    assert [(row.code, row.name) for row in rows] == [("370103001", "花园街道办事处")]


# --- GeoPackage -----------------------------------------------------------------------------------------------------


def test_a_package_is_what_the_standard_says(squares: dict[str, Area]) -> None:
    data = export("370103", "grid", "gpkg")
    with sqlite3.connect(":memory:") as file:
        file.deserialize(data)
        assert file.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        assert file.execute("PRAGMA user_version").fetchone() == (10300,)
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        (contents,) = file.execute("SELECT table_name, data_type, srs_id, min_x, max_y FROM gpkg_contents").fetchall()
        assert contents == ("grid_areas", "features", 4490, 117.0, 36.62)
        assert {row[0] for row in file.execute("SELECT srs_id FROM gpkg_spatial_ref_sys")} == {-1, 0, 4326, 4490}
        code, blob = file.execute("SELECT code, geom FROM grid_areas ORDER BY fid").fetchone()
    assert code == GRID
    assert blob[:4] == b"GP\x00\x03"
    assert shapely.from_wkb(blob[40:]).equals(box(117.00, 36.60, 117.01, 36.62))


def test_outlines_go_out_and_come_back_without_a_change(squares: dict[str, Area], tmp_path: Path) -> None:
    for form in ("gpkg", "geojson"):
        path = tmp_path / f"grids.{form}"
        call_command("export_areas", path, stdout=io.StringIO())
        out = io.StringIO()
        call_command("import_boundaries", path, "--crs", "cgcs2000", stdout=out)
        assert out.getvalue() == "更新 0，未变 2，拒绝 0\n", form


def test_a_package_says_its_system_itself(squares: dict[str, Area], tmp_path: Path) -> None:
    path = tmp_path / "moved.gpkg"
    path.write_bytes(write_layer("grids", "网格", [{"code": GRID}], [box(117.00, 36.60, 117.01, 36.61)]))
    out = io.StringIO()
    call_command("import_boundaries", path, stdout=out)
    assert out.getvalue() == "更新 1，未变 0，拒绝 0\n"
    assert Boundary.objects.current().get(area=squares[GRID]).geometry.bounds[3] == 36.61
    with pytest.raises(CommandError, match="--crs"):
        call_command("import_boundaries", tmp_path / "x.geojson")


shapes = st.sampled_from(
    [box(0, 0, 1, 1), MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)]), box(0, 0, 9, 9) - box(1, 1, 2, 2)]
)
values = st.one_of(st.none(), st.integers(-(2**40), 2**40))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(shapes, values, st.text(st.characters(codec="utf-8", exclude_characters="\0"))), max_size=5))
def test_whatever_is_written_is_read(rows: list[Any]) -> None:
    properties = [{"number": number, "word": word} for _shape, number, word in rows]
    data = write_layer("layer", "层", properties, [shape for shape, _number, _word in rows])
    found, crs = read_layer(data)
    assert crs is Crs.CGCS2000
    assert [one.geometry for one in found] == [shape for shape, _number, _word in rows]
    assert [(one.properties["number"], one.properties["word"]) for one in found] == [row[1:] for row in rows]


def spoilt(statement: str) -> bytes:
    with sqlite3.connect(":memory:") as file:
        file.deserialize(write_layer("layer", "层", [{"code": "1"}], [box(0, 0, 1, 1)]))
        file.executescript(statement)
        return bytes(file.serialize())


@pytest.mark.parametrize(
    "data",
    [
        b"", b"nonsense", b"SQLite format 3\0" + b"\0" * 200,
        spoilt("DELETE FROM gpkg_contents"),
        spoilt("UPDATE gpkg_geometry_columns SET srs_id = -1"),
        spoilt("ALTER TABLE layer RENAME TO old; CREATE VIEW layer AS SELECT * FROM old"),
        spoilt("UPDATE gpkg_geometry_columns SET column_name = 'elsewhere'"),
    ],
)  # fmt: skip
def test_what_is_no_package_is_told(data: bytes) -> None:
    with pytest.raises(NotGeoPackage):
        read_layer(data)


@pytest.mark.parametrize("blob", ["NULL", "'text'", "x'47500003'", "x'4750001100000000'", "x'4750000300000000'"])
def test_a_geometry_that_cannot_be_read_is_marked(blob: str) -> None:
    found, _crs = read_layer(spoilt(f"UPDATE layer SET geom = {blob}"))
    assert found[0].geometry is None
    assert found[0].error


# --- GeoJSON --------------------------------------------------------------------------------------------------------


def test_geojson_keeps_whole_millimetres(squares: dict[str, Area]) -> None:
    features = json.loads(export("370103", "grid", "geojson"))["features"]
    assert [one["properties"]["code"] for one in features] == [GRID, OTHER]
    assert shapely.from_geojson(json.dumps(features[0]["geometry"])).equals(box(117.00, 36.60, 117.01, 36.62))


def test_other_endings_are_refused(squares: dict[str, Area], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"\.xlsx"):
        call_command("export_areas", tmp_path / "grids.shp")
