"""Writes to what the public reads of the teams: consents, and the plates that are printed of them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found, found_many
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.people.actions.posts import STAFF_RIGHT
from gezhi.people.features import Feature
from gezhi.people.models import Plate, Post, Publication
from gezhi.people.pilots import is_open
from gezhi.people.plates import content_now, may_bear, print_of
from gezhi.people.roles import STAFFED
from gezhi.territory.models import holds_on

LONGEST_SERVICES = 120
# How long a plate holds unless somebody says otherwise.
USUAL_TERM = timedelta(days=730)
MEANWHILE = ("changed_meanwhile", _("刚刚有人改过，请看过最新情况再决定。"))


def require_self_or_staff(user: User, actor: Actor, *, on: date) -> None:
    """One's own consent needs no right; recording another's needs `staff.edit` at one of the posts held."""
    if actor.user_id == user.pk and actor.kind == "staff":
        return
    posts = Post.objects.filter(holds_on(on), user=user, role__in=STAFFED)
    codes = list(posts.values_list("desk__area__code", flat=True))
    if not any(actor.may(STAFF_RIGHT, area=code) for code in codes) and not actor.may(STAFF_RIGHT):
        raise Denied(STAFF_RIGHT)


def publish(user: User, services: str = "", *, actor: Actor, at: datetime) -> Publication:
    """Somebody consents to be shown with name, phone of the work and these services; said again, it is the services that change.

    Refused: too_long, retired.
    """
    require_self_or_staff(user, actor, on=local_day(at))
    services = typed(services, field="services", longest=LONGEST_SERVICES)
    if not user.is_active:
        raise Refused("retired", _("账号已停用，不能公示。"))
    with unit():
        standing = Publication.objects.filter(user=user, withdrawn_at__isnull=True).first()
        if standing is None:
            with first_come(*MEANWHILE):
                standing = Publication.objects.create(user=user, services=services, consented_at=at, version=1)
            found(standing, Fact("publication.consented", {"user": user.pk}), actor=actor, at=at)
        elif standing.services != services:
            fact = Fact("publication.services_changed", {"user": user.pk})
            advance(standing, fact, actor=actor, at=at, changes={"services": services})
    return standing


def publish_many(several: Sequence[tuple[User, str]], *, actor: Actor, at: datetime) -> list[Publication]:
    """Consents of people who stand nowhere yet, as a list that was read in says; the caller has checked the rights. Three statements a
    thousand."""
    rows = [
        Publication(user=user, services=services[:LONGEST_SERVICES], consented_at=at, version=1)
        for user, services in several
    ]
    with unit():
        with first_come(*MEANWHILE):
            Publication.objects.bulk_create(rows, batch_size=1000)
        found_many(rows, lambda row: [Fact("publication.consented", {"user": row.user_id})], actor=actor, at=at)
    return rows


def withdraw_publication(publication: Publication, *, actor: Actor, at: datetime) -> None:
    """The consent is taken back; from this moment nothing is shown. No reason is asked for. Repeating it is harmless."""
    require_self_or_staff(publication.user, actor, on=local_day(at))
    if publication.withdrawn_at is not None:
        return
    with unit():
        fact = Fact("publication.withdrawn", {"user": publication.user_id})
        changes = {"withdrawn_at": max(at, publication.consented_at), "services": ""}
        advance(publication, fact, actor=actor, at=at, changes=changes)


# --- plates ---------------------------------------------------------------------------------------------------------


def issue_plate(post: Post, *, actor: Actor, at: datetime, valid_until: date | None = None) -> Plate:
    """A plate for a post of somebody who consented; an older one of the post is recalled.

    Needs `staff.edit` at the desk. Refused: plates_closed (no pilot here), post_ended, no_consent, no_phone, ends_before_start.
    """
    actor.require(STAFF_RIGHT, area=post.desk.area.code)
    day = local_day(at)
    last = valid_until or (min(day + USUAL_TERM, post.until_on) if post.until_on else day + USUAL_TERM)
    if not is_open(Feature.PLATES, post.desk.area.code, on=day):
        raise Refused("plates_closed", _("这个街道还没有推开管家牌。"))
    if not may_bear(post, on=day):
        raise Refused("post_ended", _("这个岗位今天不在任，不能制作管家牌。"))
    publication = Publication.objects.filter(user_id=post.user_id, withdrawn_at__isnull=True).first()
    if publication is None:
        raise Refused("no_consent", _("本人还没有同意公示，不能制作管家牌。"))
    if not post.user.work_phone:
        raise Refused("no_phone", _("还没有登记工作电话，不能制作管家牌。"))
    if last < day:
        raise Refused("ends_before_start", _("有效期不能早于今天。"), field="valid_until")
    with unit():
        for older in Plate.objects.filter(post=post, recalled_on__isnull=True):
            recall_plate(older, actor=actor, at=at)
        number = f"{post.pk:06d}-{Plate.objects.filter(post=post).count() + 1}"
        plate = Plate(post=post, number=number, issued_on=day, valid_until=last, version=1)
        plate.printed = print_of(content_now(plate, publication))
        with first_come(*MEANWHILE):
            Plate.objects.bulk_create([plate])
        found(plate, Fact("plate.issued", {"post": post.pk, "until": last.isoformat()}), actor=actor, at=at)
    return plate


def recall_plate(plate: Plate, *, actor: Actor, at: datetime) -> None:
    """A plate is taken back: whoever checks it is told so. Repeating it is harmless."""
    actor.require(STAFF_RIGHT, area=plate.post.desk.area.code)
    if plate.recalled_on is not None:
        return
    with unit():
        fact = Fact("plate.recalled", {"post": plate.post_id})
        advance(plate, fact, actor=actor, at=at, changes={"recalled_on": local_day(at)})
