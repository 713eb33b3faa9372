"""书记兼任第一负责人: whoever leads the party at a level answers for its grids. The term is the ground, the post follows it.

Where somebody already holds that post, it stays as it is: the page of first responsible persons shows who it is, and people decide.
"""

import logging
from datetime import datetime

from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused
from gezhi.kernel.transactions import unit
from gezhi.party.models import OrgPlace, Term
from gezhi.party.rules import Office, OrgKind
from gezhi.people.actions import seat, unseat
from gezhi.people.models import Desk, Post
from gezhi.people.roles import Role

logger = logging.getLogger(__name__)
BY_TERM = Actor.system("党组织任职")


def seat_first_person(term: Term, *, at: datetime) -> int:
    """Seat a secretary as first responsible person at the desks of the level; at how many."""
    if term.office != Office.SECRETARY or term.user is None:
        return 0
    seated = 0
    for desk in desks_of(term):
        try:
            with unit(alone=True):
                seat(
                    term.user,
                    desk,
                    Role.FIRST_PERSON,
                    actor=BY_TERM,
                    at=at,
                    from_on=term.from_on,
                    until_on=term.until_on,
                )
        except Refused as refusal:
            logger.info("no first person by term %s at desk %s: %s", term.pk, desk.pk, refusal.code)
            continue
        seated += 1
    return seated


def unseat_first_person(term: Term, *, at: datetime) -> int:
    """The term has got an end: so have the posts that it was the ground of; how many."""
    if term.office != Office.SECRETARY or term.user_id is None or term.until_on is None:
        return 0
    posts = Post.objects.filter(
        user_id=term.user_id,
        role=Role.FIRST_PERSON,
        deputy_for=None,
        desk__in=desks_of(term),
        from_on__gte=term.from_on,
    ).select_related("desk__area")
    ended = 0
    for post in posts:
        until = max(term.until_on, post.from_on)
        if post.until_on is None or post.until_on > until:
            unseat(post, actor=BY_TERM, at=at, until_on=until)
            ended += 1
    return ended


def desks_of(term: Term) -> list[Desk]:
    """The open desk of the organisation's level; a branch's are those of the grids over which it stands."""
    org = term.org
    if org.kind == OrgKind.BRANCH:
        codes = list(OrgPlace.objects.filter(org=org, until_on__isnull=True).values_list("area__code", flat=True))
    else:
        codes = [org.area.code]
    rows = Desk.objects.filter(area__code__in=codes, department__isnull=True, is_open=True).select_related("area")
    return list(rows.order_by("pk"))
