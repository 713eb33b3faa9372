"""What becomes of the land by a plan: codes, heirs, what is carried along, and what is impossible."""

import random
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from gezhi.territory.codes import parent_of
from gezhi.territory.coverage.nesting import prove_nesting
from gezhi.territory.redivision.checking import prove_fate
from gezhi.territory.redivision.fate import foretell
from gezhi.territory.redivision.pieces import BadPlan, Change, Facts, Fate, Piece, Result
from gezhi.territory.tests.patchwork import LATTICE, patchwork

DISTRICT, STREET = "370103", "370103001"
COMMUNITY = f"{STREET}001"


def flat_land(columns: int = 2, rows: int = 2) -> dict[str, Any]:
    """A street of `columns` x `rows` communities of 2 x 2 grids, in millimetres, by code."""
    flat = patchwork(2 * columns, 2 * rows, 1, seed=5).reshape(2 * columns, 2 * rows)
    found: dict[str, Any] = {STREET: shapely.coverage_union_all(flat.ravel())}
    for number in range(columns * rows):
        x, y = divmod(number, rows)
        grids = flat[2 * x : 2 * x + 2, 2 * y : 2 * y + 2].ravel()
        code = f"{STREET}{number + 1:03d}"
        found[code] = shapely.coverage_union_all(grids)
        found |= {f"{code}{at:03d}": grid for at, grid in enumerate(grids, start=1)}
    return found


FLAT = flat_land()
LEVELS: dict[int, Any] = {6: "district", 9: "street", 12: "community", 15: "grid"}
LAND = {
    code: Piece(
        code, LEVELS[len(code)], parent_of(code), LATTICE.unflat(shape), Facts(name=f"名{code[-3:]}", households=400)
    )
    for code, shape in FLAT.items()
}


def union(*codes: str) -> Any:
    return LATTICE.unflat(shapely.coverage_union_all([FLAT[code] for code in codes]))


def result(key: str, outline: Any, parent: str = COMMUNITY, **more: Any) -> Result:
    return Result(key, LEVELS[len(parent) + 3] if parent.isdigit() else "grid", parent, outline, **more)


def grid(number: int, community: str = COMMUNITY) -> str:
    return f"{community}{number:03d}"


def told(*changes: Change, scope: str = COMMUNITY, taken: Any = ()) -> Fate:
    land = {code: piece for code, piece in LAND.items() if code.startswith(scope)}
    return foretell(list(changes), land, [*LAND, *taken], scope)


def halves(code: str) -> tuple[Any, Any]:
    """West and east of an area."""
    west, south, east, north = FLAT[code].bounds
    middle = round((west + east) / 2)
    parts = (box(west - 1, south - 1, middle, north + 1), box(middle, south - 1, east + 1, north + 1))
    found = [LATTICE.snapped(LATTICE.unflat(FLAT[code].intersection(part))) for part in parts]
    return found[0], found[1]


def merge(*numbers: int) -> Change:
    codes = tuple(grid(number) for number in numbers)
    return Change("merge", codes, (result("m", union(*codes)),))


def test_a_merger_gets_the_next_number_and_all_its_sources_have_it_as_heir() -> None:
    fate = told(merge(1, 2, 3))
    assert [piece.code for piece in fate.made] == [grid(5)]
    assert fate.retired == [grid(1), grid(2), grid(3)]
    assert fate.heirs == {grid(number): (grid(5),) for number in (1, 2, 3)}
    assert sorted(fate.outlines) == [COMMUNITY, grid(4), grid(5)]
    assert all(proof.holds for proof in prove_fate(fate, LAND, lattice=LATTICE).values())


def test_a_number_once_given_is_never_given_again() -> None:
    fate = told(merge(1, 2), taken=[grid(17)])
    assert [piece.code for piece in fate.made] == [grid(18)]


def test_parts_of_a_split_are_numbered_from_west_to_east() -> None:
    west, east = halves(grid(1))
    fate = told(Change("split", (grid(1),), (result("b", east), result("a", west))))
    assert [(piece.code, piece.outline) for piece in fate.made] == [(grid(5), west), (grid(6), east)]
    assert set(fate.heirs[grid(1)]) == {grid(5), grid(6)}
    larger = max((west, east), key=lambda part: part.area)
    assert fate.outlines[fate.heirs[grid(1)][0]] == larger


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000))
def test_numbers_run_from_north_to_south_and_west_to_east(seed: int) -> None:
    """Cells of a net, shuffled: reading them by their new numbers reads them like a page."""
    size = 100_000
    cells = [(x, y, box(x * size, y * size, (x + 1) * size, (y + 1) * size)) for x in range(3) for y in range(3)]
    random.Random(seed).shuffle(cells)
    whole = LATTICE.unflat(shapely.union_all([shape for _x, _y, shape in cells]))
    land = {
        COMMUNITY: Piece(COMMUNITY, "community", STREET, whole),
        grid(1): Piece(grid(1), "grid", COMMUNITY, whole),
    }
    results = tuple(result(f"{x}.{y}", LATTICE.unflat(shape)) for x, y, shape in cells)
    fate = foretell([Change("split", (grid(1),), results)], land, land, COMMUNITY)
    places = [LATTICE.flat(piece.outline).centroid for piece in fate.made]
    assert [piece.code for piece in fate.made] == [grid(number) for number in range(2, 11)]
    assert [(-place.y // size, place.x // size) for place in places] == sorted(
        (-place.y // size, place.x // size) for place in places
    )


def test_redrawing_keeps_the_codes() -> None:
    one, two = FLAT[grid(1)], FLAT[grid(2)]
    _, east = (LATTICE.flat(part) for part in halves(grid(1)))
    changed = Change(
        "redraw",
        (grid(1), grid(2)),
        (
            result("a", LATTICE.unflat(one.difference(east)), code=grid(1)),
            result("b", LATTICE.unflat(two.union(east)), code=grid(2)),
        ),
    )
    fate = told(changed)
    assert (fate.made, fate.retired, fate.heirs) == ([], [], {})
    assert [piece.code for piece in fate.redrawn] == [grid(1), grid(2)]
    assert fate.touched == {grid(1), grid(2)}


def test_who_takes_over_the_land_of_a_retired_grid_is_its_heir() -> None:
    taken = Change("redraw", (grid(2),), (result("b", union(grid(1), grid(2)), code=grid(2)),))
    fate = told(Change("retire", (grid(1),)), taken)
    assert fate.heirs == {grid(1): (grid(2),)}
    assert told(Change("retire", (grid(1),))).heirs == {grid(1): ()}


def test_a_plan_that_leaves_a_gap_is_told_so() -> None:
    proofs = prove_fate(told(Change("retire", (grid(1),))), LAND, lattice=LATTICE)
    (gap,) = proofs[COMMUNITY].defects
    assert (gap.kind, gap.area) == ("gap", pytest.approx(FLAT[grid(1)].area / 1e6))


# --- communities and streets ----------------------------------------------------------------------------------------


def test_a_community_that_is_merged_takes_its_grids_along() -> None:
    sources = (COMMUNITY, f"{STREET}002")
    fate = told(Change("merge", sources, (result("m", union(*sources), STREET),)), scope=STREET)
    new = f"{STREET}005"
    assert [piece.code for piece in fate.made] == [new, *(f"{new}{number:03d}" for number in range(1, 9))]
    assert fate.retired[-2:] == list(sources)
    assert len(fate.retired) == 10
    for old in fate.retired[:8]:
        (heir,) = fate.heirs[old]
        assert fate.outlines[heir] == LAND[old].outline
    assert prove_nesting(fate.outlines, lattice=LATTICE).holds
    assert set(fate.outlines) == {STREET, new, *(f"{new}{n:03d}" for n in range(1, 9))} | {
        code for code in LAND if code.startswith((f"{STREET}003", f"{STREET}004"))
    }


def test_a_community_may_be_split_and_its_grids_redivided_at_once() -> None:
    west, east = union(grid(1), grid(2)), union(grid(3), grid(4))
    fate = told(
        Change("split", (COMMUNITY,), (result("w", west, STREET), result("e", east, STREET, code=f"{STREET}020"))),
        Change("merge", (grid(3), grid(4)), (result("g", east, "e"),)),
        scope=STREET,
    )
    # The western one is numbered after the official code of the other, whichever comes first on the map.
    assert [piece.code for piece in fate.made] == [
        f"{STREET}020", f"{STREET}021", f"{STREET}020001", f"{STREET}021001", f"{STREET}021002",
    ]  # fmt: skip
    assert fate.heirs[grid(3)] == (f"{STREET}020001",)
    assert len(fate.heirs[COMMUNITY]) == 2
    assert prove_nesting(fate.outlines, lattice=LATTICE).holds


def test_a_grid_that_comes_to_lie_in_the_neighbouring_community_goes_there() -> None:
    other = f"{STREET}003"
    wide = union(*(grid(number, other) for number in range(1, 5)), grid(3))
    narrow = union(grid(1), grid(2), grid(4))
    fate = told(
        Change("redraw", (COMMUNITY, other), (
            result("a", narrow, STREET, code=COMMUNITY), result("b", wide, STREET, code=other),
        )),
        scope=STREET,
    )  # fmt: skip
    assert fate.heirs == {grid(3): (f"{other}005",)}
    assert [piece.code for piece in fate.redrawn] == [COMMUNITY, other]
    assert prove_nesting(fate.outlines, lattice=LATTICE).holds


def test_a_street_that_is_split_takes_communities_and_grids_along() -> None:
    land = LAND | {DISTRICT: Piece(DISTRICT, "district", "", LAND[STREET].outline)}
    west, east = (f"{STREET}001", f"{STREET}002"), (f"{STREET}003", f"{STREET}004")
    changes = [Change("split", (STREET,), (result("w", union(*west), DISTRICT), result("e", union(*east), DISTRICT)))]
    fate = foretell(changes, land, land, DISTRICT)
    assert [piece.code for piece in fate.made][:6] == [
        "370103002", "370103003", "370103002001", "370103002002", "370103003001", "370103003002",
    ]  # fmt: skip
    assert len(fate.made) == 2 + 4 + 16
    assert len(fate.retired) == 1 + 4 + 16
    assert prove_nesting(fate.outlines, lattice=LATTICE).holds


# --- what is impossible ---------------------------------------------------------------------------------------------

A = union(grid(1))
FAR = LATTICE.unflat(box(9_000_000, 0, 9_100_000, 100_000))


@pytest.mark.parametrize(
    ("changes", "scope", "trouble"),
    [
        ([], COMMUNITY, "empty_plan"),
        ([Change("retire", (grid(9),))], COMMUNITY, "unknown_source"),
        ([Change("retire", (grid(1, f"{STREET}002"),))], COMMUNITY, "unknown_source"),
        ([Change("retire", (grid(1),)), Change("retire", (grid(1),))], COMMUNITY, "source_twice"),
        ([Change("retire", (grid(1), grid(2)))], COMMUNITY, "wrong_sources"),
        ([Change("merge", (grid(1),), (result("m", A),))], COMMUNITY, "wrong_sources"),
        ([Change("create", (grid(1),), (result("m", A),))], COMMUNITY, "wrong_sources"),
        ([Change("split", (grid(1),), (result("m", A),))], COMMUNITY, "wrong_results"),
        ([Change("retire", (grid(1),), (result("m", A),))], COMMUNITY, "wrong_results"),
        ([Change("redraw", (grid(1),), (result("m", A, code=grid(2)),))], COMMUNITY, "wrong_results"),
        ([Change("merge", (COMMUNITY, grid(1, f"{STREET}002")), (result("m", A),))], STREET, "mixed_levels"),
        ([Change("create", (), (result("m", A, "x"),))], COMMUNITY, "unknown_parent"),
        ([Change("create", (), (Result("m", "grid", STREET, A),))], STREET, "wrong_parent"),
        ([Change("create", (), (result("m", A), )), Change("create", (), (result("m", A),))], COMMUNITY, "key_twice"),
        ([Change("create", (), (result("m", A, code=grid(1)),))], COMMUNITY, "code_taken"),
        ([Change("create", (), (result("m", A, code=f"{STREET}002009"),))], COMMUNITY, "code_not_fitting"),
        ([Change("redraw", (COMMUNITY,), (result("m", A, STREET, code=COMMUNITY),))], COMMUNITY, "scope_itself"),
        ([Change("retire", (COMMUNITY,))], COMMUNITY, "scope_itself"),
        ([Change("retire", (COMMUNITY,))], STREET, "no_place"),
        ([Change("retire", (COMMUNITY,)), Change("redraw", (grid(1),), (result("m", A, code=grid(1)),))], STREET, "wrong_parent"),
    ],
)  # fmt: skip
def test_impossible_plans_are_refused(changes: list[Change], scope: str, trouble: str) -> None:
    with pytest.raises(BadPlan) as caught:
        told(*changes, scope=scope)
    assert caught.value.trouble == trouble


def test_the_thousandth_grid_has_no_number() -> None:
    with pytest.raises(BadPlan, match="codes_exhausted"):
        told(merge(1, 2), taken=[grid(999)])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.data())
def test_whatever_is_merged_and_split_the_land_stays_whole(seed: int, data: Any) -> None:
    """Random mergers of neighbours in a row: nobody lost, every code new, every heir in use, the coverage proved."""
    count = 8
    flat = patchwork(count, 1, 2, seed=seed)
    grids = {grid(number): shape for number, shape in enumerate(flat, start=1)}
    land = {
        code: Piece(code, "grid", COMMUNITY, LATTICE.unflat(shape), Facts(households=1))
        for code, shape in grids.items()
    }
    land[COMMUNITY] = Piece(COMMUNITY, "community", STREET, LATTICE.unflat(shapely.coverage_union_all(flat)))
    cuts = sorted(data.draw(st.sets(st.integers(1, count - 1), max_size=4)))
    codes = sorted(grids)
    changes = []
    for first, last in zip([0, *cuts], [*cuts, count], strict=True):
        if last - first > 1:
            shape = LATTICE.unflat(shapely.coverage_union_all([grids[code] for code in codes[first:last]]))
            changes.append(Change("merge", tuple(codes[first:last]), (result(f"m{first}", shape),)))
    if not changes:
        return
    fate = foretell(changes, land, land, COMMUNITY)
    assert prove_nesting(fate.outlines, lattice=LATTICE).holds
    assert not {piece.code for piece in fate.made} & set(land)
    assert set(fate.retired) == {code for change in changes for code in change.sources}
    assert all(heir in fate.outlines for heirs in fate.heirs.values() for heir in heirs)
    xs = [LATTICE.flat(piece.outline).centroid.x for piece in fate.made]
    assert xs == sorted(xs)
    assert np.isclose(sum(LATTICE.flat(fate.outlines[c]).area for c in fate.outlines if len(c) == 15), flat_area(flat))


def flat_area(flat: Any) -> float:
    return float(shapely.area(flat).sum())


def test_a_hole_in_the_outline_of_a_community_is_seen_by_the_proof() -> None:
    """A carried grid must fit into its new home, not only lie with its middle in it."""
    west, east = union(grid(1), grid(2)), union(grid(3), grid(4))
    middle = FLAT[grid(1)].centroid
    bite = box(*(round(at) + by for by in (-9_000, 9_000) for at in (middle.x, middle.y)))
    spoilt = LATTICE.snapped(LATTICE.unflat(LATTICE.flat(west).difference(bite)))
    fate = told(Change("split", (COMMUNITY,), (result("w", spoilt, STREET), result("e", east, STREET))), scope=STREET)
    broken = [code for code, proof in prove_fate(fate, LAND, lattice=LATTICE).items() if not proof.holds]
    # The street has a hole, and the grid in the new community hangs over its edge.
    assert broken == [STREET, f"{STREET}005"]
