"""The ground of an invented town: roads in a ranked net, a river, and the blocks between them. Pure.

Everything is in millimetres of a local plane. Blocks are smaller where people live close together, and roads that came
early run far. Inside an outline of any shape the blocks fit together exactly and fill it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon

from gezhi.territory.mesh import Mesh, bridged, density, hub_of, neighbours, sort_faces
from gezhi.territory.outlines import Land
from gezhi.territory.planner.arranging import faces_of
from gezhi.territory.planner.parcels import Cut, Ring, area_of, grow, middle_of

# A block is done when it holds this many times the average households, drawn anew for each: sizes vary.
FULL = (0.9, 2.2)
# However thinly settled, no block is larger than this many times the average area.
LARGEST = 5.0
TILT = 0.1
RIVER_HALF_WIDTH = (18_000.0, 45_000.0)
RIVER_POINTS = 60

NAMES = (
    "和风", "春晖", "望山", "听泉", "槐荫", "柳岸", "杏坛", "松涛", "竹影", "梅溪", "兰亭", "荷香", "枫林", "银杏", "海棠", "丁香",
    "文昌", "崇德", "明理", "致远", "勤耕", "安康", "永宁", "长乐", "福兴", "庆丰", "同心", "友谊", "光明", "朝阳", "晨曦", "星河",
    "石桥", "古井", "钟楼", "书院", "驿站", "渡口", "窑头", "磨坊", "粮仓", "马场", "花园", "果园", "茶亭", "药山", "龙湾", "凤台",
)  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """`blocks` carry the ring that each face was cut from; `is_water` marks the faces of the river.

    `roads` are lines with their names ("" for lanes), in the order in which they came: the early ones run far.
    """

    outline: Land
    mesh: Mesh
    rings: list[Ring]
    is_water: NDArray[np.bool_]
    roads: list[LineString]
    road_names: list[str]
    river: Polygon | None


def lay_ground(outline: Land, blocks: int, random: Random, *, has_river: bool) -> Ground:
    """About `blocks` blocks inside `outline` (valid, whole millimetres)."""
    shapely.prepare(outline)
    hub = hub_of(outline)
    rings, cuts = cut_blocks(outline, blocks, hub, random)
    river = flow(outline, random) if has_river else None
    lines = [LineString((one.begin, one.end)) for one in cuts]
    faces = faces_of([*lines, *([river.boundary] if river else [])], outline)
    centres = shapely.get_coordinates(shapely.centroid(faces))
    faces, centres = sort_faces(faces, centres)
    inside = shapely.point_on_surface(faces)
    is_water = shapely.contains(river, inside) if river else np.zeros(len(faces), dtype=bool)
    face, ring = shapely.STRtree([Polygon(ring) for ring in rings]).query(inside, predicate="within")
    owner = np.zeros(len(faces), dtype=np.int64)
    owner[face] = ring
    edges, lengths = bridged(faces, *neighbours(faces))
    weights = density(centres, hub, outline.area) * shapely.area(faces) * np.where(is_water, 0.05, 1.0)
    mesh = Mesh(faces, centres, weights / weights.sum(), edges, lengths, hub)
    kept = [(line, name) for line, name in zip(lines, named(cuts, random), strict=True) if outline.intersects(line)]
    return Ground(
        outline,
        mesh,
        [rings[i] for i in owner],
        is_water,
        [line for line, _ in kept],
        [name for _, name in kept],
        river,
    )


def cut_blocks(outline: Land, blocks: int, hub: tuple[float, float], random: Random) -> tuple[list[Ring], list[Cut]]:
    """The rectangle around the outline cut into blocks; what lies outside is cut no further."""
    west, south, east, north = outline.bounds
    room = 0.02 * max(east - west, north - south)
    frame = [
        (west - room, south - room),
        (east + room, south - room),
        (east + room, north + room),
        (west - room, north + room),
    ]
    average_area = outline.area / blocks
    average = mean_density(outline, hub) * average_area

    def is_done(ring: Ring, depth: int) -> bool:
        area = area_of(ring)
        if not outline.intersects(Polygon(ring)):
            return True
        x, y = middle_of(ring)
        weight = area * float(density(np.array([[x, y]]), hub, outline.area)[0])
        return weight < random.uniform(*FULL) * average and area < random.uniform(0.6, 1.0) * LARGEST * average_area

    return grow(frame, is_done, random, tilt=TILT)


def mean_density(outline: Land, hub: tuple[float, float]) -> float:
    """Averaged over a fine raster of the outline's box."""
    west, south, east, north = outline.bounds
    x, y = np.meshgrid(np.linspace(west, east, 60), np.linspace(south, north, 60))
    inside = shapely.contains_xy(outline, x.ravel(), y.ravel())
    points = np.column_stack((x.ravel(), y.ravel()))[inside]
    return float(density(points, hub, outline.area).mean()) if len(points) else 1.0


def flow(outline: Land, random: Random) -> Polygon:
    """A river that winds through the middle from west to east, with banks of whole millimetres."""
    west, south, east, north = outline.bounds
    room = 0.05 * (east - west)
    x = np.linspace(west - room, east + room, RIVER_POINTS)
    y = np.full_like(x, south + random.uniform(0.35, 0.65) * (north - south))
    for wave in (1.0, 2.3, 4.1):
        swing = random.uniform(0.02, 0.06) / wave * (north - south)
        y += swing * np.sin(wave * 2 * np.pi * (x - west) / (east - west) + random.uniform(0.0, 6.28))
    line = LineString(np.column_stack((x, y)))
    # A river of a small town is no wider than a fiftieth of it.
    width = min(random.uniform(*RIVER_HALF_WIDTH), (north - south) / 100)
    banks = line.buffer(width, quad_segs=2, cap_style="flat", join_style="mitre", mitre_limit=2.0)
    assert isinstance(banks, Polygon)
    return Polygon(np.round(shapely.get_coordinates(banks.exterior)))


def named(cuts: Sequence[Cut], random: Random) -> list[str]:
    """大街 and 大道 run far and come early, 路 and 街 after them (街 along the parallels); lanes have no name."""
    count = 0
    names = []
    order = random.sample(NAMES, len(NAMES))
    for one in cuts:
        length = np.hypot(one.end[0] - one.begin[0], one.end[1] - one.begin[1])
        if length < 350_000.0:
            names.append("")
            continue
        lies = abs(one.end[0] - one.begin[0]) > abs(one.end[1] - one.begin[1])
        ending = ("大街" if lies else "大道") if one.depth < 4 else ("街" if lies else "路")
        turn = count // len(NAMES)
        names.append(
            f"{order[count % len(NAMES)]}{('', '东', '西', '南', '北', '中', '前', '后', '新', '上')[turn % 10]}{ending}"
        )
        count += 1
    return names
