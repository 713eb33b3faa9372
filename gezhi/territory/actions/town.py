"""Grids drawn as a sketch over the streets and communities that the database holds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.events import found_many
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.transactions import first_come, unit
from gezhi.territory.access import EDIT
from gezhi.territory.actions.areas import MEANWHILE, defined, load_subtypes
from gezhi.territory.actions.boundaries import store
from gezhi.territory.codes import LAST_GRID, LENGTHS, grid_code
from gezhi.territory.crs import Crs
from gezhi.territory.drawing import SKETCH_SQUARE_KM, Drawing, Wanted, draw, sizes, sketch_outline
from gezhi.territory.mesh import Indivisible
from gezhi.territory.models import Area, Boundary, GridSubtype, Level
from gezhi.territory.outlines import Land
from gezhi.territory.queries import REGISTER

# What the district's own description counts: 939 residential and 218 dedicated grids in 206 communities.
RESIDENTIAL_A_COMMUNITY = 939 / 206
DEDICATED_A_COMMUNITY = 218 / 206
GRIDS_A_DISTRICT = 939 + 218
SOURCE = _("示意划分，非实测")


@dataclass(frozen=True, slots=True)
class Town:
    """What was drawn."""

    streets: int
    communities: int
    residential: int
    dedicated: int


def draw_town(
    *,
    actor: Actor,
    at: datetime,
    streets: Collection[str] | None = None,
    residential_total: int | None = None,
    dedicated_total: int | None = None,
    seed: int = 1,
) -> Town:
    """Draw grids, and outlines of streets and communities, for the chosen streets (all by default), marked as a sketch.

    The land divided is the district's current outline; without one a district is invented, of a size that suits the number of
    grids. With a real outline and a choice of streets, each street of the database gets its place and the others stay undrawn.
    Totals are by default in the district's own proportion to the number of communities. The same seed draws the same town.

    Refused: no_streets, no_communities, already_drawn (any street, community or grid has an outline, or any grid exists),
    too_few_grids, too_many_grids, cannot_draw.
    """
    actor.require(EDIT, area=settings.DISTRICT)
    with unit():
        district, by_street = land_to_divide()
        chosen = choose(by_street, streets)
        communities = sorted(code for street in chosen for code in by_street[street])
        residential = (
            round(RESIDENTIAL_A_COMMUNITY * len(communities)) if residential_total is None else residential_total
        )
        dedicated = round(DEDICATED_A_COMMUNITY * len(communities)) if dedicated_total is None else dedicated_total
        wanted = grids_wanted(communities, residential, dedicated, seed)
        outline = current_outline(district)
        drawn_land = outline or sketch_outline(SKETCH_SQUARE_KM * (residential + dedicated) / GRIDS_A_DISTRICT)
        if outline is not None:
            # The streets that stay undrawn keep room for grids of their own.
            average = Wanted(max(1, round((residential + dedicated) / len(communities))))
            wanted |= {code: average for codes in by_street.values() for code in codes if code not in wanted}
        try:
            drawing = draw(drawn_land, wanted, seed=seed, only=chosen, names=short_names(communities))
        except Indivisible:
            raise Refused("cannot_draw", _("按这个随机数画不出网格，请换一个 seed 再试")) from None
        keep(district, drawing, has_outline=outline is not None, actor=actor, at=at)
    return Town(len(chosen), len(communities), residential, dedicated)


def land_to_divide() -> tuple[Area, dict[str, list[str]]]:
    """The district and its active communities by street; refused where something is drawn already."""
    district = Area.objects.filter(code=settings.DISTRICT).first()
    if district is None:
        raise Refused("no_streets", _("还没有导入本区的街道和社区，请先运行 gezhi import-areas"))
    below = Area.objects.inside(settings.DISTRICT).exclude(pk=district.pk)
    has_grids = below.filter(level=Level.GRID).exists()
    if has_grids or Boundary.objects.current().filter(area__in=below).exists():
        raise Refused("already_drawn", _("区内已经有网格或边界，不能再画示意图"))
    by_street: dict[str, list[str]] = {}
    codes = below.filter(level=Level.COMMUNITY, is_active=True).order_by("code").values_list("code", flat=True)
    for code in codes:
        by_street.setdefault(code[: LENGTHS["street"]], []).append(code)
    if not by_street:
        raise Refused("no_communities", _("还没有导入社区，请先运行 gezhi import-areas"))
    return district, by_street


def short_names(communities: Collection[str]) -> dict[str, str]:
    return dict(Area.objects.filter(code__in=communities).values_list("code", "short_name"))


def choose(by_street: dict[str, list[str]], streets: Collection[str] | None) -> list[str]:
    if streets is None:
        return sorted(by_street)
    unknown = sorted(set(streets) - set(by_street))
    if unknown or not streets:
        names = "、".join(unknown)
        raise Refused("no_streets", _("这些街道不存在或没有社区：%(streets)s") % {"streets": names}, field="streets")
    return sorted(set(streets))


def grids_wanted(communities: Sequence[str], residential: int, dedicated: int, seed: int) -> dict[str, Wanted]:
    if residential < len(communities) or dedicated < 0:
        message = _("居民区网格至少要 %(count)d 个：每个社区一个") % {"count": len(communities)}
        raise Refused("too_few_grids", message, field="residential_total")
    wanted = sizes(communities, residential, dedicated, seed=seed)
    if max(want.residential + want.dedicated for want in wanted.values()) > LAST_GRID:
        raise Refused("too_many_grids", _("一个社区最多 999 个网格"), field="residential_total")
    return wanted


def current_outline(district: Area) -> Land | None:
    boundary = Boundary.objects.current().filter(area=district).first()
    return boundary.geometry if boundary else None


def keep(district: Area, drawing: Drawing, *, has_outline: bool, actor: Actor, at: datetime) -> None:
    """Store grids and outlines: a handful of statements for a thousand grids."""
    subtypes = load_subtypes(actor=actor, at=at)
    drawn = [*drawing.streets, *drawing.communities]
    known = {area.code: area for area in Area.objects.filter(code__in=drawn)}
    grids = new_grids(drawing, known, subtypes)
    with first_come(*MEANWHILE):
        Area.objects.bulk_create(grids, batch_size=500)
    found_many(grids, lambda area: [defined(area)], actor=actor, at=at)
    outlines: list[tuple[Area, Land]] = [] if has_outline else [(district, drawing.district)]
    outlines += [(known[code], land) for code, land in (drawing.streets | drawing.communities).items()]
    outlines += [(area, drawn_grid.outline) for area, drawn_grid in zip(grids, drawing.grids, strict=True)]
    store(outlines, crs=Crs.CGCS2000, source=str(SOURCE), is_sketch=True, actor=actor, at=at)
    touch(REGISTER)


def new_grids(drawing: Drawing, known: dict[str, Area], subtypes: dict[str, GridSubtype]) -> list[Area]:
    return [
        Area(
            code=grid_code(grid.community, grid.number),
            level=Level.GRID,
            parent_id=grid.community,
            name=f"{known[grid.community].short_name}第{grid.number}网格",
            short_name=f"第{grid.number}网格",
            kind=grid.kind,
            subtype=subtypes[grid.subtype] if grid.subtype else None,
            households=grid.households,
            population=grid.population,
            **dict(zip(("bounds_east", "bounds_south", "bounds_west", "bounds_north"), grid.bounds, strict=True)),
            version=1,
        )
        for grid in drawing.grids
    ]
