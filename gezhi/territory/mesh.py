"""A land of blocks that fit together exactly, and a way to divide them into connected parts by straight cuts. Pure.

Everything is in whole millimetres of a local plane, so that neighbours share the very same vertices: what is put together
from cells has neither gaps nor overlaps. This divides the sketches of `drawing` into streets and communities.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Around the hub the land is this many times denser than at its far end.
DENSEST = 14.0
# Spread of the dense middle, as a part of the square root of the whole area.
SPREAD = 0.22
# Directions tried at each cut, in degrees from the long axis.
TURNS = (0.0, 30.0, -30.0, 60.0, -60.0, 90.0)


class Indivisible(ValueError):
    """These cells can't be cut into that many connected parts: take more cells or another seed."""


@dataclass(frozen=True)
class Mesh:
    """`cells`: polygons in millimetres; `centres`: (n, 2), `weights`: (n,), both by cell; `edges`: (m, 2) neighbours, `lengths`: (m,)."""

    cells: NDArray[Any]
    centres: Floats
    weights: Floats
    edges: Ints
    lengths: Floats
    hub: tuple[float, float]


def hub_of(outline: Polygon | MultiPolygon) -> tuple[float, float]:
    """The busy middle that the sketch invents: north of the centroid, inside."""
    _, _, _, north = outline.bounds
    middle = outline.centroid
    wanted = shapely.Point(middle.x, middle.y + 0.6 * (north - middle.y))
    nearest = shapely.shortest_line(outline, wanted).coords[0]
    return nearest[0], nearest[1]


def density(xy: Floats, hub: tuple[float, float], area: float) -> Floats:
    """Households per area, up to a factor."""
    far = np.hypot(xy[:, 0] - hub[0], xy[:, 1] - hub[1]) / (SPREAD * area**0.5)
    result: Floats = 1.0 + (DENSEST - 1.0) * np.exp(-far)
    return result


def sort_faces(faces: NDArray[Any], centres: Floats) -> tuple[NDArray[Any], Floats]:
    """By place, so that the numbering does not depend on the order in which GEOS happens to find faces."""
    order = np.lexsort((centres[:, 1], centres[:, 0]))
    return faces[order], centres[order]


def neighbours(faces: NDArray[Any]) -> tuple[Ints, Floats]:
    """Pairs of faces with a common edge and the length of what they share. Exact, because vertices are whole numbers."""
    rings, owner = shapely.get_rings(faces, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    _, vertex = np.unique(xy[:, 0] + 1j * xy[:, 1], return_inverse=True)
    begins = np.flatnonzero(ring[1:] == ring[:-1])
    a, b = vertex[begins], vertex[begins + 1]
    length = np.hypot(*(xy[begins + 1] - xy[begins]).T)
    key = np.minimum(a, b) * (vertex.max() + 1) + np.maximum(a, b)
    order = np.argsort(key, kind="stable")
    twins = np.flatnonzero(key[order][1:] == key[order][:-1])
    first, second = order[twins], order[twins + 1]
    face = owner[ring[begins]]
    left, right = face[first], face[second]
    pairs = np.minimum(left, right) * len(faces) + np.maximum(left, right)
    pairs, back = np.unique(pairs, return_inverse=True)
    lengths: Floats = np.bincount(back, weights=length[first]).astype(np.float64)
    return np.column_stack(np.divmod(pairs, len(faces))), lengths


def bridged(faces: NDArray[Any], edges: Ints, lengths: Floats) -> tuple[Ints, Floats]:
    """Islands of a land in several parts joined to their nearest neighbour, so that the whole hangs together."""
    parts = components(np.arange(len(faces)), edges)
    main = parts[0]
    extra: list[tuple[int, int]] = []
    for island in parts[1:]:
        a, b = shapely.STRtree(faces[main]).query_nearest(faces[island])
        extra.append((int(island[a[0]]), int(main[b[0]])))
    if not extra:
        return edges, lengths
    return np.concatenate((edges, extra)), np.concatenate((lengths, np.zeros(len(extra))))


def components(members: Ints, edges: Ints) -> list[Ints]:
    """Connected parts of `members` under `edges` (both ends members), the largest first, ties by lowest member."""
    around: dict[int, list[int]] = {member: [] for member in members.tolist()}
    for a, b in edges.tolist():
        around[a].append(b)
        around[b].append(a)
    parts, seen = [], set[int]()
    for start in around:
        if start in seen:
            continue
        seen.add(start)
        part, at = [start], 0
        while at < len(part):
            for other in around[part[at]]:
                if other not in seen:
                    seen.add(other)
                    part.append(other)
            at += 1
        parts.append(np.array(sorted(part)))
    return sorted(parts, key=lambda part: (-len(part), part[0]))


def divide(mesh: Mesh, members: Ints, shares: Sequence[float], rng: np.random.Generator) -> list[Ints]:
    """`members`, a connected set, cut into one connected set for each share, in proportion as far as cells allow.

    Earlier shares come to lie nearer to the hub. Raises `Indivisible`.
    """
    return halve(mesh, Region(members, mesh.edges, mesh.lengths).part(members, len(mesh.cells)), shares, rng)


@dataclass(frozen=True)
class Region:
    """Some cells of a mesh with the edges among them."""

    members: Ints
    edges: Ints
    lengths: Floats

    def part(self, members: Ints, cells: int) -> "Region":
        """The part made of `members`; `cells` is the size of the mesh."""
        inside = np.zeros(cells, dtype=bool)
        inside[members] = True
        held = inside[self.edges].all(axis=1)
        return Region(members, self.edges[held], self.lengths[held])


def halve(mesh: Mesh, region: Region, shares: Sequence[float], rng: np.random.Generator) -> list[Ints]:
    if len(shares) == 1:
        return [region.members]
    total = np.cumsum(shares)
    half = min(int(np.searchsorted(total, total[-1] / 2)) + 1, len(shares) - 1)
    near, far = bisect(mesh, region, shares, half, rng)
    return [
        *halve(mesh, region.part(near, len(mesh.cells)), shares[:half], rng),
        *halve(mesh, region.part(far, len(mesh.cells)), shares[half:], rng),
    ]


def bisect(
    mesh: Mesh, region: Region, shares: Sequence[float], half: int, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Two connected sides for the first `half` shares and the rest: the straight cut with the shortest border that works.

    The side of the first shares lies towards the hub.
    """
    members, rest = region.members, len(shares) - half
    xy, weight = mesh.centres[members], mesh.weights[members]
    reached_at = sum(shares[:half]) / sum(shares)
    options = []
    for turn, direction in directions(xy, weight, mesh.hub, rng):
        order = np.argsort(xy @ direction, kind="stable")
        reached = np.cumsum(weight[order]) / weight.sum()
        cut = int(np.clip(np.searchsorted(reached, reached_at) + 1, half, len(members) - rest))
        is_near = np.zeros(len(mesh.cells), dtype=bool)
        is_near[members[order[:cut]]] = True
        crossing = is_near[region.edges[:, 0]] != is_near[region.edges[:, 1]]
        options.append((float(region.lengths[crossing].sum()), turn, is_near))
    for _, _, is_near in sorted(options, key=lambda option: option[:2]):
        near, far = connect(members, region.edges, is_near)
        if len(near) >= half and len(far) >= rest:
            return near, far
    raise Indivisible(f"{len(members)} cells into {len(shares)} parts")


def directions(
    xy: Floats, weight: Floats, hub: tuple[float, float], rng: np.random.Generator
) -> Iterator[tuple[int, Floats]]:
    """Unit vectors to cut across, the long axis first, each pointing away from the hub."""
    middle = np.average(xy, axis=0, weights=weight)
    spread = np.cov((xy - middle).T, aweights=weight) if len(xy) > 2 else np.eye(2)
    axis = np.linalg.eigh(spread)[1][:, 1]
    tilt = rng.uniform(-10.0, 10.0)
    for position, turn in enumerate(TURNS):
        cosine, sine = np.cos(np.radians(turn + tilt)), np.sin(np.radians(turn + tilt))
        direction = np.array((axis[0] * cosine - axis[1] * sine, axis[0] * sine + axis[1] * cosine))
        yield position, -direction if direction @ (np.array(hub) - middle) > 0 else direction


def connect(members: Ints, edges: Ints, is_near: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Both sides made connected: what is cut off from its side goes over to the other, which it touches."""
    for side in (True, False):
        own = members[is_near[members] == side]
        if len(own):
            held = edges[(is_near[edges] == side).all(axis=1)]
            for stray in components(own, held)[1:]:
                is_near[stray] = not side
    return members[is_near[members]], members[~is_near[members]]
