"""The day of a plan: the land changes, codes end and begin, and everything on the land moves, in one transaction or not at all."""

import logging
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found_many
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.transactions import first_come, unit
from gezhi.territory.access import EDIT
from gezhi.territory.actions.areas import BOUNDS, MEANWHILE, change_area, defined, load_subtypes
from gezhi.territory.actions.boundaries import store
from gezhi.territory.crs import Crs
from gezhi.territory.followers import all_follow
from gezhi.territory.models import Area, Boundary, Plan, PlanArea, Succession
from gezhi.territory.outlines import Land
from gezhi.territory.plans import Outlook, outlook, relocation_of, require_proof, titles_of
from gezhi.territory.queries import REGISTER
from gezhi.territory.redivision.pieces import Piece
from gezhi.territory.workflow import STEPS, PlanStage

logger = logging.getLogger(__name__)
CLOCK = Actor.system("区划调整")
# How often a plan is begun anew when somebody was quicker at one of its rows.
ATTEMPTS = 5


def effect_due_plans(*, at: datetime) -> int:
    """Every approved plan whose day has come, oldest first; how many took effect. One that can't goes back with the reason."""
    due = Plan.objects.filter(stage=PlanStage.APPROVED, takes_effect_on__lte=local_day(at))
    done = 0
    for key in list(due.order_by("takes_effect_on", "pk").values_list("pk", flat=True)):
        for _attempt in range(ATTEMPTS):
            plan = Plan.objects.select_related("scope").get(pk=key)
            version = plan.version
            try:
                with unit(alone=True):
                    take_effect(plan, actor=CLOCK, at=at)
                done += 1
            except Conflict:
                # Somebody worked on a case, a post or an area of it at this very moment: look again.
                continue
            except Refused as refusal:
                bounce(Plan.objects.get(pk=key), version, refusal, at=at)
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                # Nothing of it happened; it is tried again the next day, and the others must not wait for it.
                logger.exception("plan %s could not take effect", key)
            break
        else:
            logger.error("plan %s met somebody each time and is tried again the next day", key)
    return done


def bounce(plan: Plan, version: int, refusal: Refused, *, at: datetime) -> None:
    """Back to those who proposed it, unless somebody was there meanwhile."""
    step = STEPS["bounce"]
    if plan.version == version:
        data = {"code": refusal.code}
        advance(plan, Fact(step.event, data, str(refusal)), actor=CLOCK, at=at, changes={"stage": step.target})


def take_effect(plan: Plan, *, actor: Actor, at: datetime) -> Plan:
    """Bring a plan into force on the day of `at`. Everything that follows the land (desks, posts, open cases) moves in this transaction.

    Refused: wrong_stage, too_early, and when the land has changed since so that the plan is impossible or no longer proved.
    """
    actor.require(EDIT, area=plan.scope.code)
    step, day = STEPS["take_effect"], local_day(at)
    if plan.stage not in step.sources:
        raise Refused("wrong_stage", _("只有已核准的方案才能生效。"))
    if day < plan.takes_effect_on:
        raise Refused("too_early", _("还没有到方案的生效日期。"))
    with unit():
        view = outlook(plan)
        require_proof(view)
        relocation = relocation_of(plan, view, day)
        made = found_areas(view, actor=actor, at=at)
        redraw(plan, view, made, actor=actor, at=at)
        retire(view, actor=actor, at=at)
        succeed(plan, view, made, at=at)
        PlanArea.objects.bulk_update(became(plan, view), ["became"])
        touch(REGISTER)
        moved = all_follow(relocation, actor=actor, at=at)
        changes = {"stage": step.target, "effective_on": day}
        advance(plan, Fact(step.event, {**view.fate.as_json(), "moved": moved}), actor=actor, at=at, changes=changes)
    return plan


def found_areas(view: Outlook, *, actor: Actor, at: datetime) -> dict[str, Area]:
    """The areas that come about, parents first; by code."""
    subtypes = load_subtypes(actor=actor, at=at)
    names = {piece.code: piece.facts.name for piece in (*view.land.values(), *view.fate.made)}
    made: dict[str, Area] = {}
    for level in ("street", "community", "grid"):
        fresh = [
            Area(
                code=piece.code,
                level=piece.level,
                parent_id=piece.parent,
                subtype=subtypes.get(piece.facts.subtype),
                version=1,
                **columns_of(piece, names),
            )
            for piece in view.fate.made
            if piece.level == level
        ]
        if fresh:
            with first_come(*MEANWHILE):
                Area.objects.bulk_create(fresh, batch_size=500)
            found_many(fresh, lambda area: [defined(area)], actor=actor, at=at)
            made |= {area.code: area for area in fresh}
    return made


def columns_of(piece: Piece, names: dict[str, str]) -> dict[str, Any]:
    facts = piece.facts
    name, short = titles_of(piece, names)
    return {
        "name": name,
        "short_name": short,
        "kind": facts.kind,
        "households": facts.households,
        "population": facts.population,
        **dict(zip(BOUNDS, facts.bounds, strict=True)),
    }


def redraw(plan: Plan, view: Outlook, made: dict[str, Area], *, actor: Actor, at: datetime) -> None:
    """Outlines of what came about and of what keeps its code, and what the plan says of the latter."""
    standing = {area.code: area for area in Area.objects.filter(code__in=[piece.code for piece in view.fate.redrawn])}
    outlines: list[tuple[Area, Land]] = []
    for piece in (*view.fate.made, *view.fate.redrawn):
        assert piece.outline is not None, "a plan draws what it makes"
        area = made.get(piece.code) or standing[piece.code]
        outlines.append((area, piece.outline))
    sketch = Boundary.objects.current().filter(area=plan.scope).values_list("is_sketch", flat=True).first()
    source = f"{plan.title}（方案 {plan.pk}）"
    store(outlines, crs=Crs.CGCS2000, source=source, is_sketch=bool(sketch), actor=actor, at=at)
    for piece in view.fate.redrawn:
        facts = piece.facts
        said = {"households": facts.households, "population": facts.population, "name": facts.name}
        said |= dict(zip(BOUNDS, facts.bounds, strict=True))
        change_area(
            standing[piece.code],
            actor=actor,
            at=at,
            **{column: value for column, value in said.items() if value not in (None, "")},
        )


def retire(view: Outlook, *, actor: Actor, at: datetime) -> None:
    """Parts before the areas that they are parts of. The codes stay for history and are never given again."""
    ending = {area.code: area for area in Area.objects.filter(code__in=view.fate.retired)}
    for code in view.fate.retired:
        change_area(ending[code], is_active=False, actor=actor, at=at)


def became(plan: Plan, view: Outlook) -> list[PlanArea]:
    """The areas of the plan with the codes that they bear now: a correction finds by them what came of each change."""
    areas = list(PlanArea.objects.filter(change__plan=plan))
    for area in areas:
        area.became = view.fate.keys[area.key]
    return areas


def succeed(plan: Plan, view: Outlook, made: dict[str, Area], *, at: datetime) -> None:
    """Who answers for the codes that ended."""
    heirs = {heir for several in view.fate.heirs.values() for heir in several}
    keys = dict(Area.objects.filter(code__in=[*heirs, *view.fate.retired]).values_list("code", "pk"))
    Succession.objects.bulk_create(
        Succession(old_id=keys[old], new_id=keys[heir], plan=plan, since=local_day(at), is_main=position == 0)
        for old, several in view.fate.heirs.items()
        for position, heir in enumerate(several)
    )
