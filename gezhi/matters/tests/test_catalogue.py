"""The catalogue: what ships is sound, loading it again changes nothing, broken files change nothing either."""

import shutil
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gezhi.kernel import registers
from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.models import Event
from gezhi.kernel.refusals import Refused
from gezhi.matters.actions import define_matter, end_matter, load_catalogue
from gezhi.matters.catalogue_files import SHIPPED, CatalogueRows, read_catalogue
from gezhi.matters.models import Category, Matter, TimeLimit
from gezhi.matters.queries import catalogue, templates_of
from gezhi.people.models import Department
from gezhi.people.queries import directory
from gezhi.testing import NOON, SYSTEM, Town

CONFIRMED = {"基层党建", "文明创建", "社保服务", "创业就业"}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A district's own copy of the files, to be changed."""
    return shutil.copytree(SHIPPED, tmp_path / "own")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def run(*words: str | Path) -> str:
    said = StringIO()
    call_command("load_catalogue", *map(str, words), stdout=said)
    return said.getvalue()


# --- what ships -------------------------------------------------------------------------------------------------------


def test_ten_categories_of_which_four_are_confirmed() -> None:
    rows = read_catalogue()
    assert len(rows.categories) == 10
    assert {row.name for row in rows.categories if row.is_confirmed} == CONFIRMED
    assert {row.category for row in rows.matters} == {row.code for row in rows.categories}


def test_every_matter_has_a_name_of_its_own_words_and_an_answer_with_blanks_to_fill() -> None:
    rows = read_catalogue()
    assert len({row.name for row in rows.matters}) == len(rows.matters) >= 60
    for row in rows.matters:
        assert row.code.startswith(row.category)
        assert "【" in row.answer_template
        assert row.words or row.name == "其他事项"
    assert {row.code for row in rows.departments} >= {row.owner for row in rows.matters if row.owner}


# --- loading ----------------------------------------------------------------------------------------------------------


def test_the_command_loads_everything_and_a_second_time_nothing(town: Town) -> None:
    rows = read_catalogue()
    first = run()
    assert f"matters: {len(rows.matters) - 12} inserted, 0 updated, 12 unchanged" in first
    assert Matter.objects.count() == len(rows.matters)
    assert Department.objects.count() == len(rows.departments)
    events = Event.objects.count()
    second = run()
    assert second.count("0 inserted, 0 updated") == 4
    assert Event.objects.count() == events
    for row in [*Matter.objects.all(), *Category.objects.all(), *TimeLimit.objects.all()]:
        assert faults(timeline(row), version=row.version) == []


def test_a_district_s_own_handling_templates_come_by_a_column_of_their_own(town: Town, own: Path) -> None:
    run()
    lines = (own / "matters.csv").read_text(encoding="utf-8").splitlines()
    lines = [
        f"{lines[0]},handling_template",
        *(f"{line},先看现场再报修" if ",路灯不亮," in line else f"{line}," for line in lines[1:]),
    ]
    (own / "matters.csv").write_text("\n".join(lines), encoding="utf-8")
    assert "0 inserted, 1 updated" in run("--dir", own)
    lamp = Matter.objects.get(code="0701")
    assert templates_of(lamp.pk).handling == "先看现场再报修"
    # A file without the column leaves it as it is.
    assert "matters: 0 inserted, 0 updated" in run()
    assert templates_of(lamp.pk).handling == "先看现场再报修"


def test_every_department_has_its_desk(town: Town) -> None:
    run()
    for department in Department.objects.all():
        desk = directory().of_department(department.pk)
        assert desk is not None
        assert desk.name == department.name


def test_changed_rows_are_changed_and_only_these(town: Town, own: Path) -> None:
    run()
    edit(own / "matters.csv", "路灯不亮", "路灯故障")
    edit(own / "departments.csv", "区民政局", "区民政和养老局")
    edit(own / "categories.csv", "市容环境,no", "市容环境,yes")
    edit(own / "limits.csv", "handle,,,no,5", "handle,,,no,4")
    said = run("--dir", own)
    assert said.count("0 inserted, 1 updated") == 4
    lamp = Matter.objects.get(code="0701")
    assert lamp.name == "路灯故障"
    changes = timeline(lamp)[-1].data
    assert changes["before"]["name"] == "路灯不亮"
    assert catalogue().by_code("0701").name == "路灯故障"  # type: ignore[union-attr]
    assert Category.objects.get(code="05").is_confirmed


def test_a_district_must_stand_before_its_departments(db: None) -> None:
    with pytest.raises(CommandError, match="import-areas"):
        run()
    assert not Category.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("matters.csv", "0701,路灯不亮,07", "0701,路灯不亮,99"), "99"),
        (("matters.csv", "0701,路灯不亮,07,urban_management", "0701,路灯不亮,07,nobody"), "nobody"),
        (
            ("matters.csv", "0701,路灯不亮,07,urban_management,grid,yes", "0701,路灯不亮,07,urban_management,grid,no"),
            "0701",
        ),
        (
            ("matters.csv", "0701,路灯不亮,07,urban_management,grid", "0701,路灯不亮,07,urban_management,moon"),
            "default_desk",
        ),
        (("matters.csv", "0701,", "0501,"), "0501"),
        (("matters.csv", "路灯 照明", "灯 照明"), "灯"),
        (("categories.csv", "05,市容环境,no", "05,,no"), "categories.csv:6"),
        (("categories.csv", "is_confirmed", "confirmed"), "is_confirmed"),
        (("limits.csv", "handle,,,no,5", "handle,,,no,five"), "amount"),
        (("limits.csv", "handle,,,no,5", "handle,,,no,0"), "amount"),
        (("limits.csv", "calendar_minutes", "moments"), "unit"),
        (("limits.csv", "handle,0703", "handle,9999"), "9999"),
    ],
)
def test_a_broken_file_is_named_with_its_place_and_changes_nothing(
    town: Town, own: Path, change: tuple[str, str, str], said: str
) -> None:
    file, old, new = change
    before = Event.objects.count()
    edit(own / file, old, new)
    with pytest.raises(CommandError, match=said):
        run("--dir", own)
    assert Event.objects.count() == before


def test_all_faults_are_listed_at_once(own: Path) -> None:
    edit(own / "matters.csv", "路灯 照明", "灯 照明")
    edit(own / "limits.csv", "handle,,,no,5", "handle,,,no,five")
    (own / "departments.csv").unlink()
    with pytest.raises(Refused) as refused:
        read_catalogue(own)
    text = str(refused.value.message)
    assert all(name in text for name in ("matters.csv:", "limits.csv:", "departments.csv:"))


def test_a_file_of_another_encoding_is_told_apart(own: Path) -> None:
    text = (own / "matters.csv").read_text(encoding="utf-8")
    (own / "matters.csv").write_text(text, encoding="gbk")
    with pytest.raises(Refused, match="UTF-8"):
        read_catalogue(own)


def test_only_who_edits_matters_loads(town: Town) -> None:
    nothing = CatalogueRows((), (), (), ())
    for who in ("worker", "clerk", "street_clerk", "handler", "officer_system"):
        with pytest.raises(Denied):
            load_catalogue(nothing, actor=town.actor(who), at=NOON)
    assert load_catalogue(nothing, actor=town.actor("district_clerk"), at=NOON).is_unchanged


# --- asking -----------------------------------------------------------------------------------------------------------


def test_it_is_asked_without_a_query(town: Town, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    registers.look()
    catalogue()
    with django_assert_num_queries(0):
        lamp = catalogue().by_code("0701")
        assert lamp is not None
        assert catalogue().get(lamp.id).owner_name == "区城市管理局"
        assert catalogue().suggest("路灯坏了")[0].matter_id == lamp.id
    assert catalogue().by_code("none") is None


def test_a_matter_comes_and_goes_with_its_days(town: Town) -> None:
    today = NOON.date()
    category = Category.objects.first()
    assert category is not None
    matter, done = define_matter(
        actor=SYSTEM,
        at=NOON,
        code="0799",
        name="无人机扰民",
        category=category,
        default_desk="community",
        words=("无人机",),
        valid_from=today + timedelta(days=1),
    )
    assert done == "inserted"

    def offered(day: date) -> bool:
        listed = matter.pk in [info.id for info in catalogue().valid_on(day)]
        assert listed == (matter.pk in [one.matter_id for one in catalogue().suggest("无人机", on=day)])
        return listed

    assert [offered(today + timedelta(days=n)) for n in (0, 1, 9)] == [False, True, True]
    end_matter(matter, actor=SYSTEM, at=NOON, valid_until=today + timedelta(days=5))
    assert [offered(today + timedelta(days=n)) for n in (1, 5, 6)] == [True, True, False]
    assert catalogue().get(matter.pk).name == "无人机扰民"
    with pytest.raises(Refused):
        end_matter(matter, actor=SYSTEM, at=NOON, valid_until=today)


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"default_desk": "department"}, "no_owner"),
        ({"default_desk": "grid", "is_for_grid": False}, "not_for_grid"),
        ({"words": ("灯",)}, "short_word"),
        # Two characters that become one when width and accents are folded: it would suggest everything, and stop the catalogue from loading.
        ({"words": ("e\u0301",)}, "short_word"),
        ({"default_desk": "moon"}, "no_such_desk"),
        ({"name": "长" * 61}, "too_long"),
        ({"code": "1" * 13}, "too_long"),
        ({"name": ""}, "empty"),
    ],
)
def test_a_matter_that_no_desk_could_handle_is_refused(town: Town, over: dict[str, object], code: str) -> None:
    category = Category.objects.first()
    inputs = {"code": "0799", "name": "新事项", "category": category, "default_desk": "community"} | over
    with pytest.raises(Refused) as refused:
        define_matter(actor=SYSTEM, at=NOON, **inputs)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_confidential_matters_and_those_no_grid_may_have(town: Town) -> None:
    assert town.matter("tip").is_confidential
    assert not town.matter("tip").is_for_grid
    assert town.matter("lamp").is_for_grid
    assert not town.matter("wages").is_for_grid
    assert not town.matter("lamp").category_is_confirmed
