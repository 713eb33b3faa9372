"""Which rows lie in the land of an actor's right, and which people somebody is in charge of."""

from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.people.models import Post


def areas_within(path: str, *codes: str) -> Q:
    """The area at `path` lies in one of these; "" is everywhere. Codes are prefixes of each other."""
    condition = Q(pk__in=[])
    for code in codes:
        if len(code) <= 6:
            return Q(pk__isnull=False)
        condition |= Q(**{f"{path}__code__startswith": code})
    return condition


def posts_within(actor: Actor, right: str, *, on: date) -> QuerySet[Post]:
    """The posts that hold on this day, or are yet to begin, at desks for which the actor holds `right`."""
    there = areas_within("desk__area", *actor.areas(right)) | Q(desk_id__in=actor.desks_with(right))
    lasting = Q(until_on__isnull=True) | Q(until_on__gte=on)
    return Post.objects.filter(there, lasting, user__is_active=True)


def is_in_charge(actor: Actor, user: User, right: str, *, on: date) -> bool:
    """Does a post of this person lie where the actor holds `right`? Who has no post is the district's alone."""
    codes = Post.objects.filter(Q(until_on__isnull=True) | Q(until_on__gte=on), user=user)
    places = list(codes.values_list("desk__area__code", "desk_id"))
    if not places:
        return actor.may(right, area=settings.DISTRICT)
    return any(actor.may(right, area=code, desk_id=desk_id) for code, desk_id in places)


def mine_or_theirs(actor: Actor, right: str, *, on: date) -> Q:
    """Rows about the actor, or about people at whose posts the actor holds `right` (column `user`)."""
    return Q(user_id=actor.user_id) | Q(user_id__in=posts_within(actor, right, on=on).values("user_id"))
