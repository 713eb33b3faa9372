"""Which desk is told of a re-division plan: whose turn it is, who proposed it, and whose land changes."""

from collections.abc import Callable, Iterator

from gezhi.kernel.models import Event
from gezhi.people.queries import directory
from gezhi.territory.models import Plan

Told = Callable[[Event, Plan], Iterator[str]]


def its_streets(event: Event, plan: Plan) -> Iterator[str]:
    yield from plan.streets or [plan.scope.code[:9]]


def its_scope(event: Event, plan: Plan) -> Iterator[str]:
    yield plan.scope.code


def the_district_at_last(event: Event, plan: Plan) -> Iterator[str]:
    """When the last of its streets has examined it."""
    if event.data.get("is_last", True):
        yield plan.scope.code[:6]


def everybody_before(event: Event, plan: Plan) -> Iterator[str]:
    """It is decided: those whose land will change can get ready."""
    yield plan.scope.code
    yield from plan.streets
    for sources in plan.changes.values_list("sources", flat=True):
        yield from sources


def everybody_after(event: Event, plan: Plan) -> Iterator[str]:
    """Those who have another land from today, with the levels above them."""
    yield plan.scope.code
    yield from plan.streets
    for code in {*(event.data.get("made") or ()), *(event.data.get("redrawn") or ())}:
        yield code
        yield code[:-3]


NOTICES: dict[str, Told] = {
    "plan.submitted": its_streets,
    "plan.reviewed": the_district_at_last,
    "plan.returned": its_scope,
    "plan.rejected": its_scope,
    "plan.approved": everybody_before,
    "plan.took_effect": everybody_after,
    "plan.cancelled": its_scope,
    "plan.bounced": its_scope,
}


def desks_told(event: Event) -> set[int]:
    """The open desks of the areas, or the nearest ones around them."""
    plan = Plan.objects.select_related("scope").get(pk=event.subject_id)
    desks = directory()
    found = {desks.upwards(code) for code in NOTICES[event.name](event, plan)}
    return {desk.id for desk in found if desk is not None}
