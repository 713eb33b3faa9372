import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.territory.access import get_area
from gezhi.territory.actions import change_area, define_area, load_subtypes
from gezhi.territory.models import Area, GridSubtype
from gezhi.territory.queries import NAMES, name_path
from gezhi.territory.tests.conftest import AT


def test_level_parent_and_short_name_follow_from_code_and_name(areas: dict[str, Area]) -> None:
    community = Area.objects.get(code="370103001001")
    assert (community.level, community.parent_id, community.short_name) == ("community", "370103001", "东门社区")
    assert community.parent is not None
    assert community.parent.name == "花园街道办事处"
    assert Area.objects.get(code="370103").parent is None


def test_a_new_area_is_on_record(areas: dict[str, Area]) -> None:
    area = Area.objects.get(code="370103001")
    events = timeline(area)
    assert [event.name for event in events] == ["area.defined"]
    assert events[0].data == {"code": "370103001", "name": "花园街道办事处"}
    assert faults(events, version=area.version) == []


def test_grids_are_residential_unless_dedicated_with_a_subtype(areas: dict[str, Area], importer: Actor) -> None:
    home = define_area("370103001001001", "第1网格", actor=importer, at=AT, households=412, population=1_050)
    river = define_area("370103001001002", "第2网格", kind="dedicated", subtype="river", actor=importer, at=AT)
    assert (home.kind, home.subtype) == ("residential", None)
    assert river.subtype is not None
    assert river.subtype.name == "河流"


@pytest.mark.parametrize(
    ("code", "name", "more", "reason"),
    [
        ("37010", "某某", {}, "bad_code"),
        ("370104001", "别区街道", {}, "other_district"),
        ("370103009001", "无上级社区", {}, "unknown_parent"),
        ("370103001", "重复街道", {}, "taken_code"),
        ("370103003", "  ", {}, "empty"),
        ("370103003", "长" * 101, {}, "too_long"),
        ("370103003", "第\x00三街道", {}, "not_text"),
        ("370103003", "第三街道", {"households": -1}, "bad_number"),
        ("370103003", "第三街道", {"bounds": ("", "", "", "河" * 101)}, "too_long"),
        ("370103003", "第三街道", {"kind": "residential"}, "kind_for_grids"),
        ("370103001001001", "第1网格", {"kind": "floating"}, "kind_for_grids"),
        ("370103001001001", "第1网格", {"kind": "dedicated"}, "unknown_subtype"),
        ("370103001001001", "第1网格", {"kind": "dedicated", "subtype": "castle"}, "unknown_subtype"),
        ("370103001001001", "第1网格", {"subtype": "river"}, "subtype_for_dedicated"),
    ],
)
def test_bad_areas_are_refused_and_leave_nothing(  # noqa: PLR0917 - fixtures and cases
    areas: dict[str, Area], importer: Actor, code: str, name: str, more: dict[str, str], reason: str
) -> None:
    with pytest.raises(Refused) as caught:
        define_area(code, name, actor=importer, at=AT, **more)
    assert caught.value.code == reason
    assert any("\u4e00" <= letter <= "\u9fff" for letter in str(caught.value))
    assert Area.objects.count() == len(areas)


def test_one_edits_only_where_the_right_holds(areas: dict[str, Area], street_editor: Actor) -> None:
    define_area("370103001003", "南门社区居民委员会", actor=street_editor, at=AT)
    with pytest.raises(Denied):
        define_area("370103002002", "北村村民委员会", actor=street_editor, at=AT)
    with pytest.raises(Denied):
        change_area(areas["370103002"], name="改名", actor=street_editor, at=AT)


def test_fetching_is_checking(areas: dict[str, Area], street_editor: Actor) -> None:
    assert get_area(street_editor, "370103001001", "territory.edit").short_name == "东门社区"
    for code in ("370103002", "370103", "370103009"):
        with pytest.raises(Missing):
            get_area(street_editor, code, "territory.edit")
    visible = Area.objects.visible_to(street_editor, "territory.edit").values_list("code", flat=True)
    assert sorted(visible) == ["370103001", "370103001001", "370103001002"]
    assert not Area.objects.visible_to(Actor.resident(), "territory.edit").exists()
    assert Area.objects.visible_to(Actor.system("clock"), "territory.edit").count() == len(areas)


def test_renaming_keeps_the_code_and_tells_all_pages(areas: dict[str, Area], importer: Actor) -> None:
    assert name_path("370103001001") == "花园街道 / 东门社区"
    area = change_area(areas["370103001001"], name="东关社区居民委员会", actor=importer, at=AT)
    assert area.short_name == "东关社区"
    assert name_path("370103001001") == "花园街道 / 东关社区"
    assert [event.name for event in timeline(area)] == ["area.defined", "area.changed"]
    assert change_area(area, name="东关社区居民委员会", actor=importer, at=AT).version == 2


def test_an_area_with_areas_below_is_not_retired(areas: dict[str, Area], importer: Actor) -> None:
    with pytest.raises(Refused) as caught:
        change_area(areas["370103001"], is_active=False, actor=importer, at=AT)
    assert caught.value.code == "has_children"
    change_area(areas["370103002001"], is_active=False, actor=importer, at=AT)
    change_area(areas["370103002"], is_active=False, actor=importer, at=AT)
    assert not NAMES.get()["370103002"].is_active


def test_identity_is_not_changed_and_a_stale_page_is_told(areas: dict[str, Area], importer: Actor) -> None:
    with pytest.raises(Refused):
        change_area(areas["370103001"], code="370103009", actor=importer, at=AT)
    stale = Area.objects.get(code="370103001")
    change_area(areas["370103001"], households=9, actor=importer, at=AT)
    with pytest.raises(Conflict):
        change_area(stale, households=10, actor=importer, at=AT)


@pytest.mark.parametrize(
    "columns",
    [
        {"code": "370103003", "level": "community", "parent_id": "370103"},
        {"code": "370103003", "level": "street", "parent_id": None},
        {"code": "370103003001", "level": "community", "parent_id": "370103001"},
        {"code": "370103001001001", "level": "grid", "parent_id": "370103001002", "kind": "residential"},
        {"code": "370103001001001", "level": "grid", "parent_id": "370103001001"},
        {"code": "370103003", "level": "street", "parent_id": "370103", "kind": "residential"},
        {"code": "370103001001001", "level": "grid", "parent_id": "370103001001", "kind": "dedicated"},
        {"code": "370103003", "level": "street", "parent_id": "370103", "name": ""},
    ],
)
def test_the_database_itself_refuses_nonsense(areas: dict[str, Area], columns: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.create(**{"name": "某某", "short_name": "某某"} | columns)


def test_areas_with_children_can_not_be_deleted(areas: dict[str, Area]) -> None:
    with pytest.raises(ProtectedError):
        areas["370103001"].delete()


def test_the_dictionary_is_loaded_once(db: None, importer: Actor) -> None:
    first = load_subtypes(actor=importer, at=AT)
    assert load_subtypes(actor=importer, at=AT).keys() == first.keys()
    assert GridSubtype.objects.count() == len(first)
    assert first["river"].is_confirmed
    assert not first["market"].is_confirmed
