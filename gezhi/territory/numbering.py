"""The order in which areas are numbered: west to east and north to south. Pure."""

import numpy as np
from numpy.typing import NDArray


def reading_order(centres: NDArray[np.float64]) -> list[int]:
    """Positions of points (x east, y north) as one reads: rows from north to south, each from west to east.

    The number of rows follows from the shape of the whole, so that places at about one height share a row.
    """
    width, height = np.ptp(centres, axis=0)
    rows = max(1, round((len(centres) * height / max(width, 1e-9)) ** 0.5)) if len(centres) > 1 else 1
    by_height = np.argsort(-centres[:, 1], kind="stable")
    row = np.empty(len(centres), dtype=np.int64)
    row[by_height] = np.arange(len(centres)) * min(rows, len(centres)) // len(centres)
    return [int(i) for i in np.lexsort((centres[:, 0], row))]
