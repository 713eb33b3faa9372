"""What was kept of people whom units recommended goes when its time is over: as `privacy.py` says, two years after the decision."""

from datetime import datetime, timedelta

from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance
from gezhi.kernel.transactions import unit
from gezhi.people.models import Recommendation

KEPT_FOR = timedelta(days=730)
CLOCK = Actor.system("时钟")


def forget_recommendations(*, at: datetime, most: int = 500) -> int:
    """Erase names, units and reasons of recommendations decided two years ago; how many. Who was seated is known by the post."""
    rows = Recommendation.objects.filter(decided_at__lt=at - KEPT_FOR).exclude(name="").order_by("pk")[:most]
    gone = {"name": "", "unit": "", "reason": "", "work_phone": ""}
    with unit():
        for row in rows:
            advance(row, Fact("recommendation.forgotten"), actor=CLOCK, at=at, changes=gone)
    return len(rows)
