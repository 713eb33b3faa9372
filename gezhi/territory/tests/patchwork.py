"""Invented coverages for the tests and the bench of the proof: quarters with crooked borders, in whole millimetres."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gezhi.territory.coverage import Lattice

# Somewhere in the district of the demo.
LATTICE = Lattice.around(116.95, 36.65)
SIZE = 300_000  # of a quarter, in millimetres


def patchwork(columns: int, rows: int, bends: int, *, seed: int = 0, jitter: float = 0.25) -> NDArray[Any]:
    """`columns` x `rows` polygons in millimetres that share every vertex; each border has `bends` vertices between its corners."""
    random = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(columns + 1), np.arange(rows + 1), indexing="ij")
    corners = np.stack((x, y), axis=-1) * SIZE
    corners = corners + random.uniform(-jitter, jitter, corners.shape) * SIZE
    share = (np.arange(bends) + 1)[:, None] / (bends + 1)

    def bent(first: NDArray[Any], last: NDArray[Any]) -> NDArray[Any]:
        between = first[..., None, :] * (1 - share) + last[..., None, :] * share
        return between + random.uniform(-0.04, 0.04, between.shape) * SIZE * bool(jitter)

    flat, upright = bent(corners[:-1], corners[1:]), bent(corners[:, :-1], corners[:, 1:])
    rings = np.concatenate(
        (
            corners[:-1, :-1, None],
            flat[:, :-1],
            corners[1:, :-1, None],
            upright[1:],
            corners[1:, 1:, None],
            flat[:, 1:, ::-1],
            corners[:-1, 1:, None],
            upright[:-1, :, ::-1],
            corners[:-1, :-1, None],
        ),
        axis=2,
    )
    found: NDArray[Any] = shapely.polygons(np.rint(rings).reshape(columns * rows, -1, 2))
    return found


def names(count: int) -> list[str]:
    return [f"{number:04d}" for number in range(count)]
