"""From a drawing to the changes of a plan, and how many households a drawn area may hold. Pure.

Who draws moves borders, splits, merges and gives land to a neighbour, back and forth; a plan wants to know what became of what. So a
drawing tells only how the land shall look: which codes go on, and from which codes the new areas come. What changed is found here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from gezhi.territory.codes import LENGTHS, Level
from gezhi.territory.coverage import Lattice
from gezhi.territory.outlines import Land
from gezhi.territory.redivision.pieces import Change, Facts, Kind, Piece, Result

# Less than this share of an area's land is a matter of how exactly borders were drawn.
CRUMB = 1e-4


NOTHING_SAID = Facts()


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """An area as it was drawn. `code` where it goes on under its code; `sources` are the codes whose land a new one took.

    `key` names it inside the drawing, its code or anything that isn't digits alone; `parent` is a code or another key. `outline` in
    degrees. A `code` that doesn't stand is the official one of a new street or community.
    """

    key: str
    level: Level
    parent: str
    outline: Land
    code: str = ""
    sources: tuple[str, ...] = ()
    facts: Facts = NOTHING_SAID


def changes_drawn(drawn: Sequence[DrawnArea], land: Mapping[str, Piece], *, lattice: Lattice) -> list[Change]:
    """The fewest changes that make of the land what was drawn; areas without an outline, and those above all that is drawn, are left alone.

    New areas and the codes that ended hang together by their sources. As many new ones as ended codes: these go on, each under the code of
    which it has most. Fewer: the rest are merged. More: one is split.
    """
    levels = {one.level for one in drawn}
    drawn = [resumed(one, drawn, land) for one in drawn]
    going_on = {one.code: one for one in drawn if one.code in land}
    standing = {code: piece for code, piece in land.items() if piece.level in levels and piece.outline is not None}
    gone = {code for code in standing if code not in going_on}
    redrawn = {code: one for code, one in going_on.items() if is_changed(one, land[code], lattice)}
    fresh = [one for one in drawn if one.code not in land]
    changes: list[Change] = []
    for sources, results in groups(fresh, gone):
        kept, made = matched(sources, results, land, lattice)
        redrawn |= kept
        changes += made
    names = {one.key: code for code, one in redrawn.items()}
    changes = [*redraws(redrawn), *changes]
    return [replace(change, results=tuple(named(result, names) for result in change.results)) for change in changes]


def resumed(one: DrawnArea, drawn: Sequence[DrawnArea], land: Mapping[str, Piece]) -> DrawnArea:
    """A new area that is all that came of one code, and has nothing of another, is that code again: split and put together."""
    if one.code or len(one.sources) != 1:
        return one
    shared = sum(1 for other in drawn if one.sources[0] in other.sources or one.sources[0] == other.code)
    if shared > 1 or one.sources[0] not in land:
        return one
    was = land[one.sources[0]].facts
    households = was.households if one.facts.households is None else one.facts.households
    population = was.population if one.facts.population is None else one.facts.population
    facts = replace(one.facts, name=one.facts.name or was.name, households=households, population=population)
    return replace(one, code=one.sources[0], facts=facts)


def is_changed(one: DrawnArea, piece: Piece, lattice: Lattice) -> bool:
    """Another outline, to the millimetre, or something else said of it."""
    if piece.outline is None:
        return True
    said = replace(one.facts, bounds=one.facts.bounds if any(one.facts.bounds) else piece.facts.bounds)
    return said != piece.facts or shape_of(one.outline, lattice) != shape_of(piece.outline, lattice)


def shape_of(outline: Land, lattice: Lattice) -> bytes:
    """Equal for equal land, wherever its rings begin."""
    return bytes(shapely.to_wkb(shapely.normalize(lattice.flat(outline))))


def groups(fresh: Sequence[DrawnArea], gone: set[str]) -> list[tuple[list[str], list[DrawnArea]]]:
    """Codes that ended and new areas that hang together by the sources, by the first code."""
    root: dict[str, str] = {}

    def find(name: str) -> str:
        root.setdefault(name, name)
        while root[name] != name:
            name = root[name]
        return name

    for code in gone:
        find(code)
    for one in fresh:
        mine = find(f"+{one.key}")
        for code in one.sources:
            if code in gone:
                root[find(code)] = mine
    together: dict[str, tuple[list[str], list[DrawnArea]]] = defaultdict(lambda: ([], []))
    for code in sorted(gone):
        together[find(code)][0].append(code)
    for one in fresh:
        together[find(f"+{one.key}")][1].append(one)
    return sorted(together.values(), key=lambda group: (group[0] or ["9" * 16], [one.key for one in group[1]]))


def matched(
    sources: list[str], results: list[DrawnArea], land: Mapping[str, Piece], lattice: Lattice
) -> tuple[dict[str, DrawnArea], list[Change]]:
    """What one group amounts to: areas that go on under a code, and at most one split or merge besides."""
    kind: Kind
    if not sources:
        return {}, [Change("create", (), (result_of(one),)) for one in results]
    if not results:
        return {}, [Change("retire", (code,)) for code in sources]
    if len(results) == 1 and len(sources) > 1:
        return {}, [Change("merge", tuple(sources), (result_of(results[0]),))]
    if len(sources) == 1 and len(results) > 1:
        return {}, [Change("split", tuple(sources), tuple(result_of(one) for one in results))]
    common = in_common(sources, results, land, lattice)
    # What a code has in common with others than its best, and a new area with others than its: the most of it is split, or was merged.
    if len(results) > len(sources):
        open_code, kind = int(np.argmax(common.sum(axis=1) - common.max(axis=1))), "split"
        common = common[np.arange(len(sources)) != open_code]
        left = [sources[open_code]]
        pairs = paired(common)
        named = [code for code in sources if code not in left]
        kept = {named[old]: results[new] for old, new in pairs}
        new = [one for one in results if one not in kept.values()]
    elif len(results) < len(sources):
        open_area, kind = int(np.argmax(common.sum(axis=0) - common.max(axis=0))), "merge"
        new = [results[open_area]]
        others = [one for at, one in enumerate(results) if at != open_area]
        kept = {sources[old]: others[at] for old, at in paired(common[:, np.arange(len(results)) != open_area])}
        left = [code for code in sources if code not in kept]
    else:
        return {sources[old]: results[at] for old, at in paired(common)}, []
    return kept, [Change(kind, tuple(left), tuple(result_of(one) for one in new))]


def in_common(
    sources: list[str], results: list[DrawnArea], land: Mapping[str, Piece], lattice: Lattice
) -> NDArray[np.float64]:
    """How much land each code and each new area share."""
    old = lattice.flat(np.array([land[code].outline for code in sources], dtype=object))
    new = lattice.flat(np.array([one.outline for one in results], dtype=object))
    found: NDArray[np.float64] = shapely.area(shapely.intersection(old[:, None], new[None, :]))
    return found


def paired(common: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Rows and columns in pairs, those with most in common first; as many as the shorter side has."""
    pairs: list[tuple[int, int]] = []
    for row, column in sorted(np.ndindex(*common.shape), key=lambda at: (-common[at], at)):
        if all(row != one and column != other for one, other in pairs):
            pairs.append((row, column))
    return pairs


def redraws(redrawn: Mapping[str, DrawnArea]) -> list[Change]:
    """One change for each level: what moves on one side of a border moves on the other."""
    changes = []
    for length in sorted(LENGTHS.values()):
        codes = sorted(code for code in redrawn if len(code) == length)
        if codes:
            results = (result_of(replace(redrawn[code], code=code)) for code in codes)
            changes.append(Change("redraw", tuple(codes), tuple(results)))
    return changes


def result_of(one: DrawnArea) -> Result:
    key = f"r.{one.code}" if one.key.isdigit() or one.key == one.code else one.key
    return Result(key, one.level, one.parent, one.outline, one.code, one.facts)


def named(result: Result, names: Mapping[str, str]) -> Result:
    """A parent that goes on under a code is called by it."""
    return replace(result, parent=names.get(result.parent, result.parent))


# --- households -----------------------------------------------------------------------------------------------------


def estimated_households(
    drawn: Iterable[DrawnArea], land: Mapping[str, Piece], *, lattice: Lattice
) -> dict[str, int | None]:
    """By key, as if the people of each standing area lived evenly on its land: nothing better is known of a part.

    None where an area has land of one whose households aren't known.
    """
    found: dict[str, int | None] = {}
    by_level: dict[str, tuple[list[Piece], shapely.STRtree]] = {}
    for one in drawn:
        if one.level not in by_level:
            pieces = [piece for piece in land.values() if piece.level == one.level and piece.outline is not None]
            by_level[one.level] = (pieces, shapely.STRtree(lattice.flat([piece.outline for piece in pieces])))
        pieces, tree = by_level[one.level]
        shape = lattice.flat(one.outline)
        if not shape.is_valid:
            shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
        near = tree.query(shape, predicate="intersects")
        olds = tree.geometries[near]
        shares = shapely.area(shapely.intersection(shape, olds)) / shapely.area(olds)
        counts = [(pieces[at].facts.households, share) for at, share in zip(near, shares, strict=True) if share > CRUMB]
        known = [count * share for count, share in counts if count is not None]
        found[one.key] = round(sum(known)) if len(known) == len(counts) else None
    return found
