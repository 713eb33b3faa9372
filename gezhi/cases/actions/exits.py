"""Cases whose matter has left the catalogue."""

from datetime import datetime

from gezhi.cases.actions.steps import take
from gezhi.cases.models import Case
from gezhi.cases.workflow import Stage
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.kernel.transactions import unit


def leave_exited(matter_id: int, *, successor_id: int | None, at: datetime) -> int:
    """Route everything anew that is accepted and not finished; the number moved.

    What departments are called for stays with its street until it is struck off, and a part stays where somebody sent it. What is finished is
    verified and answered as it is, and what is not yet accepted is given a matter by whoever accepts it.
    """
    moved = 0
    rows = Case.objects.open().filter(matter_id=matter_id, stage__in=(Stage.WAITING, Stage.HANDLING))
    for case in rows.order_by("pk"):
        try:
            with unit(alone=True):
                take("leave_matter", case, actor=Actor.system("事项退出"), at=at, matter_id=successor_id)
        except (Conflict, Refused):
            continue
        moved += 1
    return moved
