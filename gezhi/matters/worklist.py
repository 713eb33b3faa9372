"""Lists of applications: what waits for somebody, what is on its way, how it ended."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.matters.access import covers
from gezhi.matters.models import Application, ApplicationQuerySet
from gezhi.matters.workflow import APPLY, STEPS, ApplicationStage, Step

# Which step stands for "it is your turn" in each stage.
TURN: dict[str, Step] = {
    ApplicationStage.DRAFT: STEPS["submit"],
    ApplicationStage.RETURNED: STEPS["submit"],
    ApplicationStage.SUBMITTED: STEPS["review"],
    ApplicationStage.REVIEWED: STEPS["approve"],
}
TABS: dict[str, Any] = {
    "open": _("在办"),
    "in_force": _("已核准"),
    "refused": _("未通过"),
    "all": _("全部"),
}
STAGES: dict[str, tuple[ApplicationStage, ...]] = {
    "in_force": (ApplicationStage.APPROVED, ApplicationStage.IN_FORCE),
    "refused": (ApplicationStage.REFUSED, ApplicationStage.WITHDRAWN),
}


def listed(actor: Actor, tab: str, *, kind: str = "") -> ApplicationQuerySet:
    """What the actor may see of a list, the newest first."""
    rows = Application.objects.visible_to(actor)
    if tab == "open":
        rows = rows.filter(stage__in=list(TURN))
    elif tab in STAGES:
        rows = rows.filter(stage__in=[stage.value for stage in STAGES[tab]])
    if kind:
        rows = rows.filter(kind=kind)
    return rows.select_related("department", "category", "matter", "submitted_by").order_by("-pk")


def is_turn(actor: Actor, application: Application) -> bool:
    """Does this application wait for the actor? Who has had a hand in it waits for the next one."""
    step = TURN.get(application.stage)
    if step is None or not covers(actor, step, application):
        return False
    hands = (application.submitted_by_id, application.reviewed_by_id) if step.right != APPLY else ()
    return actor.user_id not in hands


def turns(actor: Actor, applications: Iterable[Application]) -> set[int]:
    """The keys of those that wait for the actor. No query."""
    return {one.pk for one in applications if is_turn(actor, one)}


def waiting_for(actor: Actor) -> list[Application]:
    """All that waits for the actor: one query over what is open, which is never much."""
    return [one for one in listed(actor, "open") if is_turn(actor, one)]
