"""Phones are enrolled and ended. A phone that is ended is out at its next request, in every process, and wipes itself when it hears so."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from gezhi.accounts.actions import issue_token, revoke_token
from gezhi.accounts.models import ApiToken, User
from gezhi.accounts.tokens import digest_of
from gezhi.fieldwork.device_time import device_time
from gezhi.fieldwork.models import Phone, SyncedCommand
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.models import Chained
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import unit

# Long enough for a posting to a mountain, short enough that a phone forgotten in a drawer is no door.
GOOD_FOR = timedelta(days=90)
MOST_PHONES = 4
COMMANDS_KEPT = timedelta(days=180)
# Issues and ends tokens in the name of the house: a person may do either for the own phones alone.
HOUSE = Actor.system("移动端登记")
RIGHT = "equipment.edit"


def enrol(user: User, *, actor: Actor, at: datetime, label: str) -> tuple[Phone, str]:
    """Enrol the app on a phone of one's own; the phone and the plain token, which nobody can read again.

    Refused: no label, nobody who sits anywhere, too many phones.
    """
    if actor.user_id != user.pk:
        raise Denied("phone.enrol")
    if not actor.desks:
        raise Refused("no_desk", _("您现在没有岗位，不能在手机上办事。"))
    label = typed(label, field="label", longest=40, empty=_("请给这部手机起个名字，例如“工作手机”。"))
    with unit():
        if Phone.objects.filter(user=user, ended_at__isnull=True, token__expires_at__gt=at).count() >= MOST_PHONES:
            message = _("您已经登记了 %(most)s 部手机，请先停用不再使用的。")
            raise Refused("too_many_phones", message % {"most": MOST_PHONES})
        words = _("移动端：%(label)s") % {"label": label}
        token, plain = issue_token(user, actor=HOUSE, at=at, label=words, expires_at=at + GOOD_FOR)
        phone = Phone.objects.create(user=user, token=token, label=label, version=1)
        found(phone, Fact("phone.enrolled", {"token": token.pk}), actor=actor, at=at)
    return phone, plain


def end_phone(phone: Phone, *, actor: Actor, at: datetime) -> None:
    """Lost, or handed back: its owner ends it, or whoever keeps the equipment. Repeating it is harmless."""
    if actor.user_id != phone.user_id and not actor.has(RIGHT):
        raise Denied(RIGHT)
    if phone.ended_at is not None:
        return
    with unit():
        advance(phone, Fact("phone.ended"), actor=actor, at=at, changes={"ended_at": at})
        revoke_token(phone.token, actor=HOUSE, at=at)


def end_phones(user_id: int, *, actor: Actor, at: datetime) -> int:
    """All of somebody's: the work phone was reported lost, or the account was closed. The number ended."""
    live = list(Phone.objects.filter(user_id=user_id, ended_at__isnull=True).select_related("token"))
    with unit():
        for phone in live:
            end_phone(phone, actor=actor, at=at)
    return len(live)


def is_to_be_wiped(plain: str) -> bool:
    """Was the phone that holds this token ended? One whose time is over, or that nobody knows, only has to sign in."""
    token = ApiToken.objects.filter(digest=digest_of(plain)).only("revoked_at").first()
    return token is not None and token.revoked_at is not None


def remember_command(
    row: Chained | None, *, user_id: int, key: UUID, name: str, done_at: datetime | None, at: datetime
) -> SyncedCommand:
    """Write down what a phone's command became, in its transaction: `row` is what it made or moved, None where that is no row of its own."""
    return SyncedCommand.objects.create(
        user_id=user_id,
        key=key,
        name=name,
        subject_kind=row.subject_kind if row is not None else "",
        subject_id=row.pk if row is not None else None,
        version=row.version if row is not None else None,
        done_at=device_time(done_at),
        synced_at=at,
    )


def forget_commands(*, at: datetime) -> int:
    """Daily: what phones said is kept as long as the law asks for the log of a network (180 days)."""
    return SyncedCommand.objects.filter(synced_at__lt=at - COMMANDS_KEPT).delete()[0]
