"""The changes of a draft one by one: added, taken out, described. Each is a revision of the plan and makes its writer one of the authors."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance
from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.transactions import unit
from gezhi.territory.actions.areas import BOUNDS, COUNTS, fit
from gezhi.territory.actions.plans import authors_with, keep_changes, require_open
from gezhi.territory.crs import Crs
from gezhi.territory.models import GridKind, GridSubtype, Plan, PlanArea
from gezhi.territory.plans import outlook
from gezhi.territory.wanted import WantedChange


def add_changes(
    plan: Plan,
    changes: Sequence[WantedChange],
    *,
    actor: Actor,
    at: datetime,
    seen: int | None = None,
    crs: Crs = Crs.CGCS2000,
) -> Plan:
    """Add to what the plan wants already. Refused: not_open, withdraws_only, and as `draft_plan` says of outlines and changes."""
    require_open(plan, seen, actor)
    if plan.is_withdrawal:
        raise Refused("withdraws_only", _("撤回方案只撤回原方案，不能再加调整。"), field="changes")
    with unit():
        last = plan.changes.aggregate(last=Max("position"))["last"] or 0
        keep_changes(plan, changes, crs, actor=actor, at=at, after=last)
        outlook(plan)
        noted(plan, {"added": [change.kind for change in changes]}, actor=actor, at=at)
    return plan


def drop_change(plan: Plan, position: int, *, actor: Actor, at: datetime, seen: int | None = None) -> Plan:
    """Take one change out. Refused: not_open, and when others stand on it. Raises `Missing`."""
    require_open(plan, seen, actor)
    change = plan.changes.filter(position=position).first()
    if change is None:
        raise Missing("no_such_change", _("方案里没有这项调整，可能刚刚被删掉了。"))
    with unit():
        change.delete()
        if plan.changes.exists():
            outlook(plan)
        noted(plan, {"dropped": change.kind}, actor=actor, at=at)
    return plan


def describe_area(
    plan: Plan,
    key: str,
    *,
    actor: Actor,
    at: datetime,
    seen: int | None = None,
    name: str,
    kind: str = "",
    subtype: str = "",
    households: int | None = None,
    population: int | None = None,
    bounds: tuple[str, str, str, str] = ("", "", "", ""),
) -> PlanArea:
    """Say of an area of the plan how it is called and what it holds; its outline stays.

    Refused: not_open, empty (streets and communities have names), too_long, bad_number, unknown_subtype. Raises `Missing`.
    """
    require_open(plan, seen, actor)
    area = PlanArea.objects.filter(change__plan=plan, key=key).first()
    if area is None:
        raise Missing("no_such_area", _("方案里没有这个区域，可能刚刚被删掉了。"))
    columns: dict[str, Any] = fit(
        {"households": households, "population": population, **dict(zip(BOUNDS, bounds, strict=True))}
    )
    # A grid may go without: then its number is its name.
    columns["name"] = fit({"name": name})["name"] if name.strip() or area.level != "grid" else ""
    if area.level == "grid":
        columns |= purpose(kind or area.kind, subtype)
    with unit():
        PlanArea.objects.filter(pk=area.pk).update(**columns)
        told = {column: columns[column] for column in ("name", *COUNTS)}
        noted(plan, {"described": key, **told}, actor=actor, at=at)
    area.refresh_from_db()
    return area


def purpose(kind: str, subtype: str) -> dict[str, Any]:
    """The columns of what a grid is for."""
    row = GridSubtype.objects.filter(code=subtype).first() if kind == GridKind.DEDICATED else None
    if kind not in GridKind.values or (kind == GridKind.DEDICATED) != (row is not None):
        raise Refused("unknown_subtype", _("专属网格要有类型，且必须是字典里的类型"), field="subtype")
    return {"kind": kind, "subtype": row}


def noted(plan: Plan, data: dict[str, Any], *, actor: Actor, at: datetime) -> None:
    changes = {"authors": authors_with(plan.authors, actor)}
    advance(plan, Fact("plan.revised", data), actor=actor, at=at, changes=changes)
