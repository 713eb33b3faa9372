"""Desks: opened for the land and for departments, named as people say them, and found by routing without a query."""

import pytest

from gezhi.kernel import registers
from gezhi.kernel.access import Denied
from gezhi.kernel.events import timeline
from gezhi.kernel.refusals import Refused
from gezhi.kernel.transactions import unit
from gezhi.people.actions import found_department, open_desk, open_desks_for, rename_department, seat, set_desk_open
from gezhi.people.models import Department, Desk
from gezhi.people.queries import directory
from gezhi.people.roles import Role
from gezhi.territory.actions import define_area
from gezhi.territory.models import Area
from gezhi.testing import NOON, SYSTEM, Town


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("370103", "城中区网格化综合指挥中心"),
        ("370103001", "西关街道网格化服务中心"),
        ("370103001001", "柳巷社区网格工作站"),
        ("370103001001003", "柳巷社区第3网格"),
        ("human_resources", "区人力资源和社会保障局"),
    ],
)
def test_a_desk_bears_the_name_that_people_use(town: Town, code: str, name: str) -> None:
    assert town.desk(code).name == name


def test_opening_desks_again_opens_only_the_missing(town: Town) -> None:
    area = define_area(f"{town.community}004", "第4网格", actor=SYSTEM, at=NOON)
    (desk,) = open_desks_for(Area.objects.all(), actor=town.actor("district_clerk"), at=NOON)
    assert (desk.area_id, desk.kind, desk.name) == (area.pk, "grid", "柳巷社区第4网格")
    assert timeline(desk)[0].data == {"kind": "grid", "area": area.code, "department": None}
    assert open_desks_for(Area.objects.all(), actor=SYSTEM, at=NOON) == []


def test_a_second_desk_for_the_same_is_refused(town: Town) -> None:
    with pytest.raises(Refused):
        open_desk(actor=SYSTEM, at=NOON, area=Area.objects.get(code=town.grid))
    district = Area.objects.get(code=town.district)
    with pytest.raises(Refused):
        found_department(actor=SYSTEM, at=NOON, code="human_resources", name="又一个", area=district)
    with pytest.raises(Refused):
        found_department(actor=SYSTEM, at=NOON, code="", name="没有代码", area=district)


@pytest.mark.parametrize("who", ["clerk", "street_clerk", "worker", "handler", "officer_system"])
def test_only_who_edits_people_touches_desks(town: Town, who: str) -> None:
    actor, district = town.actor(who), Area.objects.get(code=town.district)
    with pytest.raises(Denied):
        set_desk_open(town.desk(town.grid), False, actor=actor, at=NOON)
    with pytest.raises(Denied):
        found_department(actor=actor, at=NOON, code="archives", name="区档案馆", area=district)
    with pytest.raises(Denied):
        open_desks_for([district], actor=actor, at=NOON)
    with pytest.raises(Denied):
        rename_department(Department.objects.first(), "新名", actor=actor, at=NOON, area=district)  # type: ignore[arg-type]


def test_a_new_department_has_a_desk(town: Town) -> None:
    district = Area.objects.get(code=town.district)
    department = found_department(
        actor=town.actor("district_clerk"), at=NOON, code="archives", name="区档案馆", area=district
    )
    info = directory().of_department(department.pk)
    assert info is not None
    assert (info.kind, info.area_code, info.name) == ("department", town.district, "区档案馆")
    rename_department(department, "区档案局", actor=SYSTEM, at=NOON, area=district)
    assert directory().of_department(department.pk).name == "区档案局"  # type: ignore[union-attr]
    assert not rename_department(department, "区档案局", actor=SYSTEM, at=NOON, area=district)


# --- the directory ----------------------------------------------------------------------------------------------------


def test_it_is_asked_without_a_query_and_knows_of_changes(town: Town, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    registers.look()
    directory()
    with django_assert_num_queries(0):
        assert directory().at("grid", town.grid)
    set_desk_open(town.desk(town.grid), False, actor=SYSTEM, at=NOON)
    assert directory().at("grid", town.grid) is None
    assert not directory().get(town.desk(town.grid).pk).is_open


def above(town: Town, code: str) -> str | None:
    info = directory().above(town.desk(code).pk)
    return info and f"{info.kind} {info.area_code}"


def test_above_a_desk_is_the_next_level(town: Town) -> None:
    assert above(town, town.grid) == f"community {town.community}"
    assert above(town, town.community) == f"street {town.street}"
    assert above(town, town.street) == f"district {town.district}"
    assert above(town, town.district) is None
    assert above(town, "human_resources") == f"district {town.district}"


def test_a_closed_level_is_passed_over(town: Town) -> None:
    set_desk_open(town.desk(town.community), False, actor=SYSTEM, at=NOON)
    assert above(town, town.grid) == f"street {town.street}"


def test_reports_come_in_at_the_community_or_further_up(town: Town) -> None:
    assert directory().intake_for(town.grid).area_code == town.community
    assert directory().intake_for(town.community).area_code == town.community
    assert directory().intake_for(town.street).area_code == town.street
    assert directory().intake_for(town.district).area_code == town.district
    set_desk_open(town.desk(town.community), False, actor=SYSTEM, at=NOON)
    assert directory().intake_for(town.grid).area_code == town.street
    for code in (town.street, town.district):
        set_desk_open(town.desk(code), False, actor=SYSTEM, at=NOON)
    with pytest.raises(Refused):
        directory().intake_for(town.grid)


def test_within_an_area_are_its_open_desks(town: Town) -> None:
    inside = directory().within(town.street)
    assert [desk.area_code for desk in inside] == sorted(desk.area_code for desk in inside)
    assert len(inside) == 1 + 2 + 6
    assert len(directory().within(town.district)) == Desk.objects.count()
    set_desk_open(town.desk(town.grid), False, actor=SYSTEM, at=NOON)
    assert len(directory().within(town.street)) == 8
    assert directory().within("999999") == []


def test_a_desk_that_was_rolled_back_is_forgotten_at_once(town: Town) -> None:
    """The thread that touched the register must not go on believing its own stamp, nor the posts that it read under it."""

    @unit(alone=True)
    def begin_and_fail() -> None:
        set_desk_open(town.desk(town.community), False, actor=SYSTEM, at=NOON)
        day = NOON.date()
        seat(town.user("nobody"), town.desk(town.street), Role.STREET_CLERK, actor=SYSTEM, at=NOON, from_on=day)
        assert directory().at("community", town.community) is None
        assert town.actor("nobody").desks
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        begin_and_fail()
    assert directory().at("community", town.community) is not None
    assert not town.actor("nobody").desks


def test_a_place_of_a_very_long_name_still_has_a_desk(town: Town) -> None:
    area = define_area(f"{town.street}009", "长" * 100, actor=SYSTEM, at=NOON)
    assert open_desk(area=area, actor=SYSTEM, at=NOON).name.endswith("网格工作站")
