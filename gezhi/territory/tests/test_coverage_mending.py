"""Slips smaller than the tolerance are snapped away in a proposal; anything wider is left for people."""

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from gezhi.territory.coverage.lattice import as_shapes
from gezhi.territory.coverage.mending import Proposal, propose
from gezhi.territory.tests.patchwork import LATTICE, names, patchwork
from gezhi.territory.tests.test_coverage_proof import SQUARES, WHOLE, proved


def mended(flat: Any, parent: Any, tolerance: float = 0.1) -> Proposal:
    shapes = LATTICE.unflat(as_shapes(flat))
    return propose(names(len(shapes)), shapes, LATTICE.unflat(parent), tolerance=tolerance, lattice=LATTICE)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 25), st.integers(0, 4))
def test_trembling_hands_are_mended_and_the_change_is_told(seed: int, tremble: int, bends: int) -> None:
    flat = patchwork(4, 3, bends, seed=seed)
    random = np.random.default_rng(seed)
    spoilt = []
    for shape in flat:
        xy = shapely.get_coordinates(shape)[:-1]
        spoilt.append(Polygon(xy + random.integers(-tremble, tremble + 1, xy.shape)))
    parent = shapely.coverage_union_all(flat)
    proposal = mended(spoilt, parent)
    assert proposal.proof.certificate
    assert all(change.farthest <= 0.1 for change in proposal.changes)
    for before, after, name in zip(spoilt, LATTICE.flat(proposal.shapes), names(len(spoilt)), strict=True):
        told = next((change for change in proposal.changes if change.code == name), None)
        assert (told is not None) == (not before.equals_exact(after))
        if told is not None:
            assert told.area == pytest.approx((after.area - before.area) / 1e6, abs=1e-6)
            assert shapely.hausdorff_distance(before, after) <= 100
    if proposal.parent is not None:
        assert shapely.hausdorff_distance(LATTICE.flat(proposal.parent), parent) <= 100


def test_a_clean_coverage_stays_as_it_is() -> None:
    proposal = mended(SQUARES, shapely.coverage_union_all(SQUARES))
    assert proposal.changes == []
    assert proposal.proof.certificate


def test_a_missing_vertex_is_set_on_the_other_side() -> None:
    halves = [Polygon([(100_000, 0), (100_000, 200_000), (0, 200_000), (0, 0)]), *SQUARES[1:3], *SQUARES[4:]]
    proposal = mended(halves, WHOLE)
    assert proposal.proof.certificate
    assert [(change.code, change.added, change.area) for change in proposal.changes] == [("0000", 1, 0), ("", 5, 0)]


def test_a_real_gap_is_left_for_people() -> None:
    narrow = [box(0, 0, 99_500, 100_000), *SQUARES[1:]]
    parent = shapely.coverage_union_all(SQUARES)
    proposal = mended(narrow, parent)
    assert not proposal.proof.holds
    assert proposal.proof.areas == proved(narrow, parent).areas
    assert mended(narrow, parent, tolerance=1.0).proof.holds
