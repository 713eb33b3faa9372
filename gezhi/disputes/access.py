"""Fetching a dispute is checking: what an actor may not see looks like what is not there."""

from contextlib import suppress

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.disputes.models import Dispute
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Missing
from gezhi.people.queries import directory

# What a mediator may do with the dispute that is theirs, beside what their other posts give.
OF_MEDIATOR = frozenset({"dispute.see", "dispute.work"})


def covers(actor: Actor, right: str, dispute: Dispute) -> bool:
    """Does the actor hold `right` for this dispute? No query.

    An approval is that of the desk above; at the top of the land the desk approves for itself, and never the one who asked.
    """
    place = dispute.place_code or settings.DISTRICT
    if right == "dispute.mediate":
        # Nobody takes up what they may not see: a specialist waits to be named.
        return actor.may(right, area=place) and covers(actor, "dispute.see", dispute)
    desks = directory()
    desk = desks.get(dispute.desk_id)
    if right == "dispute.approve":
        desk = desks.above(desk.id) or desk
    if actor.may(right, area=desk.area_code, desk_id=desk.id):
        return True
    if right == "dispute.see" and actor.may(right, area=place):
        return True
    return right in OF_MEDIATOR and is_mediator(actor, dispute) and actor.may("dispute.mediate", area=place)


def is_mediator(actor: Actor, dispute: Dispute) -> bool:
    return dispute.mediator_id is not None and dispute.mediator_id == actor.user_id


def missing() -> Missing:
    return Missing("no_such_dispute", _("没有找到这一件纠纷，或者它不在您的范围内。"))


def get_dispute(actor: Actor, key: int, right: str = "dispute.see") -> Dispute:
    """The dispute by id, its mediator in hand: one query. Raises `Missing` if absent or not the actor's."""
    with suppress(Dispute.DoesNotExist, OverflowError):
        dispute = Dispute.objects.select_related("mediator").get(pk=key)
        if covers(actor, "dispute.see", dispute) and covers(actor, right, dispute):
            return dispute
    raise missing()
