import random
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import faults, timeline
from gezhi.territory.actions import change_area, import_areas
from gezhi.territory.area_rows import AreaRow, UnreadableFile, read_area_rows
from gezhi.territory.models import Area
from gezhi.territory.queries import name_path
from gezhi.territory.tests.conftest import AT

GOOD = """code,parent,name,level
370103000000,370100000000,某某区,county
370103002000,370103000000,花园街道办事处,town
370103002001,370103002000,东门社区居民委员会,village
370103002002,370103002000,柳村村民委员会,village
370103003000,370103000000,河滨街道办事处,town
"""


def rows(text: str) -> list[AreaRow]:
    return list(read_area_rows(text.encode()))


@pytest.mark.django_db
def test_a_file_becomes_areas(importer: Actor) -> None:
    report = import_areas(rows(GOOD), actor=importer, at=AT)
    assert (report.done, report.unchanged, report.refused) == (5, 0, [])
    assert list(Area.objects.values_list("code", "level", "parent_id", "short_name")) == [
        ("370103", "district", None, "某某区"),
        ("370103002", "street", "370103", "花园街道"),
        ("370103002001", "community", "370103002", "东门社区"),
        ("370103002002", "community", "370103002", "柳村"),
        ("370103003", "street", "370103", "河滨街道"),
    ]
    for area in Area.objects.all():
        assert faults(timeline(area), version=area.version) == []


@pytest.mark.django_db
def test_the_order_of_rows_does_not_matter(importer: Actor) -> None:
    heading, *lines = GOOD.splitlines()
    random.Random(3).shuffle(lines)
    report = import_areas(rows("\n".join([heading, *reversed(lines)])), actor=importer, at=AT)
    assert (report.done, report.refused) == (5, [])


@pytest.mark.django_db
def test_repeating_a_file_changes_nothing_and_a_new_name_is_a_change(importer: Actor) -> None:
    import_areas(rows(GOOD), actor=importer, at=AT)
    again = import_areas(rows(GOOD), actor=importer, at=AT)
    assert (again.done, again.unchanged) == (0, 5)
    renamed = import_areas(rows(GOOD.replace("东门", "东关")), actor=importer, at=AT)
    assert (renamed.created, renamed.changed, renamed.unchanged) == (0, 1, 4)
    area = Area.objects.get(code="370103002001")
    assert [event.name for event in timeline(area)] == ["area.defined", "area.changed"]
    assert name_path(area.code) == "花园街道 / 东关社区"


@pytest.mark.django_db
def test_a_corrected_short_name_survives_a_repeated_import(importer: Actor) -> None:
    import_areas(rows(GOOD), actor=importer, at=AT)
    change_area(Area.objects.get(code="370103002002"), short_name="柳家", actor=importer, at=AT)
    import_areas(rows(GOOD), actor=importer, at=AT)
    assert Area.objects.get(code="370103002002").short_name == "柳家"


PLANTED = {
    "37010300X003,370103002000,坏编码社区,village": "编码只能由数字组成",
    "37010300200,370103002000,短编码社区,village": "编码应为 6、9、12 或 15 位数字",
    "370100000000,370000000000,某某市,city": "这是市级或省级编码，不是区县",
    "370103000005,370103000000,缺级社区,village": "编码中间有一级为 000，缺少上级",
    "370104001000,370104000000,别区街道办事处,town": "不属于本区（370103）",
    "370103002001,370103002000,重复社区居民委员会,village": "与第 4 行编码重复",
    "370103002004,370103002000,错级社区居民委员会,town": "级别“town”与编码不符，按编码应为社区（村）",
    "370103002005,370103003000,错上级社区居民委员会,village": "上级编码 370103003000 与本级编码不符",
    "370103009001,370103009000,无上级社区居民委员会,village": "上级区域 370103009 不存在",
    "370103002006,370103002000,,village": "没有名称",
    "370103002007": "没有名称",
    f"370103002008,370103002000,{'长' * 101},village": "名称超过 100 个字",
}


@pytest.mark.django_db
def test_planted_bad_rows_are_each_refused_with_line_and_reason(importer: Actor) -> None:
    report = import_areas(rows(GOOD + "\n".join(PLANTED)), actor=importer, at=AT)
    assert report.done == 5
    with translation.override("zh-hans"):
        expected = [(line, bad.split(",")[0], reason) for line, (bad, reason) in enumerate(PLANTED.items(), start=7)]
    found = {(refused.line, refused.code, refused.reason) for refused in report.refused}
    # An unknown parent is only seen after all rows are read, with the code as it was understood.
    assert found == set(expected)
    assert [refused.line for refused in report.refused] == sorted(refused.line for refused in report.refused)


@pytest.mark.django_db
def test_children_of_a_refused_row_are_refused_too(importer: Actor) -> None:
    text = GOOD.replace("370103002000,370103000000,花园街道办事处,town", "370103002000,370103000000,,town")
    report = import_areas(rows(text), actor=importer, at=AT)
    assert report.done == 2
    assert [refused.line for refused in report.refused] == [3, 4, 5]


@pytest.mark.django_db
def test_grids_bring_kind_subtype_and_numbers(importer: Actor) -> None:
    text = (
        GOOD.replace("level\n", "level,kind,subtype,households,population\n")
        + "370103002001001,,第1网格,grid,居民区,,412,1050\n"
        + "370103002001002,,第2网格,grid,专属网格,河流,,\n"
        + "370103002001003,,第3网格,grid,专属,城堡,,\n"
        + "370103002001004,,第4网格,grid,,,很多,\n"
        + "370103002001005,,第5网格,grid,,河流,,\n"
        + "370103003001,,水边社区居民委员会,village,居民区,,,\n"
    )
    report = import_areas(rows(text), actor=importer, at=AT)
    assert report.done == 7
    assert [refused.line for refused in report.refused] == [9, 10, 11, 12]
    home, river = Area.objects.filter(level="grid")
    assert (home.kind, home.households, home.population) == ("residential", 412, 1_050)
    assert (river.kind, str(river.subtype), river.households) == ("dedicated", "河流", None)


@pytest.mark.django_db
def test_importing_needs_the_right_in_the_whole_district(street_editor: Actor) -> None:
    with pytest.raises(Denied):
        import_areas(rows(GOOD), actor=street_editor, at=AT)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_encodings(encoding: str) -> None:
    found = list(read_area_rows(GOOD.encode(encoding)))
    assert found[1] == AreaRow(3, "370103002000", "花园街道办事处", "370103000000", "town")


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "empty"), (b"\n \n", "empty"), ("编码,名称\n1,2\n".encode(), "columns"), (b"\xff\xfe\x00\x01", "encoding")],
)
def test_other_files_are_not_mistaken_for_areas(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        list(read_area_rows(data))
    assert caught.value.reason == reason


def test_a_stray_quotation_mark_spoils_one_line_only() -> None:
    found = rows(GOOD.replace("东门社区", '"东门社区'))
    assert [row.line for row in found] == [2, 3, 4, 5, 6]
    assert found[3].name == "柳村村民委员会"


@pytest.mark.django_db
def test_the_command_reports_and_can_run_dry(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    path.write_text(GOOD + "3701,,短,town\n", encoding="gbk")
    out, err = StringIO(), StringIO()
    call_command("import_areas", path, "--dry-run", stdout=out, stderr=err)
    assert not Area.objects.exists()
    assert "第 7 行 3701：编码应为" in err.getvalue()
    call_command("import_areas", path, stdout=out, stderr=err)
    assert Area.objects.count() == 5
    assert out.getvalue().splitlines()[-1] == "新增 5，更改 0，未变 0，拒绝 1"


def test_the_command_says_what_is_wrong_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(CommandError, match="文件是空的"):
        call_command("import_areas", tmp_path / "empty.csv")
    with pytest.raises(CommandError, match="读不了文件"):
        call_command("import_areas", tmp_path / "nothing.csv")
