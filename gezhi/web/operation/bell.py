"""The bell in the bar, and the emergencies that stay in sight until somebody at the desk has seen them."""

from collections.abc import Sequence
from typing import Any

from gezhi.cases.access import covers
from gezhi.cases.models import Case
from gezhi.people.models import Notice
from gezhi.people.notices import MOST_COUNTED, unseen_count, urgent
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.names import place_name
from gezhi.web.operation.wording import told

MOST_URGENT = 3
COLUMNS = ("receipt_code", "title", "desk_id", "street_code", "community_code", "grid_code", "reported_at", "version")


def news(request: DeskRequest) -> dict[str, Any]:
    """One statement where there is nothing new; three where there is."""
    unseen = unseen_count(request.actor)
    return {
        "unseen_count": f"{MOST_COUNTED}+" if unseen >= MOST_COUNTED else str(unseen),
        "has_unseen": bool(unseen),
        "urgent": strip(request) if unseen else [],
    }


def cases_behind(several: Sequence[Notice]) -> dict[int, Case]:
    """The cases that notices speak of, by key. One statement where there are any."""
    keys = {one.subject_id for one in several if one.subject_kind == Case.subject_kind}
    return {case.pk: case for case in Case.objects.filter(pk__in=keys).only(*COLUMNS)} if keys else {}


def strip(request: DeskRequest) -> list[dict[str, Any]]:
    """The newest urgent notices, with as much of their case as the actor may see."""
    several = urgent(request.actor)
    cases = cases_behind(several)
    # One emergency tells several desks; who sits at two of them reads it once and sees it for both.
    shown: dict[int, dict[str, Any]] = {}
    for one in several:
        case = cases.get(one.subject_id) if one.subject_kind == Case.subject_kind else None
        entry = shown.setdefault(
            one.event_id,
            {
                "keys": [],
                "sentence": told(one.event).sentence,
                "at": one.told_at,
                "case": case if case is not None and covers(request.actor, "case.see", case) else None,
                "place": place_name(case) if case is not None else "",
            },
        )
        entry["keys"].append(one.pk)
    return list(shown.values())[:MOST_URGENT]
