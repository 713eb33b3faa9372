"""Every defect that can be planted is found, with its area, and a clean coverage gets its certificate."""

import random
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from gezhi.territory.coverage import Kind, Lattice, Proof, prove
from gezhi.territory.coverage.fingerprint import Balance, fingerprints, total
from gezhi.territory.coverage.lattice import as_shapes, rings_of, turns_of
from gezhi.territory.coverage.measuring import measured
from gezhi.territory.tests.patchwork import LATTICE, SIZE, names, patchwork

SQUARE_METRE = 1e6  # in mm²


def proved(flat: Any, parent: Any = None) -> Proof:
    """The proof of shapes in millimetres."""
    shapes = LATTICE.unflat(as_shapes(flat))
    return prove(names(len(shapes)), shapes, None if parent is None else LATTICE.unflat(parent), lattice=LATTICE)


def kinds(proof: Proof) -> list[str]:
    return [defect.kind.value for defect in proof.defects]


coverages = st.builds(
    patchwork,
    st.integers(2, 5),
    st.integers(2, 5),
    st.integers(0, 4),
    seed=st.integers(0, 10_000),
    jitter=st.sampled_from([0.0, 0.1, 0.25]),
)


@settings(max_examples=60, deadline=None)
@given(coverages, st.randoms(use_true_random=False))
def test_a_clean_coverage_is_certified(flat: Any, chance: random.Random) -> None:
    parent = shapely.coverage_union_all(flat)
    # Whichever way the rings run and wherever they begin.
    turned = [shape.reverse() if chance.random() < 0.5 else shape for shape in flat]
    chance.shuffle(turned)
    proof = proved(turned, parent)
    assert proof.defects == []
    assert proof.certificate is not None
    assert proof.certificate.outlines == len(flat)
    assert proof.square_metres == pytest.approx(parent.area / SQUARE_METRE)
    assert proof.ratio == 1.0
    assert proved(turned).holds


def test_the_digest_depends_on_every_outline_and_on_no_order() -> None:
    flat = patchwork(3, 3, 2, seed=4)
    parent = shapely.coverage_union_all(flat)
    first, second = proved(flat, parent).certificate, proved(flat[::-1], parent).certificate
    moved = proved(shapely.transform(flat, lambda xy: xy + 1), shapely.transform(parent, lambda xy: xy + 1)).certificate
    assert first is not None
    assert first == second
    assert moved is not None
    assert moved.digest != first.digest


# --- against overlays -----------------------------------------------------------------------------------------------


def by_overlay(flat: Any, parent: Any) -> dict[Kind, float]:
    """Square metres that are wrong, by the slow way."""
    whole = shapely.union_all(flat)
    common = [
        shapely.intersection(a, b) for at, a in enumerate(flat) for b in flat[at + 1 :] if shapely.intersects(a, b)
    ]
    return {
        Kind.GAP: shapely.difference(parent, whole).area / SQUARE_METRE,
        Kind.OUTSIDE: shapely.difference(whole, parent).area / SQUARE_METRE,
        Kind.OVERLAP: shapely.union_all([one for one in common if one.area]).area / SQUARE_METRE,
    }


def move_vertex(flat: list[Any], chance: random.Random) -> None:
    at = chance.randrange(len(flat))
    xy = shapely.get_coordinates(flat[at])[:-1]
    vertex = chance.randrange(len(xy))
    far = chance.choice([1, 3, 20, 500, 20_000])
    xy[vertex] += [chance.choice([-far, far]), chance.choice([-far, 0, far])]
    moved = Polygon(xy)
    if moved.is_valid:
        flat[at] = moved


def move_outline(flat: list[Any], chance: random.Random) -> None:
    at = chance.randrange(len(flat))
    by = [chance.choice([-1, 1]), chance.choice([-7_000, 0, 2])]
    flat[at] = shapely.transform(flat[at], lambda xy: xy + by)


def leave_out(flat: list[Any], chance: random.Random) -> None:
    if len(flat) > 2:
        del flat[chance.randrange(len(flat))]


def repeat(flat: list[Any], chance: random.Random) -> None:
    flat.append(chance.choice(flat))


def cover_a_corner(flat: list[Any], chance: random.Random) -> None:
    """An outline that lies across the borders of others, which cancel beneath it."""
    x, y = chance.randrange(0, 2 * SIZE), chance.randrange(0, 2 * SIZE)
    flat.append(box(x, y, x + chance.randrange(2_000, SIZE), y + chance.randrange(2_000, SIZE)))


def bite_a_hole(flat: list[Any], chance: random.Random) -> None:
    at = chance.randrange(len(flat))
    middle = flat[at].representative_point()
    hole = box(*(round(c) + d for d in (-900, 900) for c in (middle.x, middle.y)))
    if flat[at].contains(hole):
        flat[at] = flat[at].difference(hole)


PLANTED = (move_vertex, move_outline, leave_out, repeat, cover_a_corner, bite_a_hole)


@settings(max_examples=250, deadline=None)
@given(coverages, st.lists(st.sampled_from(PLANTED), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_what_is_planted_is_found_with_its_area(flat: Any, plants: list[Any], chance: random.Random) -> None:
    parent = shapely.coverage_union_all(flat)
    spoilt = list(flat)
    for plant in plants:
        plant(spoilt, chance)
    spoilt = [shape for shape in spoilt if shape.is_valid]
    expected = by_overlay(spoilt, parent)
    proof = proved(spoilt, parent)
    # What is no wider than rounding is told as a vertex that is missing on one side, with its area.
    rounding = proof.areas[Kind.ONE_SIDED]
    for kind, area in expected.items():
        assert proof.areas[kind] == pytest.approx(area, abs=rounding + 1e-4), kind
    assert (proof.certificate is not None) == (not proof.defects)
    if sum(expected.values()) > 1e-6:
        assert proof.defects


@settings(max_examples=60, deadline=None)
@given(coverages, st.randoms(use_true_random=False))
def test_a_shift_of_a_millimetre_is_found(flat: Any, chance: random.Random) -> None:
    at = chance.randrange(len(flat))
    spoilt = list(flat)
    spoilt[at] = shapely.transform(flat[at], lambda xy: xy + np.array([1, 0]))
    proof = proved(spoilt, shapely.coverage_union_all(flat))
    assert proof.certificate is None
    assert {code for defect in proof.defects for code in defect.polygons} >= {f"{at:04d}"}


# --- each kind ------------------------------------------------------------------------------------------------------

SQUARES = [box(x, y, x + 100_000, y + 100_000) for y in (0, 100_000) for x in (0, 100_000, 200_000)]
WHOLE = box(0, 0, 300_000, 200_000)
# The same with the vertices of its parts.
UNION = shapely.coverage_union_all(SQUARES)


def test_two_neighbours_left_out_are_one_gap_with_its_neighbours() -> None:
    proof = proved([*SQUARES[:1], *SQUARES[3:]], UNION)
    (gap,) = proof.defects
    assert (gap.kind, gap.area, gap.polygons) == (Kind.GAP, pytest.approx(20_000), ("0000", "0001", "0002", "0003"))
    assert LATTICE.flat(gap.outline).equals(box(100_000, 0, 300_000, 100_000))
    assert shapely.contains_xy(gap.outline, gap.lng, gap.lat)
    assert proof.ratio == pytest.approx(4 / 6)
    assert proof.certificate is None


def test_an_overlap_names_all_that_take_part() -> None:
    proof = proved([*SQUARES, box(90_000, 90_000, 110_000, 110_000)], UNION)
    (overlap,) = proof.defects
    assert (overlap.kind, overlap.area) == (Kind.OVERLAP, pytest.approx(400))
    assert overlap.polygons == ("0000", "0001", "0003", "0004", "0006")


def test_what_hangs_over_is_outside() -> None:
    proof = proved([*SQUARES, box(300_000, 0, 310_000, 100_000)], UNION)
    (outside,) = proof.defects
    assert (outside.kind, outside.area, outside.polygons) == (Kind.OUTSIDE, pytest.approx(1_000), ("0006",))


def test_a_crossing_is_told_with_its_place_and_what_it_encloses_wrongly() -> None:
    bow_tie = Polygon([(0, 0), (100_000, 100_000), (100_000, 0), (0, 120_000)])
    proof = proved([bow_tie, *SQUARES[1:]], WHOLE)
    crossing = proof.defects[0]
    assert (crossing.kind, crossing.polygons) == (Kind.SELF_CROSSING, ("0000",))
    x, y = shapely.get_coordinates(LATTICE.flat(shapely.Point(crossing.lng, crossing.lat)))[0]
    assert x == y == pytest.approx(54_545, abs=1)
    lobes = shapely.get_parts(shapely.make_valid(bow_tie))
    assert crossing.area == pytest.approx(min(lobe.area for lobe in lobes) / SQUARE_METRE)


def test_an_outline_that_touches_itself_is_told() -> None:
    pinched = Polygon([(0, 0), (100_000, 0), (50_000, 50_000), (100_000, 100_000), (0, 100_000), (50_000, 50_000)])
    proof = proved([pinched])
    assert (proof.defects[0].kind, proof.defects[0].area) == (Kind.SELF_CROSSING, 0)


@pytest.mark.parametrize("winds", [1, 2])
def test_a_ring_that_goes_round_twice_is_no_star(winds: int) -> None:
    angle = np.linspace(0, 2 * np.pi * winds, 13 if winds == 2 else 7)[:-1]
    radius = 50_000 + 500 * np.arange(len(angle))
    ring = Polygon(np.column_stack((radius * np.cos(angle), radius * np.sin(angle))).round())
    rings = rings_of(LATTICE.unflat(as_shapes([ring])), LATTICE)
    assert turns_of(rings).is_star.tolist() == [winds == 1]
    assert ("self_crossing" in kinds(proved([ring]))) == (winds == 2)


def test_a_sliver_is_told_although_the_land_is_covered() -> None:
    strip, rest = box(0, 0, 400, 100_000), box(400, 0, 100_000, 100_000)
    parent = Polygon([(0, 0), (400, 0), *WHOLE.exterior.coords[1:]]).union(WHOLE)
    below = Polygon([(0, 100_000), (400, 100_000), (100_000, 100_000), (100_000, 200_000), (0, 200_000)])
    around = Polygon([*reversed([(0, 0), (400, 0), (300_000, 0), (300_000, 200_000), (0, 200_000)])])
    proof = proved([strip, rest, *SQUARES[1:3], below, *SQUARES[4:]], around)
    assert parent.equals(around)
    sliver = next(defect for defect in proof.defects if defect.kind == Kind.SLIVER)
    assert (sliver.polygons, sliver.area) == (("0000",), pytest.approx(40))
    assert sliver.width == pytest.approx(0.4, abs=0.01)
    assert not proof.holds
    assert proof.areas[Kind.GAP] == proof.areas[Kind.OVERLAP] == 0


def test_a_part_of_an_outline_may_be_a_sliver() -> None:
    crumb = box(500_000, 0, 500_200, 200)
    proof = proved([MultiPolygon([box(0, 0, 100_000, 100_000), crumb])])
    assert [(defect.kind, defect.area) for defect in proof.defects] == [(Kind.SLIVER, pytest.approx(0.04))]


def test_a_vertex_on_one_side_only_is_its_own_kind() -> None:
    halves = [Polygon([(100_000, 0), (100_000, 200_000), (0, 200_000), (0, 0)]), *SQUARES[1:3], *SQUARES[4:]]
    proof = proved(halves, WHOLE)
    assert proof.holds
    assert proof.certificate is None
    # The corner of the squares on the long side, and five on the border of the whole.
    assert kinds(proof) == ["one_sided"] * 6
    assert proof.areas[Kind.ONE_SIDED] == 0
    inner = next(d for d in proof.defects if d.polygons == ("0000", "0001", "0003"))
    assert LATTICE.flat(shapely.Point(inner.lng, inner.lat)).equals(shapely.Point(100_000, 100_000))


@settings(max_examples=40, deadline=None)
@given(st.integers(2_000, 98_000), st.integers(3_000, 60_000))
def test_a_vertex_beside_a_slanting_border_is_told_as_rounding(at: int, lean: int) -> None:
    """The border of one leans; a vertex of the other stands on it as nearly as whole millimetres allow."""
    x = round(100_000 + lean * at / 100_000)
    left = Polygon([(0, 0), (100_000, 0), (100_000 + lean, 100_000), (0, 100_000)])
    right = Polygon([(100_000, 0), (300_000, 0), (300_000, 100_000), (100_000 + lean, 100_000), (x, at)])
    parent = Polygon([(0, 0), (100_000, 0), (300_000, 0), (300_000, 100_000), (100_000 + lean, 100_000), (0, 100_000)])
    proof = proved([left, right], parent)
    assert kinds(proof) == ["one_sided"]
    assert proof.defects[0].area < 0.1
    assert proof.defects[0].polygons == ("0000", "0001")


def test_exclaves_and_holes_are_land_like_any_other() -> None:
    island = box(500_000, 0, 600_000, 100_000)
    pond = box(40_000, 40_000, 60_000, 60_000)
    around = SQUARES[0].difference(pond)
    parent = MultiPolygon([SQUARES[0], island])
    proof = proved([MultiPolygon([around, island]), pond], parent)
    assert proof.holds
    assert kinds(proved([MultiPolygon([around, island])], parent)) == ["gap"]
    assert kinds(proved([around, pond], parent)) == ["gap"]


def test_without_a_parent_an_enclosed_hole_is_a_gap() -> None:
    ring = [box(x, y, x + 100_000, y + 100_000) for x in range(0, 300_000, 100_000) for y in range(0, 300_000, 100_000)]
    proof = proved([one for one in ring if not one.contains(shapely.Point(150_000, 150_000))])
    assert [(defect.kind, defect.area) for defect in proof.defects] == [(Kind.GAP, pytest.approx(10_000))]


def test_no_outlines_leave_everything_uncovered() -> None:
    proof = proved([], WHOLE)
    assert (kinds(proof), proof.ratio) == (["gap"], 0.0)


# --- lattice and fingerprint ----------------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(-(2**28), 2**28), st.integers(-(2**28), 2**28)), min_size=1, max_size=50))
def test_degrees_come_from_millimetres_and_go_back(points: list[tuple[int, int]]) -> None:
    xy = np.array(points)
    assert (LATTICE.millimetres(LATTICE.degrees(xy)) == xy).all()


def test_a_district_has_one_lattice() -> None:
    assert Lattice.around(116.951, 36.649) == Lattice.around(116.957, 36.611)


@settings(max_examples=40, deadline=None)
@given(coverages, st.randoms(use_true_random=False))
def test_the_running_sum_follows_every_change(flat: Any, chance: random.Random) -> None:
    shapes, parent = LATTICE.unflat(flat), LATTICE.unflat(as_shapes([shapely.coverage_union_all(flat)]))
    found, around = measured(shapes, LATTICE), measured(parent, LATTICE)
    codes = names(len(flat))
    balance = Balance(total(around.lanes))
    balance.put_many(codes, found.lanes)
    assert balance.is_even
    one, other = chance.sample(range(len(flat)), 2)
    balance.put(codes[one], None)
    assert not balance.is_even
    # Two neighbours melted into one are a coverage again, whatever their own outlines were.
    melted = LATTICE.unflat(as_shapes([shapely.union(flat[one], flat[other])]))
    row = measured(melted, LATTICE)
    balance.put(codes[other], total(row.lanes))
    assert balance.is_even == bool(shapely.coverage_union_all([flat[one], flat[other]]).is_valid)
    balance.put(codes[one], total(found.lanes[one : one + 1]))
    balance.put(codes[other], total(found.lanes[other : other + 1]))
    assert balance.is_even


def test_a_turned_ring_has_the_negative_number() -> None:
    flat = patchwork(1, 1, 3)
    one = rings_of(LATTICE.unflat(flat), LATTICE)
    other = rings_of(LATTICE.unflat(shapely.reverse(flat)), LATTICE)
    assert total(fingerprints(one, np.array([False]))) == total(fingerprints(other, np.array([True])))
    assert total(np.concatenate((fingerprints(one, np.array([False])), fingerprints(other, np.array([False]))))) == (
        0,
        0,
    )


@pytest.mark.parametrize(("land", "luck"), [(42, 28), (48, 25), (48, 62)])
def test_borders_a_millimetre_apart_lose_no_face(land: int, luck: int) -> None:
    """Overlays that are not rounded gave no area at all for faces of these, and a gap of 2,400 square metres went unseen."""
    flat, chance = patchwork(2, 2, 0, seed=land, jitter=0.25), random.Random(luck)
    parent = shapely.coverage_union_all(flat)
    spoilt = list(flat)
    for plant in (repeat, move_outline, bite_a_hole):
        plant(spoilt, chance)
    expected, proof = by_overlay(spoilt, parent), proved(spoilt, parent)
    for kind, area in expected.items():
        assert proof.areas[kind] == pytest.approx(area, abs=1e-4), kind
