"""Which desk a case goes to, and why. Pure: plain values in, a route with its explanation out.

An explanation is kept with the case: the rule that decided, the facts it saw, and what would have changed it.
"""

from dataclasses import dataclass, fields
from typing import Any

LEVELS = ("grid", "community", "street", "district")


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """What routing looks at. Codes are "" where the place is not known that finely."""

    default_desk: str
    is_for_grid: bool
    owner_id: int | None
    grid_code: str = ""
    community_code: str = ""
    street_code: str = ""
    is_emergency: bool = False


FACTS = tuple(field.name for field in fields(RouteFacts))


@dataclass(frozen=True, slots=True)
class Route:
    """`level` and `area_code` (or `department_id`) name the desk; `rule` and `otherwise` are codes that the page puts into words."""

    level: str
    area_code: str
    department_id: int | None
    rule: str
    otherwise: tuple[str, ...]

    def explain(self, facts: RouteFacts) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "level": self.level,
            "area": self.area_code,
            "department": self.department_id,
            "facts": {name: getattr(facts, name) for name in FACTS},
            "otherwise": list(self.otherwise),
        }


def route(facts: RouteFacts, district_code: str) -> Route:
    """Territory x level x line: the matter says the level or the department, the place says which desk of that level.

    Where the place is not known finely enough, the case goes to the finest desk that is known: someone there can find out.
    """
    if facts.default_desk == "department":
        return Route("department", district_code, facts.owner_id, "matter_of_department", ("matter_at_other_level",))
    codes = {
        "grid": facts.grid_code,
        "community": facts.community_code,
        "street": facts.street_code,
        "district": district_code,
    }
    wanted = facts.default_desk
    rule = f"matter_at_{wanted}"
    otherwise = ["matter_at_other_level", "place_elsewhere"]
    if wanted == "grid" and not facts.is_for_grid:
        wanted, rule = "community", "matter_not_for_grid"
    for level in LEVELS[LEVELS.index(wanted) :]:
        if codes[level]:
            if level != wanted:
                rule, otherwise = "place_not_fine_enough", ["place_known_finer", "matter_at_other_level"]
            return Route(level, codes[level], None, rule, tuple(otherwise))
    raise AssertionError("the district itself is always known")
