"""A supervision 督办 whose reply is still owed goes with its case: the desk on which it comes to lie owes the reply, and is told."""

from typing import Any

from gezhi.cases.models import Case, Owed, Supervision
from gezhi.kernel.events import Fact


def passed_on(case: Case, changes: dict[str, Any]) -> tuple[Fact, ...]:
    """What is to be recorded where these changes take an unanswered supervision to another desk; nothing else."""
    to = changes.get("desk_id", case.desk_id)
    owed = changes.get("supervision", case.supervision) == Owed.OPEN
    if to == case.desk_id or not owed:
        return ()
    return (Fact("case.supervision_passed", {"from": case.desk_id, "desk": to}),)


def order_follows(case: Case) -> None:
    """The order says who owes the reply now. One statement."""
    Supervision.objects.filter(case=case, lifted_at=None, replied_at=None).update(of_desk_id=case.desk_id)
