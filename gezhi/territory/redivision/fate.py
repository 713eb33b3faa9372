"""What becomes of the land when a plan takes effect: who vanishes, who comes about, under which codes, and who inherits whom. Pure.

A community or street that is split, merged or retired takes the codes of everything inside it with it, because codes begin with their
parent's. What lies inside and isn't mentioned by the plan is carried over, unchanged, to whichever new area it lies in, and numbered anew
there.
"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import shapely

from gezhi.territory.codes import LENGTHS, STEP, Level, is_inside
from gezhi.territory.coverage import Lattice
from gezhi.territory.numbering import reading_order
from gezhi.territory.outlines import Land
from gezhi.territory.redivision.pieces import BadPlan, Change, Fate, Piece, Result, check

DOWNWARDS: tuple[Level, ...] = ("district", "street", "community", "grid")
LAST_NUMBER = 999
# Less than this of an area's land, in m², is a matter of how exactly borders were drawn, and makes nobody an heir.
CRUMB = 1.0


def foretell(changes: list[Change], land: dict[str, Piece], taken: Iterable[str], scope: str) -> Fate:
    """The land after the plan. `land` are the active areas of the scope and their parents; `taken` are all codes ever given there.

    Raises `BadPlan`.
    """
    check(changes, land, scope)
    return Foretelling(changes, land, taken, scope).run()


class Foretelling:
    """One pass down the levels. Until they are numbered, areas that come about are known by their keys; a carried one by its old code."""

    def __init__(self, changes: list[Change], land: dict[str, Piece], taken: Iterable[str], scope: str) -> None:
        self.changes, self.land, self.taken, self.scope = changes, land, set(taken), scope
        self.results = {result.key: result for change in changes for result in change.results}
        self.redrawn = {
            result.code: result for change in changes if change.kind == "redraw" for result in change.results
        }
        self.gone = {source for change in changes if change.kind != "redraw" for source in change.sources}
        # What comes about, by key: its own level, its parent (code or key) and its outline.
        self.coming: dict[str, Result] = {
            key: result for key, result in self.results.items() if result.code not in self.redrawn
        }
        self.carried: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self.plane = Lattice.over(
            np.array([piece.outline for piece in land.values() if piece.outline is not None], dtype=object)
        )

    def run(self) -> Fate:
        for level in DOWNWARDS[1:]:
            self.carry(level)
            self.number(level)
        return self.told()

    # --- who goes along ---------------------------------------------------------------------------------------------

    def carry(self, level: Level) -> None:
        """Areas whose parent vanishes, or that lie elsewhere since their parent was redrawn, come to lie in the area around them."""
        mentioned = {source for change in self.changes for source in change.sources}
        homes = self.homes(level)
        for code, piece in self.land.items():
            parent = piece.parent
            if piece.level != level or (parent not in self.gone and parent not in self.redrawn):
                continue
            if code in mentioned:
                if code in self.redrawn and parent in self.gone:
                    # It can't keep its code when that of its parent ends.
                    raise BadPlan("wrong_parent", code)
                continue
            home = self.home_of(piece, homes)
            if home == parent and parent not in self.gone:
                continue
            self.gone.add(code)
            self.carried[code] = code
            assert piece.outline is not None, "home_of looked"
            self.coming[code] = Result(code, level, home, piece.outline, facts=piece.facts)

    def homes(self, level: Level) -> list[tuple[str, Land]]:
        """The areas one level up that come about or are redrawn."""
        above = DOWNWARDS[DOWNWARDS.index(level) - 1]
        found = [(key, result.outline) for key, result in self.coming.items() if result.level == above]
        found += [(code, result.outline) for code, result in self.redrawn.items() if result.level == above]
        return found

    def home_of(self, piece: Piece, homes: list[tuple[str, Land]]) -> str:
        if piece.outline is None:
            raise BadPlan("no_outline", piece.code)
        middle = piece.outline.representative_point()
        home = next((name for name, outline in homes if outline.covers(middle)), None)
        if home is None and piece.parent in self.redrawn:
            home = piece.parent
        if home is None:
            raise BadPlan("no_place", piece.code)
        return home

    # --- codes ------------------------------------------------------------------------------------------------------

    def number(self, level: Level) -> None:
        """Codes for what comes about on a level: after the highest ever given, from west to east and from north to south."""
        by_parent: dict[str, list[Result]] = defaultdict(list)
        for result in self.coming.values():
            if result.level == level:
                by_parent[self.codes.get(result.parent, result.parent)].append(result)
        for parent, results in sorted(by_parent.items()):
            for result in results:
                if result.code:
                    self.give(result.key, result.code, parent, level)
            unnumbered = [result for result in results if not result.code]
            if not unnumbered:
                continue
            centres = shapely.get_coordinates(
                shapely.centroid(self.plane.flat(np.array([r.outline for r in unnumbered], dtype=object)))
            )
            last = max((int(code[-STEP:]) for code in self.taken if self.is_child(code, parent, level)), default=0)
            for number, at in enumerate(reading_order(centres), start=last + 1):
                if number > LAST_NUMBER:
                    raise BadPlan("codes_exhausted", parent)
                self.give(unnumbered[at].key, f"{parent}{number:03d}", parent, level)

    def is_child(self, code: str, parent: str, level: Level) -> bool:
        return len(code) == LENGTHS[level] and is_inside(code, parent)

    def give(self, key: str, code: str, parent: str, level: Level) -> None:
        if not self.is_child(code, parent, level) or not code.isdigit():
            raise BadPlan("code_not_fitting", code)
        if code in self.taken:
            raise BadPlan("code_taken", code)
        self.taken.add(code)
        self.codes[key] = code

    # --- the answer -------------------------------------------------------------------------------------------------

    def told(self) -> Fate:
        fate = Fate()
        for level in DOWNWARDS:
            for key, result in sorted(self.coming.items(), key=lambda item: self.codes.get(item[0], "")):
                if result.level == level:
                    parent = self.codes.get(result.parent, result.parent)
                    fate.made.append(Piece(self.codes[key], level, parent, result.outline, result.facts))
        for code, result in sorted(self.redrawn.items()):
            fate.redrawn.append(Piece(code, result.level, result.parent, result.outline, result.facts))
        # Parts before the areas that they are parts of: nothing is retired while something in use lies in it.
        fate.retired = sorted(self.gone, key=lambda code: (-len(code), code))
        stays = {code: piece for code, piece in self.land.items() if code not in self.gone}
        fate.outlines = {code: piece.outline for code, piece in stays.items() if piece.outline is not None}
        fate.outlines |= {
            piece.code: piece.outline for piece in (*fate.redrawn, *fate.made) if piece.outline is not None
        }
        fate.levels = {code: piece.level for code, piece in stays.items()}
        fate.levels |= {piece.code: piece.level for piece in fate.made}
        fate.keys = {key: result.code or self.codes[key] for key, result in self.results.items()}
        fate.heirs = {code: self.heirs_of(code, fate) for code in fate.retired}
        return fate

    def heirs_of(self, code: str, fate: Fate) -> tuple[str, ...]:
        """Who takes over the land of a code: by how much of it, the most first."""
        if code in self.carried:
            return (self.codes[code],)
        piece = self.land[code]
        own = [self.codes[result.key] for change in self.changes if code in change.sources for result in change.results]
        others = [one.code for one in (*fate.made, *fate.redrawn) if one.level == piece.level]
        shares = self.shares(piece, own) or self.shares(piece, others)
        return tuple(heir for _share, heir in sorted(shares, key=lambda one: (-one[0], one[1])))

    def shares(self, piece: Piece, codes: list[str]) -> list[tuple[float, str]]:
        assert piece.outline is not None, "check looked"
        outlines = {result.code: result.outline for result in self.redrawn.values()}
        outlines |= {self.codes[key]: result.outline for key, result in self.coming.items()}
        old = self.plane.plane.flatten(piece.outline)
        found = []
        for code in codes:
            area = float(old.intersection(self.plane.plane.flatten(outlines[code])).area)
            if area > CRUMB:
                found.append((round(area, 1), code))
        return found
