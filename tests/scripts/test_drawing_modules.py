"""The land as it is drawn: what one does with shared borders, and the quick proof held against the exact one."""

import random
from typing import Any

import numpy as np
import pytest
import shapely

from gezhi.territory.coverage import Lattice, prove
from gezhi.territory.crs import Crs, convert
from tests.scripts.modules import run

LAND = """
import { Land, Impossible } from "$/web/operation/land/land.js";
import { prove } from "$/web/operation/land/proof.js";
import { History } from "$/web/operation/land/history.js";
const land = Land.of(data.areas);
const at = (x, y) => [...land.vertices].find(([, point]) => point[0] === x && point[1] === y)[0];
const outlines = () => Object.fromEntries([...land.areas.values()].map((area) => [area.key, land.outline(area)]));
const tried = (what) => { try { what(); return "done"; } catch (error) { if (error instanceof Impossible) return error.code; throw error; } };
"""
LATTICE = Lattice.around(117.0, 36.6)
SIDE = 100_000


def area(key: str, polygons: list[list[list[int]]], **facts: Any) -> dict[str, Any]:
    return {
        "key": key, "code": key, "level": "grid", "parent": "P", "name": "", "kind": "residential", "subtype": "",
        "households": 400, "population": None, "sources": [], "fixed": False, "outline": polygons,
    } | facts  # fmt: skip


def board(wide: int = 3, high: int = 3) -> list[dict[str, Any]]:
    """Squares of a hundred metres in a parent that has all their vertices."""
    rows = []
    for x in range(wide):
        for y in range(high):
            west, south = x * SIDE, y * SIDE
            ring = [west, south, west + SIDE, south, west + SIDE, south + SIDE, west, south + SIDE]
            rows.append(area(f"{x}{y}", [[ring]]))
    rim = [(x * SIDE, 0) for x in range(wide)] + [(wide * SIDE, y * SIDE) for y in range(high)]
    rim += [(x * SIDE, high * SIDE) for x in range(wide, 0, -1)] + [(0, y * SIDE) for y in range(high, 0, -1)]
    return [
        area("P", [[[number for point in rim for number in point]]], level="community", parent="", fixed=True),
        *rows,
    ]


def shape_of(outline: list[list[list[int]]]) -> Any:
    parts = []
    for rings in outline:
        outer, *holes = (np.array(ring).reshape(-1, 2) for ring in rings)
        parts.append(shapely.Polygon(outer, holes))
    return LATTICE.unflat(parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts))


def exact(outlines: dict[str, Any]) -> Any:
    codes = sorted(code for code in outlines if code != "P")
    return prove(codes, [shape_of(outlines[code]) for code in codes], shape_of(outlines["P"]), lattice=LATTICE)


def test_a_common_vertex_moves_in_everything_that_has_it() -> None:
    found = run(
        LAND
        + "land.move(at(100000, 100000), { at: [120000, 90000] }, ''); answer = { outlines: outlines(), wrong: prove(land) };",
        {"areas": board()},
    )
    having = [
        key
        for key, [[ring]] in found["outlines"].items()
        if (120_000, 90_000) in zip(ring[::2], ring[1::2], strict=True)
    ]
    assert sorted(having) == ["00", "01", "10", "11"]
    assert found["wrong"] == []
    assert exact(found["outlines"]).certificate is not None


def test_what_nobody_touched_keeps_every_number() -> None:
    """There and back again, byte by byte, after a lot of drawing."""
    script = (
        LAND
        + """
        const before = JSON.stringify(outlines());
        const history = new History(land, null, "k");
        history.did(land.move(at(100000, 100000), { at: [120000, 90000] }, ""));
        history.did(land.add([at(200000, 100000), at(200000, 200000)], [200000, 150000], "")[0]);
        history.did(land.split("22", [{ vertex: at(200000, 200000) }, { at: [240000, 260000] }, { vertex: at(300000, 300000) }], "")[0]);
        history.did(land.merge("n2", "12", "")[0]);
        const drawn = JSON.stringify(outlines());
        while (history.canUndo) history.undo();
        const back = JSON.stringify(outlines());
        while (history.canRedo) history.redo();
        answer = { same: before === back, again: drawn === JSON.stringify(outlines()), untouched: outlines()["02"], wrong: prove(land) };
    """
    )
    found = run(script, {"areas": board()})
    assert found["same"]
    assert found["again"]
    assert found["wrong"] == []
    assert found["untouched"] == next(row["outline"] for row in board() if row["key"] == "02")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("land.move(at(0, 0), { at: [5, 5] }, '')", "locked"),
        # Where four squares meet, taking the vertex out would leave a hole.
        ("land.remove(at(100000, 100000), '')", "meeting"),
        ("land.remove(at(100000, 0), '')", "locked"),
        ("land.merge('00', '22', '')", "not_beside"),
        ("land.split('00', [{ vertex: at(0, 0) }, { vertex: at(100000, 0) }], '')", "line_outside"),
        (
            "land.split('00', [{ vertex: at(0, 0) }, { at: [150000, 50000] }, { vertex: at(100000, 100000) }], '')",
            "line_outside",
        ),
        ("land.split('00', [{ vertex: at(0, 0) }, { at: [50000, 50000] }], '')", "line_ends"),
        ("land.split('00', [{ vertex: at(0, 0) }], '')", "line_short"),
        ("land.give('00', '22', [{ vertex: at(0, 0) }, { vertex: at(100000, 100000) }], '')", "not_beside"),
        ("land.split('P', [{ vertex: at(0, 0) }, { vertex: at(300000, 300000) }], '')", "locked"),
    ],
)
def test_what_can_t_be_done_is_refused_and_nothing_happened(what: str, said: str) -> None:
    script = (
        LAND
        + f"""
        const before = JSON.stringify(outlines());
        const said = tried(() => {what});
        answer = {{ said, same: before === JSON.stringify(outlines()) }};
    """
    )
    found = run(script, {"areas": board()})
    assert found == {"said": said, "same": True}


def test_a_vertex_that_one_side_lacks_moves_in_both() -> None:
    """The neighbour's border runs past it: it gets the vertex before both move."""
    rows = board(2, 1)
    west = next(row for row in rows if row["key"] == "00")
    west["outline"] = [[[0, 0, 100_000, 0, 100_000, 40_000, 100_000, 100_000, 0, 100_000]]]
    script = (
        LAND
        + """
        const before = prove(land).map((one) => [one.kind, one.areas.sort()]);
        land.move(at(100000, 40000), { at: [110000, 45000] }, "");
        answer = { before, outlines: outlines(), wrong: prove(land) };
    """
    )
    found = run(script, {"areas": rows})
    assert found["before"] == [["one_sided", ["00", "10"]]]
    assert found["wrong"] == []
    assert exact(found["outlines"]).certificate is not None


def test_a_border_of_two_communities_moves_on_every_level() -> None:
    """The communities have no vertex but their corners; their border follows the grids all the same."""
    rows = [
        area("ST", corners(0, 0, 3, 2), level="street", parent="", fixed=True),
        area("C1", corners(0, 1, 3, 2), level="community", parent="ST"),
        area("C2", corners(0, 0, 3, 1), level="community", parent="ST"),
        area("a1", corners(0, 1, 1, 2), parent="C1"),
        area("a2", corners(1, 1, 3, 2), parent="C1"),
        *(area(f"b{number}", corners(number, 0, number + 1, 1), parent="C2") for number in range(3)),
    ]
    script = (
        LAND
        + """
        land.move(at(100000, 100000), { at: [110000, 120000] }, "");
        const having = [...land.areas.values()].filter((one) => land.outline(one).flat(2).includes(120000)).map((one) => one.key);
        answer = { having, wrong: prove(land).filter((one) => one.kind !== "one_sided") };
    """
    )
    found = run(script, {"areas": rows})
    assert found == {"having": ["C1", "C2", "a1", "a2", "b0", "b1"], "wrong": []}


def corners(west: float, south: float, east: float, north: float) -> list[list[list[int]]]:
    west, south, east, north = (int(number * SIDE) for number in (west, south, east, north))
    return [[[west, south, east, south, east, north, west, north]]]


def test_a_community_that_is_cut_takes_its_grids_along() -> None:
    rows = [
        area("ST", corners(0, 0, 2, 1), level="street", parent="", fixed=True),
        area("C1", corners(0, 0, 2, 1), level="community", parent="ST"),
        area("a1", corners(0, 0, 1, 1), parent="C1"),
        area("a2", corners(1, 0, 2, 1), parent="C1"),
    ]
    script = (
        LAND
        + """
        const before = JSON.stringify([outlines().a1, outlines().a2]);
        land.split("C1", [{ vertex: at(100000, 0) }, { vertex: at(100000, 100000) }], "");
        const same = before === JSON.stringify([outlines().a1, outlines().a2]);
        const parents = ["a1", "a2"].map((key) => land.areas.get(key).parent);
        answer = { parents, wrong: prove(land).map((one) => one.kind).filter((kind) => kind !== "one_sided") };
    """
    )
    found = run(script, {"areas": rows})
    assert sorted(found["parents"]) == ["n1", "n2"]
    assert found["wrong"] == []


def test_open_land_is_found_and_given() -> None:
    script = (
        LAND
        + """
        land.retire("11", "");
        const gap = prove(land)[0];
        land.fill(gap.ring, "10", "");
        answer = { gap: [gap.kind, gap.area, gap.areas.length], outlines: outlines(), wrong: prove(land) };
    """
    )
    found = run(script, {"areas": board()})
    assert found["gap"] == ["gap", 10_000, 4]
    assert found["wrong"] == []
    assert exact(found["outlines"]).certificate is not None


@pytest.mark.parametrize("seed", range(12))
def test_the_quick_proof_says_what_the_exact_one_says(seed: int) -> None:
    """Random squares are shifted, doubled or taken away; kinds and areas of the hard defects are those of the exact proof."""
    dice = random.Random(seed)
    rows = board(4, 4)
    for row in dice.sample(rows[1:], dice.randint(1, 3)):
        ring = row["outline"][0][0]
        match dice.randint(0, 2):
            case 0:
                rows.remove(row)
            case 1:
                corner = 2 * dice.randint(0, 3)
                ring[corner] += dice.randint(-40_000, 40_000)
                ring[corner + 1] += dice.randint(-40_000, 40_000)
            case _:
                east, north = dice.randint(-30_000, 30_000), dice.randint(-30_000, 30_000)
                row["outline"][0][0] = [number + (north if at % 2 else east) for at, number in enumerate(ring)]
    quick = run(LAND + "answer = prove(land);", {"areas": rows})
    thorough = exact({row["key"]: row["outline"] for row in rows})
    for kind in ("gap", "overlap", "outside"):
        mine = sum(one["area"] for one in quick if one["kind"] == kind)
        assert mine == pytest.approx(thorough.areas[kind], rel=0.001, abs=0.01), kind
    assert {one["kind"] for one in quick if one["area"]} == {one.kind.value for one in thorough.defects if one.area}


@pytest.mark.parametrize("seed", range(6))
def test_drawing_at_random_never_opens_the_land(seed: int) -> None:
    """Whatever is split, merged, given and taken back: where every step was allowed, the exact proof holds."""
    script = (
        LAND
        + """
        let seed = data.seed * 7919 + 13;
        const dice = (below) => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % below; };
        const history = new History(land, null, "k");
        for (let turn = 0; turn < 40; turn++) {
          const areas = land.of("grid");
          const area = areas[dice(areas.length)];
          const ring = area.polygons[0][0];
          const [from, to] = [ring[dice(ring.length)], ring[dice(ring.length)]];
          const other = land.neighbours(area.key)[0];
          const onward = ring[(ring.indexOf(from) + 1) % ring.length];
          const [a, b] = [land.at(from), land.at(onward)];
          const halfway = [Math.round((a[0] + b[0]) / 2), Math.round((a[1] + b[1]) / 2)];
          tried(() => {
            switch (dice(6)) {
              case 0: history.did(land.split(area.key, [{ vertex: from }, { vertex: to }], "")[0]); break;
              case 1: if (other) history.did(land.merge(area.key, other.key, "")[0]); break;
              case 2: if (other) history.did(land.give(area.key, other.key, [{ vertex: from }, { vertex: to }], "")); break;
              case 3: history.did(land.add([from, onward], halfway, "")[0]); break;
              case 4: { const [x, y] = land.at(from);
                const step = land.move(from, { at: [x + dice(8000) - 4000, y + dice(8000) - 4000] }, "");
                if (prove(land).some((one) => one.kind !== "one_sided")) land.replay(step, false); else history.did(step); break; }
              default: if (dice(2)) history.undo();
            }
          });
        }
        answer = { outlines: outlines(), wrong: prove(land).filter((one) => one.kind !== "one_sided"), steps: history.at };
    """
    )
    found = run(script, {"areas": board(4, 3), "seed": seed})
    assert found["steps"] > 3
    assert found["wrong"] == []
    assert exact(found["outlines"]).holds


def test_what_was_drawn_is_gone_on_with_after_a_reload() -> None:
    script = (
        LAND
        + """
        const kept = new Map();
        const centre = at(100000, 100000);
        const store = {
          getItem: (key) => kept.get(key) ?? null,
          setItem: (key, value) => kept.set(key, value),
          removeItem: (key) => kept.delete(key),
        };
        const history = new History(land, store, "k");
        history.begin(JSON.stringify(data), 3);
        history.did(land.move(at(100000, 100000), { at: [120000, 90000] }, "first"));
        history.did(land.split("22", [{ vertex: at(200000, 200000) }, { vertex: at(300000, 300000) }], "second")[0]);
        history.undo();
        // As a new page of the tab would.
        const again = Land.of(JSON.parse(new History(land, store, "k").kept().beginning).areas);
        const later = new History(again, store, "k");
        later.resume(later.kept());
        const outlinesOf = (one) => JSON.stringify([...one.areas.values()].map((area) => one.outline(area)));
        const same = outlinesOf(again) === outlinesOf(land);
        const redone = later.redo().words;
        const full = new History(Land.of(data.areas), { ...store, setItem: () => { throw new Error("full"); } }, "k");
        full.did(full.land.move(centre, { at: [101000, 99000] }, ""));
        answer = { same, redone, version: later.version, isKept: [later.isKept, full.isKept] };
    """
    )
    found = run(script, {"areas": board()})
    assert found == {"same": True, "redone": "second", "version": 3, "isKept": [True, False]}


def test_a_point_on_tiles_in_gcj_comes_back_to_the_millimetre() -> None:
    points = [[117.0 + east / 37, 36.6 + north / 53] for east in range(-5, 6) for north in range(-5, 6)]
    script = """
        import { toGcj, fromGcj } from "$/web/gcj.js";
        answer = data.map(([lng, lat]) => ({ there: toGcj(lng, lat), back: fromGcj(...toGcj(lng, lat)) }));
    """
    for (lng, lat), one in zip(points, run(script, points), strict=True):
        assert one["there"] == pytest.approx(convert(lng, lat, Crs.WGS84, Crs.GCJ02), abs=1e-11)
        # Less than a tenth of a millimetre.
        assert one["back"] == pytest.approx([lng, lat], abs=1e-9)
