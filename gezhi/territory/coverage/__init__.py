"""The coverage proof: is the land divided without gap and overlap? See `proof`."""

from gezhi.territory.coverage.defects import Defect, Kind
from gezhi.territory.coverage.lattice import Lattice
from gezhi.territory.coverage.proof import Certificate, Proof, prove

__all__ = ["Certificate", "Defect", "Kind", "Lattice", "Proof", "prove"]
