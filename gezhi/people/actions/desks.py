"""Writes to departments and their desks. Each tells the register "people", so that routing everywhere sees it at once."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance, found, found_many
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.people.models import Department, Desk, DeskKind
from gezhi.people.queries import KIND_OF_LENGTH
from gezhi.territory.codes import grid_number
from gezhi.territory.models import Area

RIGHT = "people.edit"
REGISTER = "people"
LONGEST_NAME = 80
NO_NAME = _("请填写名称")
OFFICES = {"district": "网格化综合指挥中心", "street": "网格化服务中心", "community": "网格工作站"}
DESK_THERE = _("这里已经有岗台了。")


def found_department(*, actor: Actor, at: datetime, code: str, name: str, area: Area) -> Department:
    """Enter a department of the district `area` and open its desk. Refused: an empty or taken code, no name."""
    actor.require(RIGHT, area=area.code)
    code = typed(code, field="code", longest=30, empty=_("请填写代码"))
    name = typed(name, field="name", longest=60, empty=NO_NAME)
    taken = _("部门代码 %(code)s 已经有了。") % {"code": code}
    with unit():
        if Department.objects.filter(code=code).exists():
            raise Refused("code_taken", taken, field="code")
        with first_come("code_taken", taken, field="code"):
            department = Department.objects.create(code=code, name=name, version=1)
        found(department, Fact("department.founded", {"code": code}), actor=actor, at=at)
        open_desk(actor=actor, at=at, area=area, department=department)
    return department


def rename_department(department: Department, name: str, *, actor: Actor, at: datetime, area: Area) -> bool:
    """Give a department and its desks another name; False when it bears it already."""
    actor.require(RIGHT, area=area.code)
    name = typed(name, field="name", longest=60, empty=NO_NAME)
    if department.name == name:
        return False
    with unit():
        advance(department, Fact("department.renamed"), actor=actor, at=at, changes={"name": name})
        for desk in Desk.objects.filter(department=department).select_related("area"):
            changes = {"name": desk_name(desk.area, department)}
            advance(desk, Fact("desk.renamed"), actor=actor, at=at, changes=changes)
        touch(REGISTER)
    return True


def open_desk(*, actor: Actor, at: datetime, area: Area, department: Department | None = None, name: str = "") -> Desk:
    """Open the desk of an area, or of a department in it, under the usual name if none is given. Refused where one is open already."""
    actor.require(RIGHT, area=area.code)
    kind = DeskKind.DEPARTMENT if department else KIND_OF_LENGTH[len(area.code)]
    name = typed(name, field="name", longest=LONGEST_NAME) or desk_name(area, department)
    with unit():
        if Desk.objects.filter(area=area, department=department).exists():
            raise Refused("desk_open", DESK_THERE, field="area")
        with first_come("desk_open", DESK_THERE, field="area"):
            desk = Desk.objects.create(kind=kind, area=area, department=department, name=name, version=1)
        found(desk, opened(desk), actor=actor, at=at)
        touch(REGISTER)
    return desk


def open_desks_for(areas: Iterable[Area], *, actor: Actor, at: datetime) -> list[Desk]:
    """A desk for each of these areas that has none, with four statements a thousand. Areas that have one are passed over."""
    areas = list(areas)
    for area in areas:
        actor.require(RIGHT, area=area.code)
    with unit():
        taken = set(Desk.objects.filter(department=None).values_list("area_id", flat=True))
        parents = {}
        if any(area.level == "grid" and not Area.parent.is_cached(area) for area in areas):
            parents = Area.objects.in_bulk({area.parent_id for area in areas if area.parent_id}, field_name="code")
        desks = []
        for area in areas:
            if area.pk in taken:
                continue
            taken.add(area.pk)
            if area.parent_id in parents:
                area.parent = parents[area.parent_id]
            desks.append(Desk(kind=KIND_OF_LENGTH[len(area.code)], area=area, name=desk_name(area), version=1))
        with first_come("desk_open", DESK_THERE):
            Desk.objects.bulk_create(desks, batch_size=1000)
        found_many(desks, lambda desk: (opened(desk),), actor=actor, at=at)
        touch(REGISTER)
    return desks


def opened(desk: Desk) -> Fact:
    return Fact("desk.opened", {"kind": desk.kind, "area": desk.area.code, "department": desk.department_id})


def desk_name(area: Area, department: Department | None = None) -> str:
    """「大观园街道网格化服务中心」, 「纬一路社区网格工作站」, 「纬一路社区第3网格」; a department's desk bears its name."""
    if department is not None:
        return department.name
    if area.level == "grid":
        place, office = area.parent.short_name if area.parent else "", f"第{grid_number(area.code)}网格"
    else:
        place, office = area.short_name, OFFICES[area.level]
    # However long the name of a place may be, the desk says what it is.
    return place[: LONGEST_NAME - len(office)] + office


def set_desk_open(desk: Desk, is_open: bool, *, actor: Actor, at: datetime) -> None:
    """Close a desk, or open it again. Nobody sits at a closed desk and nothing new is sent there; what lies on it, those above see."""
    actor.require(RIGHT, area=desk.area.code)
    if desk.is_open == is_open:
        return
    with unit():
        fact = Fact("desk.reopened" if is_open else "desk.closed")
        advance(desk, fact, actor=actor, at=at, changes={"is_open": is_open})
        touch(REGISTER)
