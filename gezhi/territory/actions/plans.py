"""Re-division plans on their way: drafted, proposed, examined, approved, sent back. How they take effect stands in `effect`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import shapely
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import STALE, Fact, advance, found, sm3
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import unit
from gezhi.territory.actions.areas import COUNTS, fit, load_subtypes
from gezhi.territory.actions.boundaries import outline_or_refuse
from gezhi.territory.codes import Level, level_of
from gezhi.territory.crs import Crs
from gezhi.territory.models import Area, ChangeKind, GridKind, Plan, PlanArea, PlanChange
from gezhi.territory.plan_worklist import hands_of
from gezhi.territory.plans import Outlook, lattice, outlook, require_proof, streets_of
from gezhi.territory.redivision.pieces import ABOVE, Fate
from gezhi.territory.wanted import WantedArea, WantedChange
from gezhi.territory.workflow import OPEN_TO_CHANGE, PROPOSE, STEPS, PlanStage, PlanStep, right_of

LONGEST_TITLE, LONGEST_TEXT = 100, 2000
MOST_CHANGES, MOST_RESULTS = 500, 2000


def draft_plan(
    scope: Area,
    title: str,
    reason: str,
    changes: Sequence[WantedChange],
    *,
    actor: Actor,
    at: datetime,
    takes_effect_on: date,
    crs: Crs = Crs.CGCS2000,
    about: Plan | None = None,
) -> Plan:
    """A new plan for a community, a street or the district. With `about` it corrects a plan that is in force.

    Refused: scope_of_grid, empty, too_long, day_past, nothing_to_correct, and what `checked` and `foretell` say of outlines and changes.
    """
    propose_right(scope, actor)
    if about is not None and (about.stage != PlanStage.EFFECTIVE or not touching(scope, about.scope)):
        raise Refused(
            "nothing_to_correct", _("只有已经生效的方案才能更正；还没有生效的，请另提撤回方案。"), field="about"
        )
    columns = headings(title, reason, takes_effect_on, at)
    with unit():
        plan = begun(scope, columns, about, len(changes), actor=actor, at=at)
        keep_changes(plan, changes, crs, actor=actor, at=at)
        outlook(plan)
    return plan


def begin_plan(scope: Area, title: str, reason: str, *, actor: Actor, at: datetime, takes_effect_on: date) -> Plan:
    """The headings of a plan alone; its changes come one by one, by `add_changes`. Refused: scope_of_grid, empty, too_long, day_past."""
    propose_right(scope, actor)
    columns = headings(title, reason, takes_effect_on, at)
    with unit():
        return begun(scope, columns, None, 0, actor=actor, at=at)


def begun(
    scope: Area, columns: dict[str, Any], about: Plan | None, changes: int, *, actor: Actor, at: datetime
) -> Plan:
    plan = Plan.objects.create(scope=scope, about=about, authors=authors_with([], actor), version=1, **columns)
    data = {"scope": scope.code, "changes": changes, "about": about.pk if about else None}
    found(plan, Fact("plan.drafted", data, columns["reason"]), actor=actor, at=at)
    return plan


def authors_with(before: list[int], actor: Actor) -> list[int]:
    """Who has written in a plan; the clock and imports are nobody."""
    return before if actor.user_id is None or actor.user_id in before else [*before, actor.user_id]


def draft_withdrawal(about: Plan, title: str, reason: str, *, actor: Actor, at: datetime) -> Plan:
    """A plan that takes back an approved one before its day; it goes the same way. Refused: nothing_to_withdraw."""
    propose_right(about.scope, actor)
    if about.stage != PlanStage.APPROVED or about.is_withdrawal:
        raise Refused("nothing_to_withdraw", _("只有已核准、还没有生效的方案才需要撤回方案。"), field="about")
    columns = headings(title, reason, about.takes_effect_on, at)
    with unit():
        authors = authors_with([], actor)
        plan = Plan.objects.create(
            scope=about.scope, about=about, is_withdrawal=True, authors=authors, version=1, **columns
        )
        data = {"scope": about.scope.code, "about": about.pk}
        found(plan, Fact("plan.drafted", data, columns["reason"]), actor=actor, at=at)
    return plan


def revise_plan(
    plan: Plan,
    *,
    actor: Actor,
    at: datetime,
    seen: int | None = None,
    title: str | None = None,
    reason: str | None = None,
    takes_effect_on: date | None = None,
    changes: Sequence[WantedChange] | None = None,
    crs: Crs = Crs.CGCS2000,
) -> Plan:
    """Change a draft, or a plan that was returned; what isn't given stays. Refused: not_open, and as `draft_plan` says."""
    require_open(plan, seen, actor)
    columns = headings(
        plan.title if title is None else title,
        plan.reason if reason is None else reason,
        takes_effect_on or plan.takes_effect_on,
        at,
    )
    with unit():
        if changes is not None and not plan.is_withdrawal:
            plan.changes.all().delete()
            keep_changes(plan, changes, crs, actor=actor, at=at)
            outlook(plan)
        told = {"changes": len(changes) if changes is not None else None}
        columns["authors"] = authors_with(plan.authors, actor)
        advance(plan, Fact("plan.revised", told, columns["reason"]), actor=actor, at=at, changes=columns)
    return plan


def require_open(plan: Plan, seen: int | None, actor: Actor) -> None:
    """To write in a plan: the right to propose it, and a stage in which it is in the hands of those who do."""
    propose_right(plan.scope, actor)
    fresh(plan, seen)
    if plan.stage not in OPEN_TO_CHANGE:
        raise Refused("not_open", _("方案已经提报，不能再改；要改请先退回或撤回。"))


def touching(scope: Area, other: Area) -> bool:
    """Does one of them lie in the other?"""
    return scope.code.startswith(other.code) or other.code.startswith(scope.code)


def propose_right(scope: Area, actor: Actor) -> None:
    level = level_of(scope.code)
    if level not in PROPOSE:
        raise Refused("scope_of_grid", _("方案的范围是社区、街道或区，不是网格。"), field="scope")
    actor.require(PROPOSE[level], area=scope.code)


def headings(title: str, reason: str, takes_effect_on: date, at: datetime) -> dict[str, Any]:
    if takes_effect_on <= local_day(at):
        raise Refused("day_past", _("生效日期最早为明天。"), field="takes_effect_on")
    return {
        "title": typed(title, field="title", longest=LONGEST_TITLE, empty=_("请填写方案名称。")),
        "reason": typed(reason, field="reason", longest=LONGEST_TEXT, empty=_("请写明调整的理由。")),
        "takes_effect_on": takes_effect_on,
    }


def fresh(plan: Plan, seen: int | None) -> None:
    if seen is not None and seen != plan.version:
        raise Conflict("stale", STALE)


# --- what is wanted -------------------------------------------------------------------------------------------------


def keep_changes(
    plan: Plan, changes: Sequence[WantedChange], crs: Crs, *, actor: Actor, at: datetime, after: int = 0
) -> None:
    """The rows of the changes, numbered after those that stand; outlines checked and set on whole millimetres."""
    if len(changes) > MOST_CHANGES or sum(len(change.results) for change in changes) > MOST_RESULTS:
        raise Refused("too_many", _("一个方案最多 %(most)d 项调整。") % {"most": MOST_CHANGES}, field="changes")
    sources = {code for change in changes for code in change.sources}
    known = {area.code: area for area in Area.objects.filter(code__in=sources).select_related("subtype")}
    subtypes = load_subtypes(actor=actor, at=at)
    rows, areas = [], []
    for position, change in enumerate(changes, start=after + 1):
        if change.kind not in ChangeKind.values:
            raise Refused("unknown_kind", _("没有这种调整。"), field="changes")
        row = PlanChange(plan=plan, position=position, kind=change.kind, sources=list(change.sources))
        rows.append(row)
        before = [known[code] for code in change.sources if code in known]
        for number, wanted in enumerate(change.results, start=1):
            columns = area_columns(wanted, change, before, plan.scope, key=f"{position}.{number}")
            subtype = subtypes.get(columns.pop("subtype"))
            if (columns["kind"] == GridKind.DEDICATED) != (subtype is not None):
                raise Refused("unknown_subtype", _("专属网格要有类型，且必须是字典里的类型"), field="changes")
            outline = lattice().snapped(outline_or_refuse(wanted.geometry, crs))
            areas.append(PlanArea(change=row, subtype=subtype, wkb=shapely.to_wkb(outline), **columns))
    PlanChange.objects.bulk_create(rows)
    for area in areas:
        area.change_id = area.change.pk
    PlanArea.objects.bulk_create(areas, batch_size=200)


def area_columns(
    wanted: WantedArea, change: WantedChange, before: list[Area], scope: Area, *, key: str
) -> dict[str, Any]:
    """What was said of an area, completed from what stood there before."""
    own = next((area for area in before if area.code == wanted.code), None)
    level: Level = level_of(before[0].code) if before else change.level
    alike = own or (before[0] if before and len({(area.kind, area.subtype_id) for area in before}) == 1 else None)
    kind = wanted.kind or (alike.kind if alike else GridKind.RESIDENTIAL.value if level == "grid" else "")
    subtype = wanted.subtype or (alike.subtype.code if alike and alike.subtype and kind == alike.kind else "")
    parents = {area.parent_id for area in before}
    usual = parents.pop() if len(parents) == 1 else scope.code if ABOVE.get(level) == level_of(scope.code) else ""
    columns: dict[str, Any] = {
        "key": typed(wanted.key, field="changes", longest=20) or key,
        "level": level,
        "parent": typed(wanted.parent, field="changes", longest=20) or usual or "",
        "code": typed(wanted.code, field="changes", longest=15),
        "kind": kind,
        "subtype": subtype,
    }
    named = fit({column: getattr(wanted, column) for column in COUNTS})
    for column in COUNTS:
        named[column] = usual_count(column, named[column], own, change, before)
    sides = dict(zip(("bounds_east", "bounds_south", "bounds_west", "bounds_north"), wanted.bounds, strict=True))
    if own is not None:
        sides = {side: text or getattr(own, side) for side, text in sides.items()}
    columns["name"] = typed(wanted.name or (own.name if own else ""), field="changes", longest=LONGEST_TITLE)
    if not columns["name"] and level != "grid":
        raise Refused("empty", _("街道和社区要有名称。"), field="changes")
    return columns | named | fit(sides)


def usual_count(
    column: str, said: int | None, own: Area | None, change: WantedChange, before: list[Area]
) -> int | None:
    if said is not None:
        return said
    if own is not None:
        count: int | None = getattr(own, column)
        return count
    counts = [getattr(area, column) for area in before]
    return sum(counts) if change.kind == ChangeKind.MERGE and None not in counts else None


# --- steps ----------------------------------------------------------------------------------------------------------


def take_plan_step(
    name: str, plan: Plan, *, actor: Actor, at: datetime, seen: int | None = None, comment: str = ""
) -> Plan:
    """Take a step of the table with a plan fetched by `get_plan`; the same object comes back, moved on.

    Raises `Denied` for a right of another level, `Conflict` when somebody was quicker, `Refused`: wrong_stage, same_person, empty,
    day_past, proof_failed (with the list).
    """
    step = STEPS.get(name)
    if step is None or not step.right:
        raise Missing("no_such_step", _("没有这一步。"))
    view = authorise(step, plan, actor)
    fresh(plan, seen)
    if plan.stage not in step.sources:
        raise Refused("wrong_stage", _("这个方案现在不在能做这一步的阶段。"))
    empty = _("请写明理由。") if "comment" in step.needs else None
    comment = typed(comment, field="comment", longest=LONGEST_TEXT, empty=empty)
    if step.by_another:
        require_another(step, plan, actor)
    changes: dict[str, Any] = {"stage": step.target}
    data: dict[str, Any] = {}
    with unit():
        if step.name in ("submit", "approve"):
            changes |= proposed(step, plan, actor, at)
        if step.name == "review":
            assert view is not None, "authorise foretold it"
            changes, data = reviewed(plan, view, actor)
        advance(plan, Fact(step.event, data, comment), actor=actor, at=at, changes=changes)
        if step.name == "approve" and plan.is_withdrawal:
            take_back(plan, actor=actor, at=at)
    return plan


def authorise(step: PlanStep, plan: Plan, actor: Actor) -> Outlook | None:
    """Rights are those of the level of the step, over the land of the plan. To examine, one street of several is enough."""
    right = right_of(step, level_of(plan.scope.code))
    if right != "plan.review":
        actor.require(right, area=plan.scope.code)
        return None
    view = Outlook({}, Fate(), {}) if plan.is_withdrawal else outlook(plan)
    if not any(actor.may(right, area=street) for street in streets(plan, view)):
        raise Denied(right)
    return view


def streets(plan: Plan, view: Outlook) -> set[str]:
    """For a withdrawal the streets of the plan that it takes back."""
    if plan.is_withdrawal and plan.about is not None:
        return set(plan.about.reviewers)
    return streets_of(plan, view)


def require_another(step: PlanStep, plan: Plan, actor: Actor) -> None:
    """Four eyes at least: who wrote or submitted a plan doesn't examine it, and none of them approves."""
    if actor.user_id is not None and actor.user_id in hands_of(step, plan):
        raise Refused("same_person", _("起草和提报、初审、核准要由不同的人办理。"))


def proposed(step: PlanStep, plan: Plan, actor: Actor, at: datetime) -> dict[str, Any]:
    """The proof must hold, on the land as it stands now, when a plan is proposed and again when it is approved."""
    if plan.takes_effect_on <= local_day(at):
        raise Refused("day_past", _("生效日期最早为明天，请先修改生效日期。"), field="takes_effect_on")
    changes: dict[str, Any] = {}
    view = Outlook({}, Fate(), {}) if plan.is_withdrawal else outlook(plan)
    if step.name == "submit":
        streets_now = sorted(streets(plan, view))
        changes = {"proposer_id": actor.user_id, "reviewers": {}, "streets": streets_now}
    if not plan.is_withdrawal:
        require_proof(view)
        changes["digest"] = sm3("".join(f"{code}{proof.digest}" for code, proof in sorted(view.proofs.items())))
    return changes


def reviewed(plan: Plan, view: Outlook, actor: Actor) -> tuple[dict[str, Any], dict[str, Any]]:
    """The streets for which the actor examines; the plan moves on when the last of its streets has."""
    touched = streets(plan, view)
    mine = {street for street in touched if actor.may("plan.review", area=street)} - set(plan.reviewers)
    if not mine:
        raise Conflict("already_reviewed", _("您的街道已经初审过这个方案，正在等其他街道。"))
    reviewers = plan.reviewers | dict.fromkeys(sorted(mine), actor.user_id)
    is_last = touched <= set(reviewers)
    stage = PlanStage.REVIEWED if is_last else PlanStage.PROPOSED
    changes = {"stage": stage, "reviewers": reviewers, "streets": sorted(touched)}
    return changes, {"streets": sorted(mine), "is_last": is_last}


def take_back(plan: Plan, *, actor: Actor, at: datetime) -> None:
    """An approved withdrawal does at once what it is for. Refused when the other has taken effect meanwhile."""
    assert plan.about is not None, "a constraint says so"
    about = Plan.objects.get(pk=plan.about.pk)
    step = STEPS["cancel"]
    if about.stage not in step.sources:
        raise Refused("nothing_to_withdraw", _("要撤回的方案已经生效或已经撤销，请改提更正方案。"))
    advance(about, Fact(step.event, {"by": plan.pk}), actor=actor, at=at, changes={"stage": step.target})
    day = local_day(at)
    changes = {"stage": PlanStage.EFFECTIVE, "effective_on": day}
    advance(plan, Fact(STEPS["take_effect"].event, {"withdrew": about.pk}), actor=actor, at=at, changes=changes)
