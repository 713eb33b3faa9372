"""Units, resources, needs and projects follow the land, in the very transaction of a re-division plan."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from gezhi.cobuild.models import BrandSite, GridFeature, HelpRequest, Need, Offer, Partner, Project, Team, TeamGrid
from gezhi.cobuild.rules import HelpStage, ProjectStage
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance
from gezhi.territory.followers import Relocation
from gezhi.territory.models import Area

# Whose names are unique in an area while this column is empty.
OPEN_BY: dict[type, str] = {
    Partner: "left_on", BrandSite: "closed_on", GridFeature: "until_on", Team: "ended_on",
}  # fmt: skip


class CobuildFollows:
    """What is not over goes to the main heir of its area. Households were counted in the grid of their day and stay there."""

    def foresee(self, relocation: Relocation) -> Mapping[str, int]:
        return {name: rows.count() for name, rows in standing(relocation)}

    def follow(self, relocation: Relocation, *, actor: Actor, at: datetime) -> Mapping[str, int]:
        moved: dict[str, int] = {}
        areas = dict(Area.objects.filter(is_active=True).values_list("code", "pk"))
        for name, rows in standing(relocation):
            moved[name] = 0
            for row in rows.select_related("area").order_by("pk"):
                heir = relocation.heir(row.area.code)
                fact = Fact(f"{row.subject_kind}.regridded", {"plan": relocation.plan_id, "area": heir})
                changes = {"area_id": areas[heir], **renamed(row, heir)}
                advance(row, fact, actor=actor, at=at, changes=changes)
                moved[name] += 1
        move_team_grids(relocation, areas)
        return moved


def renamed(row: Any, heir: str) -> dict[str, str]:
    """Two of one name may meet where areas become one: the second takes the number of its old area into its name, and both stand."""
    still = OPEN_BY.get(type(row))
    if still is None:
        return {}
    there = type(row).objects.filter(area__code=heir, name=row.name, **{f"{still}__isnull": True}).exclude(pk=row.pk)
    return {"name": f"{row.name[:20]}（{row.area.code[-6:]}）"} if there.exists() else {}


def standing(relocation: Relocation) -> Iterator[tuple[str, Any]]:
    ending = {"area__code__in": list(relocation.heirs)}
    yield "partners", Partner.objects.filter(left_on__isnull=True, **ending)
    yield "offers", Offer.objects.filter(until_on__isnull=True, **ending)
    yield "needs", Need.objects.filter(met_on__isnull=True, dropped_on__isnull=True, **ending)
    open_stages = (ProjectStage.RUNNING, ProjectStage.FINISHED)
    yield "cobuild_projects", Project.objects.filter(stage__in=open_stages, **ending)
    yield "brand_sites", BrandSite.objects.filter(closed_on__isnull=True, **ending)
    yield "grid_features", GridFeature.objects.filter(until_on__isnull=True, **ending)
    yield "volunteer_teams", Team.objects.filter(ended_on__isnull=True, **ending)
    yield "help_requests", HelpRequest.objects.filter(**ending).exclude(stage=HelpStage.DONE)


def move_team_grids(relocation: Relocation, areas: Mapping[str, int]) -> None:
    """A team is there for every part of its grid that came about, each once."""
    for row in list(TeamGrid.objects.filter(area__code__in=list(relocation.heirs)).select_related("area")):
        heirs = relocation.successors(row.area.code) or (relocation.heir(row.area.code),)
        for code in heirs:
            if len(code) == 15:
                TeamGrid.objects.get_or_create(team_id=row.team_id, area_id=areas[code])
        row.delete()
