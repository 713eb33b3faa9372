"""Are all levels divided cleanly: districts into streets, streets into communities, communities into grids? Pure."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from shapely.geometry.base import BaseGeometry

from gezhi.territory.codes import parent_of
from gezhi.territory.coverage.lattice import Lattice, as_shapes
from gezhi.territory.coverage.measuring import measured
from gezhi.territory.coverage.proof import Proof, difference, prove


@dataclass
class Nesting:
    """`proved` are the codes of areas that their parts cover exactly once; `broken` the others, each with its list. `loose` are those among
    the proved where some vertices stand on one side only.

    `undivided` have an outline and no part that has one; `orphans` are parts, below the highest level given, whose parent has none. Of these
    nothing can be said.
    """

    proved: list[str] = field(default_factory=list)
    broken: dict[str, Proof] = field(default_factory=dict)
    loose: dict[str, Proof] = field(default_factory=dict)
    undivided: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.broken and not self.orphans


def prove_nesting(outlines: Mapping[str, BaseGeometry], *, lattice: Lattice | None = None) -> Nesting:
    """Every area against its parts, by code. Each outline is measured once for both its roles; only what doesn't add up is looked into."""
    result = Nesting()
    codes = sorted(outlines)
    if not codes:
        return result
    shapes = as_shapes([outlines[code] for code in codes])
    lattice = lattice or Lattice.over(shapes)
    found = measured(shapes, lattice)
    at = {code: position for position, code in enumerate(codes)}
    parts: dict[str, list[int]] = defaultdict(list)
    for code in codes:
        parts[parent_of(code)].append(at[code])
    highest, deepest = min(map(len, codes)), max(map(len, codes))
    orphaned = [parent for parent in sorted(parts) if parent not in at]
    result.orphans = [codes[part] for parent in orphaned for part in parts[parent] if len(codes[part]) > highest]
    for code in codes:
        inside = np.array(parts.get(code, []), dtype=np.int64)
        if not len(inside):
            if len(code) < deepest:
                result.undivided.append(code)
            continue
        own = found.lanes[at[code] : at[code] + 1]
        even = difference(found.lanes[inside], own) == (0, 0)
        if even and found.is_simple[inside].all() and found.is_simple[at[code]]:
            result.proved.append(code)
            continue
        proof = prove([codes[part] for part in inside], shapes[inside], outlines[code], lattice=lattice)
        if proof.holds:
            result.proved.append(code)
            if proof.defects:
                result.loose[code] = proof
        else:
            result.broken[code] = proof
    return result
