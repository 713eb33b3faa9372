"""Coming in by a platform: a code becomes a ticket, a ticket opens the web view once; who is bound to whom.

Nobody is entered here. Who has no account cannot be bound, and who is bound signs in as the account that the district had entered.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.integrations.identity.models import Binding, PlatformMessage, Ticket
from gezhi.integrations.identity.platforms import BAD_CODE, get_platform
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import Fact, advance, found, sm3
from gezhi.kernel.refusals import Refused
from gezhi.kernel.secrets import blind_index
from gezhi.kernel.transactions import first_come, unit

TICKET_GOOD_FOR = timedelta(minutes=2)
# What ended long ago, and what was sent, is nobody's business any more.
BINDINGS_KEPT, MESSAGES_KEPT = timedelta(days=730), timedelta(days=30)
LONGEST_CODE = 128
NO_TICKET = Refused("no_ticket", _("这次进入已经失效，请退出小程序再打开一次。"))


@dataclass(frozen=True, slots=True)
class Admission:
    """`ticket` opens the web view once; `is_bound` says whether it will know who comes."""

    ticket: str
    is_bound: bool


def index_of(platform: str, identity: str) -> str:
    return blind_index(identity, context=f"identity.{platform}")


def admit(platform: str, code: str, *, at: datetime) -> Admission:
    """Ask the platform who holds this code. Raises `Refused` (bad_code), `Missing`, `Unreachable`. The network is asked outside any transaction."""
    port = get_platform(platform)
    if not code or len(code) > LONGEST_CODE or not code.isascii() or not code.isprintable():
        raise BAD_CODE
    identity = port.exchange(code)
    plain, index = secrets.token_urlsafe(32), index_of(platform, identity)
    with unit():
        Ticket.objects.create(
            digest=sm3(plain),
            platform=platform,
            identity=identity,
            identity_index=index,
            expires_at=at + TICKET_GOOD_FOR,
        )
        is_bound = user_of(platform, index) is not None
    return Admission(plain, is_bound)


def user_of(platform: str, index: str) -> User | None:
    """The active user to whom this identity is bound."""
    rows = Binding.objects.filter(platform=platform, identity_index=index, ended_at__isnull=True, user__is_active=True)
    binding = rows.select_related("user").first()
    return binding.user if binding is not None else None


def open_with(plain: str, *, at: datetime) -> tuple[Ticket, User | None]:
    """Use a ticket up; whom it stands for, None for an identity that is bound to nobody. Of two at once one gets it. Raises `Refused`."""
    with unit():
        if not Ticket.objects.filter(digest=sm3(plain), used_at__isnull=True, expires_at__gt=at).update(used_at=at):
            raise NO_TICKET
        ticket = Ticket.objects.get(digest=sm3(plain))
        return ticket, user_of(ticket.platform, ticket.identity_index)


def bind(ticket_id: int, user: User, *, actor: Actor, at: datetime) -> Binding:
    """Bind the identity of a ticket that this session has used to who just signed in in it. Whoever was bound by it before must let go first."""
    if actor.user_id != user.pk or not user.is_active:
        raise Denied("binding.make")
    if user.officer:
        raise Refused("officer_bound", _("三员不能用平台登录，请用登录名、密码和第二要素。"))
    with unit():
        ticket = Ticket.objects.filter(
            pk=ticket_id, used_at__isnull=False, used_at__gt=at - TICKET_GOOD_FOR * 5
        ).first()
        if ticket is None:
            raise NO_TICKET
        end_bindings(user.pk, actor=actor, at=at, platform=ticket.platform)
        binding = Binding(
            platform=ticket.platform,
            identity=ticket.identity,
            identity_index=ticket.identity_index,
            user=user,
            bound_at=at,
            version=1,
        )
        with first_come("identity_taken", _("这个平台账号已经绑定了别人。请对方先解绑，或者换一个账号。")):
            binding.save(force_insert=True)
        found(binding, Fact("binding.made", {"platform": ticket.platform, "user": user.pk}), actor=actor, at=at)
        ticket.delete()
    return binding


def end_binding(binding: Binding, *, actor: Actor, at: datetime) -> None:
    """By oneself, or by the house when a person leaves or a device is lost. What waits to be sent goes nowhere."""
    if actor.kind != "system" and actor.user_id != binding.user_id:
        raise Denied("binding.end")
    if binding.ended_at is not None:
        return
    with unit():
        advance(binding, Fact("binding.ended"), actor=actor, at=at, changes={"ended_at": at})
        PlatformMessage.objects.filter(binding=binding, next_at__isnull=False).update(next_at=None, error="unbound")


def end_bindings(user_id: int, *, actor: Actor, at: datetime, platform: str = "") -> int:
    rows = Binding.objects.filter(user_id=user_id, ended_at__isnull=True)
    several = list(rows.filter(platform=platform) if platform else rows)
    with unit():
        for binding in several:
            end_binding(binding, actor=actor, at=at)
    return len(several)


def forget(*, at: datetime) -> int:
    """Daily: tickets of the day before, what was sent a month ago, and who was bound two years ago."""
    with unit():
        number = Ticket.objects.filter(expires_at__lt=at - timedelta(days=1)).delete()[0]
        over = Binding.objects.filter(ended_at__lt=at - BINDINGS_KEPT)
        settled = PlatformMessage.objects.filter(next_at__isnull=True)
        number += settled.filter(written_at__lt=at - MESSAGES_KEPT).delete()[0]
        number += over.exclude(identity_index="").update(identity="", identity_index="")
    return number
