"""A drawing kept as what a plan wants: the changes are found from it, and the proof must hold."""

from collections.abc import Sequence
from datetime import datetime

from gezhi.kernel.access import Actor
from gezhi.kernel.transactions import unit
from gezhi.territory.actions.plans import revise_plan
from gezhi.territory.models import Plan
from gezhi.territory.plan_drawings import wanted_by
from gezhi.territory.plans import land_of, lattice, outlook, require_proof
from gezhi.territory.redivision.drawn import DrawnArea
from gezhi.territory.redivision.pieces import Change, Result
from gezhi.territory.wanted import WantedArea, WantedChange


def redraw_plan(plan: Plan, drawn: Sequence[DrawnArea], *, actor: Actor, at: datetime, seen: int | None = None) -> Plan:
    """Change what a plan wants to what was drawn, as `revise_plan` does.

    Refused besides: self_crossing, empty_plan where nothing is drawn otherwise than it stands, proof_failed where the land would not be
    divided cleanly.
    """
    changes = wanted_by(drawn, land_of(plan.scope.code), lattice())
    wanted = [wanted_of(change) for change in changes]
    with unit():
        plan = revise_plan(plan, actor=actor, at=at, seen=seen, changes=wanted)
        require_proof(outlook(plan))
    return plan


def wanted_of(change: Change) -> WantedChange:
    level = change.results[0].level if change.results else "grid"
    return WantedChange(change.kind, change.sources, [area_of(result) for result in change.results], level)


def area_of(result: Result) -> WantedArea:
    facts = result.facts
    return WantedArea(
        result.outline,
        key=result.key,
        parent=result.parent,
        code=result.code,
        name=facts.name,
        kind=facts.kind,
        subtype=facts.subtype,
        households=facts.households,
        population=facts.population,
        bounds=facts.bounds,
    )
