"""What a worker's phone has to know of the grids: outlines, places, colleagues, open cases, what is to be done there."""

from dataclasses import dataclass
from datetime import datetime

from gezhi.cases.models import Case
from gezhi.fieldwork.models import AddressPoint, Campaign, CampaignTarget, Spot, lying_in
from gezhi.fieldwork.workflow import CampaignStage
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.people.models import DeskKind
from gezhi.people.queries import directory, roster
from gezhi.people.roles import Role
from gezhi.territory.ledgers import resources_of
from gezhi.territory.models import ResourcePlacement
from gezhi.territory.queries import as_geojson


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the team: name, role, work phone, and nothing else."""

    grid_code: str
    name: str
    role: Role
    work_phone: str


@dataclass(frozen=True)
class MyGrid:
    """Of the grids at whose desks somebody sits. `outlines` is GeoJSON text. `campaigns` run there, `targets` of them are left."""

    codes: tuple[str, ...]
    outlines: str
    address_points: list[AddressPoint]
    spots: list[Spot]
    colleagues: list[Colleague]
    resources: list[ResourcePlacement]
    open_cases: list[Case]
    campaigns: list[Campaign]
    targets: list[CampaignTarget]


def my_grid_codes(actor: Actor) -> tuple[str, ...]:
    """The grids at whose desks the actor sits, in order."""
    desks = [directory().get(desk_id) for desk_id in actor.desks]
    return tuple(sorted(desk.area_code for desk in desks if desk.kind == DeskKind.GRID))


def my_grid(actor: Actor, *, at: datetime) -> MyGrid:
    """What the actor may see there; eight statements, and two more a further grid."""
    codes, day = my_grid_codes(actor), local_day(at)
    running = CampaignTarget.objects.open().filter(lying_in(*codes), campaign__stage=CampaignStage.RUNNING)
    targets = list(running.select_related("address_point").order_by("campaign__due_on", "campaign", "pk"))
    cases = Case.objects.visible_to(actor).open().within(*codes) if codes else Case.objects.none()
    points = AddressPoint.objects.active().filter(lying_in(*codes))
    return MyGrid(
        codes,
        as_geojson(codes=codes),
        list(points.order_by("grid_code", "building", "unit", "door")),
        list(Spot.objects.active().filter(lying_in(*codes)).order_by("grid_code", "name")),
        [one for code in codes for one in colleagues_at(code, at)],
        [one for code in codes for one in resources_of(code, on=day)],
        list(cases.order_by("due_at", "pk")),
        list(Campaign.objects.filter(pk__in={target.campaign_id for target in targets}).order_by("due_on", "pk")),
        targets,
    )


def colleagues_at(code: str, at: datetime) -> list[Colleague]:
    desk = directory().at(DeskKind.GRID, code)
    if desk is None:
        return []
    return [Colleague(code, one.name, one.role, one.work_phone) for one in roster(desk.id, on=local_day(at))]
