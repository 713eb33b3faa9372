"""Is the land still divided cleanly after a plan? Pure."""

from gezhi.territory.codes import parent_of
from gezhi.territory.coverage import Lattice, Proof, prove
from gezhi.territory.redivision.pieces import Fate, Piece


def prove_fate(fate: Fate, land: dict[str, Piece], *, lattice: Lattice) -> dict[str, Proof]:
    """A proof for every area whose parts change, or that changes around its parts, by the code that it will have.

    Where the area around them has no outline, its parts are proved against each other alone.
    """
    after = fate.outlines
    changed = fate.touched
    around = {parent_of(code) for code in changed} | changed
    parts: dict[str, list[str]] = {code: [] for code in around if code in fate.levels or code in after}
    for code in sorted(after):
        parent = parent_of(code)
        if parent in parts:
            parts[parent].append(code)
    return {
        code: prove(inside, [after[part] for part in inside], after.get(code), lattice=lattice)
        for code, inside in sorted(parts.items())
        if inside
    }
