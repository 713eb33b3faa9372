"""The board of a level: all that whoever answers for it can draw on, on one page."""

from dataclasses import dataclass
from datetime import date

from gezhi.kernel.access import Actor
from gezhi.people.budgets import Sums, year_sums
from gezhi.people.coverage import PartCoverage, matrix
from gezhi.people.models import Force, MeetingTask
from gezhi.people.teams import Answering, GapReport, counted_by_role, first_persons, gap_report
from gezhi.territory.ledgers import CategoryTally, resource_tally
from gezhi.territory.queries import Tally, tally


@dataclass(frozen=True)
class Board:
    """`budget` is None for who may not see the money."""

    code: str
    answering: Answering | None
    land: Tally
    people: dict[str, int]
    gaps: GapReport
    forces: list[Force]
    coverage: PartCoverage
    resources: list[CategoryTally]
    budget: Sums | None
    tasks: int
    overdue_tasks: int


def board(code: str, *, actor: Actor, on: date) -> Board:
    """About fifteen statements, whatever the size. Needs `resource.see` there."""
    actor.require("resource.see", area=code)
    forces = matrix([code], on=on)
    level = {6: "district", 9: "street", 12: "community", 15: "grid"}[len(code)]
    answering = next((one for one in first_persons([code], on=on, levels=(level,)) if one.code == code), None)
    tasks = MeetingTask.objects.running().filter(desk__area__code__startswith=code)
    return Board(
        code,
        answering,
        tally(code),
        counted_by_role([code], on=on),
        gap_report([code], on=on),
        forces.forces,
        forces.total,
        resource_tally(code, on=on),
        year_sums([code], on.year).total if actor.may("budget.see", area=code) else None,
        tasks.count(),
        tasks.overdue_on(on).count(),
    )
