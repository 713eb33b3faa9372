"""What somebody wants to become of the land, before anything of it is looked at. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gezhi.territory.codes import Level


@dataclass(frozen=True)
class WantedArea:
    """An area as a change should leave it; `geometry` in degrees of the caller's system. What isn't said follows from the sources."""

    geometry: Any
    key: str = ""
    parent: str = ""
    code: str = ""
    name: str = ""
    kind: str = ""
    subtype: str = ""
    households: int | None = None
    population: int | None = None
    bounds: tuple[str, str, str, str] = ("", "", "", "")


@dataclass(frozen=True)
class WantedChange:
    """`level` need be said only where nothing stood before."""

    kind: str
    sources: Sequence[str] = ()
    results: Sequence[WantedArea] = ()
    level: Level = "grid"
