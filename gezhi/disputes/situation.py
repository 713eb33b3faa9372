"""What the conditions of the workflow look at, read from a dispute and the one who acts. No query."""

from datetime import datetime

from gezhi.disputes.access import is_mediator
from gezhi.disputes.models import Dispute
from gezhi.disputes.workflow import Situation
from gezhi.kernel.access import Actor


def situation_of(dispute: Dispute, actor: Actor, at: datetime) -> Situation:
    return Situation(
        stage=dispute.stage,
        at=at,
        due_at=dispute.due_at,
        has_mediator=dispute.mediator_id is not None,
        is_mediator=is_mediator(actor, dispute),
        meetings=dispute.meetings_held,
        last_visit=dispute.last_visit,
        is_extension_asked=dispute.extension_asked_at is not None,
        is_extended=dispute.extended_at is not None,
        is_asker=dispute.extension_asked_by_id is not None and dispute.extension_asked_by_id == actor.user_id,
    )
