"""What was kept of candidates goes when its time is over; the result stands, because it knows them by number."""

from datetime import datetime, timedelta

from django.db.models import Q

from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance
from gezhi.kernel.transactions import unit
from gezhi.workforce.models import Candidate, Objection
from gezhi.workforce.workflow import RoundStage

# As `privacy.py` says.
KEPT_FOR = timedelta(days=730)
CLOCK = Actor.system("时钟")


def forget_candidates(*, at: datetime, most: int = 500) -> int:
    """Erase names, phones and objections of selections that ended two years ago; how many rows. Who was appointed is known by the account."""
    ended = Q(round__decided_at__lt=at - KEPT_FOR) | Q(
        round__stage=RoundStage.CANCELLED, round__created_at__lt=at - KEPT_FOR
    )
    candidates = list(Candidate.objects.filter(ended).exclude(name="", unit="")[:most])
    objections = list(Objection.objects.filter(ended, forgotten_at__isnull=True)[:most])
    with unit():
        for one in candidates:
            advance(one, Fact("candidate.forgotten"), actor=CLOCK, at=at, changes={"name": "", "phone": "", "unit": ""})
        for other in objections:
            advance(
                other,
                Fact("objection.forgotten"),
                actor=CLOCK,
                at=at,
                changes={"text": "", "answer": "", "forgotten_at": at},
            )
    return len(candidates) + len(objections)
