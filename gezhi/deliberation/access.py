"""Fetching is checking: a topic outside the actor's areas looks like one that is not there."""

from contextlib import suppress

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.deliberation.models import Topic
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Missing

WORK = "topic.work"


def get_topic(actor: Actor, key: int) -> Topic:
    """The topic by id, if it lies where the actor works. Raises `Missing`."""
    condition = Q(pk__in=())
    for code in actor.areas(WORK):
        condition |= Q(area__code__startswith=code)
    with suppress(OverflowError):
        found = Topic.objects.filter(condition, pk=key).select_related("area", "raised_in").first()
        if found is not None:
            return found
    raise Missing("no_such_topic", _("没有找到这个议题，或者它不在您的范围内。"))
