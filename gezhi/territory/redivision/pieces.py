"""The land as a plan sees it: areas with their outlines, and the changes that are wanted. Pure."""

from dataclasses import dataclass, field
from typing import Any, Literal

from gezhi.territory.codes import Level
from gezhi.territory.outlines import Land

Kind = Literal["split", "merge", "redraw", "create", "retire"]
KINDS: tuple[Kind, ...] = ("split", "merge", "redraw", "create", "retire")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a plan may say of an area besides its outline. Empty texts and None mean: as usual, or not known."""

    name: str = ""
    kind: str = ""
    subtype: str = ""
    households: int | None = None
    population: int | None = None
    bounds: tuple[str, str, str, str] = ("", "", "", "")


@dataclass(frozen=True, slots=True)
class Piece:
    """An area that stands. `outline` in degrees; None where none is drawn."""

    code: str
    level: Level
    parent: str
    outline: Land | None
    facts: Facts = Facts()


@dataclass(frozen=True, slots=True)
class Result:
    """An area as a change leaves it. `key` names it inside the plan; `parent` is a code that stands, or another key."""

    key: str
    level: Level
    parent: str
    outline: Land
    code: str = ""
    facts: Facts = Facts()


@dataclass(frozen=True, slots=True)
class Change:
    """One change: `sources` are codes that stand."""

    kind: Kind
    sources: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()


Trouble = Literal[
    "empty_plan", "unknown_source", "source_outside", "source_twice", "mixed_levels", "wrong_sources", "wrong_results",
    "unknown_parent", "wrong_parent", "key_twice", "code_taken", "code_not_fitting", "no_outline", "no_place",
    "codes_exhausted", "scope_itself",
]  # fmt: skip


class BadPlan(ValueError):
    """The changes don't make sense. `trouble` for programs, `what` names the code or key it is about."""

    def __init__(self, trouble: Trouble, what: str = "") -> None:
        super().__init__(f"{trouble} {what}".strip())
        self.trouble = trouble
        self.what = what


# How many sources and results each kind has, at least and at most.
MANY = 10_000
COUNTS: dict[Kind, tuple[tuple[int, int], tuple[int, int]]] = {
    "split": ((1, 1), (2, MANY)),
    "merge": ((2, MANY), (1, 1)),
    "redraw": ((1, MANY), (1, MANY)),
    "create": ((0, 0), (1, 1)),
    "retire": ((1, 1), (0, 0)),
}


def check(changes: list[Change], land: dict[str, Piece], scope: str) -> None:
    """Is each change complete and possible on the land as it stands? Raises `BadPlan` for the first that isn't."""
    if not changes:
        raise BadPlan("empty_plan")
    used: set[str] = set()
    keys: set[str] = set()
    for change in changes:
        check_sources(change, land, scope)
        for source in change.sources:
            if source in used:
                raise BadPlan("source_twice", source)
            used.add(source)
        for result in change.results:
            if result.key in keys or result.key in land:
                raise BadPlan("key_twice", result.key)
            keys.add(result.key)
    levels = {result.key: result.level for change in changes for result in change.results}
    ending = {source for change in changes if change.kind != "redraw" for source in change.sources}
    for change in changes:
        for result in change.results:
            if result.parent in ending:
                raise BadPlan("wrong_parent", result.key)
            check_parent(result, land, levels, scope)


def check_sources(change: Change, land: dict[str, Piece], scope: str) -> None:
    (least, most), (fewest, utmost) = COUNTS[change.kind]
    label = change.sources[0] if change.sources else (change.results[0].key if change.results else "")
    if not least <= len(change.sources) <= most:
        raise BadPlan("wrong_sources", label)
    if not fewest <= len(change.results) <= utmost:
        raise BadPlan("wrong_results", label)
    for source in change.sources:
        if source not in land:
            raise BadPlan("unknown_source", source)
        if not source.startswith(scope):
            raise BadPlan("source_outside", source)
        if change.kind != "redraw" and source == scope:
            # The scope itself can be redrawn only by the level above it, and never vanish from under its own plan.
            raise BadPlan("scope_itself", source)
        if land[source].outline is None:
            raise BadPlan("no_outline", source)
    if change.kind == "redraw" and sorted(result.code for result in change.results) != sorted(change.sources):
        raise BadPlan("wrong_results", label)
    if change.kind == "redraw" and scope in change.sources:
        raise BadPlan("scope_itself", scope)
    if len({land[source].level for source in change.sources} | {result.level for result in change.results}) != 1:
        raise BadPlan("mixed_levels", label)
    check_codes(change, land)


def check_codes(change: Change, land: dict[str, Piece]) -> None:
    for result in change.results:
        if change.kind == "redraw":
            if land[result.code].parent != result.parent:
                raise BadPlan("wrong_parent", result.code)
        elif result.code and result.code in land:
            raise BadPlan("code_taken", result.code)


ABOVE: dict[Level, Level] = {"grid": "community", "community": "street", "street": "district"}


def check_parent(result: Result, land: dict[str, Piece], levels: dict[str, Level], scope: str) -> None:
    """The parent is one level up, inside the scope, and stands or comes about by this plan."""
    if result.parent in levels:
        level: Level | None = levels[result.parent]
    elif result.parent in land:
        level = land[result.parent].level
        if not result.parent.startswith(scope):
            raise BadPlan("wrong_parent", result.key)
    else:
        raise BadPlan("unknown_parent", result.parent)
    if level != ABOVE.get(result.level):
        raise BadPlan("wrong_parent", result.key)
    if result.code and result.parent in land and not result.code.startswith(result.parent):
        raise BadPlan("code_not_fitting", result.code)


@dataclass
class Fate:
    """What a plan makes of the land. Codes are those that the areas will bear.

    `made` are new areas, parents before their parts; `redrawn` keep their codes; `retired` end. `heirs` says of every retired code, and of no
    other, who takes over its land, the main heir first. `outlines` is the land of the scope afterwards, by code. `keys` gives the code that
    each area of the plan will bear.
    """

    made: list[Piece] = field(default_factory=list)
    redrawn: list[Piece] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    heirs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    outlines: dict[str, Land] = field(default_factory=dict)
    levels: dict[str, Level] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def touched(self) -> set[str]:
        """Codes, old and new, whose land changes."""
        return {*self.retired, *(piece.code for piece in (*self.made, *self.redrawn))}

    def as_json(self) -> dict[str, Any]:
        return {
            "made": [piece.code for piece in self.made],
            "redrawn": [piece.code for piece in self.redrawn],
            "retired": self.retired,
            "heirs": {old: list(new) for old, new in self.heirs.items()},
        }
