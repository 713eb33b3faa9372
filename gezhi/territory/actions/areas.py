"""Areas one by one, and the dictionary of sub-types."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found, found_many
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.territory.access import EDIT
from gezhi.territory.codes import BadCode, level_of, parent_of, parse_code
from gezhi.territory.dictionary import GRID_SUBTYPES
from gezhi.territory.models import Area, Boundary, GridKind, GridSubtype
from gezhi.territory.names import short_name as shortened
from gezhi.territory.queries import REGISTER

BAD_CODES = {
    "digits": _("编码只能由数字组成"),
    "length": _("编码应为 6、9、12 或 15 位数字"),
    "city": _("这是市级或省级编码，不是区县"),
    "gap": _("编码中间有一级为 000，缺少上级"),
}
OTHER_DISTRICT = _("不属于本区（%(district)s）")
UNKNOWN_PARENT = _("上级区域 %(parent)s 不存在")
NO_NAME = _("请填写名称")
# Two people, or two imports, at the same land at once: the second is told and looks again.
MEANWHILE = ("area_meanwhile", _("刚刚有人改动了这里的区域，请看过最新情况再提交。"))
LONGEST = 100
MOST_PEOPLE = 10_000_000
NAMES = ("name", "short_name")
BOUNDS = ("bounds_east", "bounds_south", "bounds_west", "bounds_north")
TEXTS = (*NAMES, *BOUNDS)
COUNTS = ("households", "population")
# Columns that `change_area` may set; code, level and parent are the area's identity.
CHANGEABLE = frozenset({*TEXTS, *COUNTS, "is_active"})


def load_subtypes(*, actor: Actor, at: datetime) -> dict[str, GridSubtype]:
    """The dictionary by code; rows that are missing from it are added first. Repeating it changes nothing."""
    with unit():
        known = {row.code: row for row in GridSubtype.objects.all()}
        fresh = [
            GridSubtype(code=row.code, name=row.name, is_confirmed=row.is_confirmed, position=position, version=1)
            for position, row in enumerate(GRID_SUBTYPES, start=1)
            if row.code not in known
        ]
        if fresh:
            actor.require(EDIT, area=settings.DISTRICT)
            with first_come(*MEANWHILE):
                GridSubtype.objects.bulk_create(fresh)
            found_many(
                fresh,
                lambda row: [Fact("grid_subtype.defined", {"code": row.code, "name": row.name})],
                actor=actor,
                at=at,
            )
            known |= {row.code: row for row in fresh}
    return known


def checked_code(text: str) -> str:
    """The parsed code of an area of this district. Raises `Refused`."""
    try:
        code = parse_code(text)
    except BadCode as error:
        raise Refused("bad_code", BAD_CODES[error.reason], field="code") from None
    if code[: len(settings.DISTRICT)] != settings.DISTRICT:
        raise Refused("other_district", OTHER_DISTRICT % {"district": settings.DISTRICT}, field="code")
    return code


def defined(area: Area) -> Fact:
    """The fact of a new area."""
    data = {"code": area.code, "name": area.name}
    if area.kind:
        data["kind"] = area.kind
    return Fact("area.defined", data)


def define_area(
    code: str,
    name: str,
    *,
    actor: Actor,
    at: datetime,
    short_name: str = "",
    kind: str = "",
    subtype: str = "",
    households: int | None = None,
    population: int | None = None,
    bounds: tuple[str, str, str, str] = ("", "", "", ""),
) -> Area:
    """A new area; level and parent follow from the code (padded forms are understood).

    `kind` is for grids (residential unless said), `subtype` a dictionary code for dedicated grids, `bounds` the four sides in
    words: east, south, west, north. Refused: bad_code, other_district, unknown_parent, taken_code, empty or too long texts,
    bad_number, kind_for_grids, unknown_subtype.
    """
    code = checked_code(code)
    actor.require(EDIT, area=code)
    level = level_of(code)
    columns = fit(
        {
            "name": name,
            "short_name": short_name.strip() or shortened(name.strip()),
            **dict(zip(BOUNDS, bounds, strict=True)),
            "households": households,
            "population": population,
        }
    )
    if level == "grid" and not kind:
        kind = GridKind.RESIDENTIAL
    if (kind and level != "grid") or (kind and kind not in GridKind.values):
        raise Refused("kind_for_grids", _("只有网格分居民区网格和专属网格"), field="kind")
    with unit():
        if Area.objects.filter(code=code).exists():
            raise Refused("taken_code", _("编码 %(code)s 已经存在") % {"code": code}, field="code")
        parent = parent_of(code)
        if parent and not Area.objects.filter(code=parent).exists():
            raise Refused("unknown_parent", UNKNOWN_PARENT % {"parent": parent}, field="code")
        of_dedicated = subtype_of(kind, subtype, actor=actor, at=at)
        with first_come(*MEANWHILE, field="code"):
            area = Area.objects.create(
                code=code, level=level, parent_id=parent or None, kind=kind, subtype=of_dedicated, version=1, **columns
            )
        found(area, defined(area), actor=actor, at=at)
        touch(REGISTER)
    return area


def fit(columns: dict[str, Any]) -> dict[str, Any]:
    """The texts trimmed, the counts checked. Raises `Refused`."""
    fitting = dict(columns)
    for column, value in columns.items():
        if column in COUNTS and value is not None and not 0 <= value <= MOST_PEOPLE:
            raise Refused("bad_number", _("户数和人口不能小于零，也不能大得离谱。"), field=column)
        if column in TEXTS:
            empty = NO_NAME if column in NAMES else None
            fitting[column] = typed(value, field=column, longest=LONGEST, empty=empty)
    return fitting


def subtype_of(kind: str, subtype: str, *, actor: Actor, at: datetime) -> GridSubtype | None:
    if kind != GridKind.DEDICATED:
        if subtype:
            raise Refused("subtype_for_dedicated", _("只有专属网格有类型"), field="subtype")
        return None
    row = load_subtypes(actor=actor, at=at).get(subtype)
    if row is None:
        raise Refused("unknown_subtype", _("专属网格要有类型，且必须是字典里的类型"), field="subtype")
    return row


def change_area(area: Area, *, actor: Actor, at: datetime, **changes: Any) -> Area:
    """Set names, the four sides, counts or `is_active` (retire an area: its code stays, its outline ends with
    this day). Refused: unknown_field, has_children, and as
    `define_area` says.

    A new `name` brings its own short name unless one is given. Setting what already stands changes nothing.
    """
    actor.require(EDIT, area=area.code)
    if unknown := set(changes) - CHANGEABLE:
        raise Refused("unknown_field", _("这些内容不能修改"), field=min(unknown))
    if "name" in changes and changes["name"] != area.name:
        changes.setdefault("short_name", shortened(changes["name"].strip()))
    changes = {column: value for column, value in fit(changes).items() if getattr(area, column) != value}
    if not changes:
        return area
    with unit():
        if changes.get("is_active") is False and area.children.filter(is_active=True).exists():
            raise Refused("has_children", _("还有下级区域在用，请先停用下级"), field="is_active")
        name = "area.retired" if changes.get("is_active") is False else "area.changed"
        advance(area, Fact(name, {"changes": changes}), actor=actor, at=at, changes=changes)
        if changes.get("is_active") is False and (boundary := Boundary.objects.current().filter(area=area).first()):
            close_boundary(boundary, area, actor=actor, at=at)
        touch(REGISTER)
    return area


def close_boundary(boundary: Boundary, area: Area, *, actor: Actor, at: datetime) -> None:
    """The outline held until yesterday. A clock set back doesn't end it before it began."""
    changes = {"valid_before": max(local_day(at), boundary.valid_from)}
    advance(boundary, Fact("boundary.closed", {"area": area.code}), actor=actor, at=at, changes=changes)
