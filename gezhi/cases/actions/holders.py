"""Cases whose holder sits at their desk no more."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from gezhi.cases.actions.steps import take
from gezhi.cases.models import Case
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.refusals import Conflict
from gezhi.kernel.transactions import unit
from gezhi.people.access import valid_on
from gezhi.people.models import Post


def vacate(*, at: datetime) -> int:
    """Give back every case that is held by somebody without a post at its desk today; the number given back.

    Who leaves hands over before (`hand_over`); what was forgotten comes back to the desk the next morning instead of lying there unseen.
    """
    seats = Post.objects.filter(valid_on(local_day(at)), user=OuterRef("holder"), desk=OuterRef("desk"))
    left = Case.objects.filter(holder__isnull=False).filter(~Exists(seats) | Q(holder__is_active=False))
    vacated = 0
    for case in left.order_by("pk"):
        try:
            with unit(alone=True):
                take("vacate", case, actor=Actor.system("岗位"), at=at)
        except Conflict:
            continue
        vacated += 1
    return vacated
