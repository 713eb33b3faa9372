"""All levels at once: district, streets, communities, grids."""

import shapely
from shapely import box

from gezhi.territory.coverage import Kind
from gezhi.territory.coverage.nesting import prove_nesting
from gezhi.territory.tests.patchwork import LATTICE, patchwork

DISTRICT = "370103"


def town() -> dict[str, shapely.Geometry]:
    """Two streets of two communities of four grids."""
    flat = patchwork(4, 4, 2, seed=8).reshape(4, 4)
    outlines = {DISTRICT: shapely.coverage_union_all(flat.ravel())}
    for street in (1, 2):
        outlines[f"{DISTRICT}{street:03d}"] = shapely.coverage_union_all(flat[2 * street - 2 : 2 * street].ravel())
        for community in (1, 2):
            grids = flat[2 * street - 2 : 2 * street, 2 * community - 2 : 2 * community].ravel()
            code = f"{DISTRICT}{street:03d}{community:03d}"
            outlines[code] = shapely.coverage_union_all(grids)
            outlines |= {f"{code}{number:03d}": grid for number, grid in enumerate(grids, start=1)}
    return {code: LATTICE.unflat(shape) for code, shape in outlines.items()}


def test_every_level_is_proved() -> None:
    outlines = town()
    nesting = prove_nesting(outlines, lattice=LATTICE)
    assert nesting.holds
    assert nesting.proved == sorted(code for code in outlines if len(code) < 15)


def test_a_grid_that_strays_breaks_its_community_alone() -> None:
    outlines = town()
    grid = f"{DISTRICT}001002003"
    outlines[grid] = LATTICE.unflat(shapely.transform(LATTICE.flat(outlines[grid]), lambda xy: xy + 1))
    nesting = prove_nesting(outlines, lattice=LATTICE)
    assert list(nesting.broken) == [f"{DISTRICT}001002"]
    assert len(nesting.proved) == 6


def test_a_vertex_missing_in_an_outline_makes_it_loose_and_no_worse() -> None:
    squares = {
        DISTRICT: box(0, 0, 200_000, 100_000),
        f"{DISTRICT}001": box(0, 0, 100_000, 100_000),
        f"{DISTRICT}002": box(100_000, 0, 200_000, 100_000),
    }
    nesting = prove_nesting({code: LATTICE.unflat(shape) for code, shape in squares.items()}, lattice=LATTICE)
    assert nesting.holds
    assert (nesting.proved, list(nesting.loose)) == ([DISTRICT], [DISTRICT])


def test_a_street_drawn_too_small_breaks_both_ways() -> None:
    outlines = town()
    street = f"{DISTRICT}001"
    shape = LATTICE.flat(outlines[street])
    cut = shape.difference(box(-1e6, -1e6, 1e6, 100_000))
    outlines[street] = LATTICE.snapped(LATTICE.unflat(cut))
    broken = prove_nesting(outlines, lattice=LATTICE).broken
    assert set(broken) == {DISTRICT, street}
    assert broken[DISTRICT].areas[Kind.GAP] > 1000
    assert broken[street].areas[Kind.OUTSIDE] > 1000


def test_what_has_no_outline_is_said() -> None:
    outlines = town()
    del outlines[f"{DISTRICT}002001"]
    nesting = prove_nesting(outlines, lattice=LATTICE)
    assert nesting.orphans == [f"{DISTRICT}002001{number:03d}" for number in range(1, 5)]
    assert list(nesting.broken) == [f"{DISTRICT}002"]
    assert not nesting.holds
    assert prove_nesting({}).holds
    few = {code: shape for code, shape in town().items() if not code.startswith(f"{DISTRICT}001001") or len(code) == 12}
    assert prove_nesting(few, lattice=LATTICE).undivided == [f"{DISTRICT}001001"]
