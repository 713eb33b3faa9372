"""The handling plans in memory: which one helps with a case today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gezhi.cases.models.handling_plan import HandlingPlan
from gezhi.kernel.registers import Cached
from gezhi.matters.models import Matter

REGISTER = "handling_plans"
COLUMNS = ("id", "category_id", "level", "steps", "answer", "valid_from", "valid_until")


@dataclass(frozen=True, slots=True)
class PlanRow:
    id: int
    category_id: int
    level: str
    steps: str
    answer: str
    valid_from: date
    valid_until: date | None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def load() -> list[PlanRow]:
    return [PlanRow(*row) for row in HandlingPlan.objects.values_list(*COLUMNS)]


register = Cached(REGISTER, load)
categories: Cached[dict[int, int]] = Cached("matters", lambda: dict(Matter.objects.values_list("pk", "category_id")))


def plan_for(matter_id: int | None, level: str, *, on: date) -> PlanRow | None:
    """The plan for a matter's category at a level of desk; None where the district has none. No query while nothing changed."""
    rows = register.get()
    if matter_id is None or not rows:
        return None
    return chosen(rows, categories.get().get(matter_id), level, on)


def chosen(rows: Iterable[PlanRow], category_id: int | None, level: str, on: date) -> PlanRow | None:
    """The row of this very level before the one for all levels."""
    fitting = [row for row in rows if row.category_id == category_id and row.level in ("", level) and row.holds_on(on)]
    return max(fitting, key=lambda row: (row.level != "", row.valid_from), default=None)
