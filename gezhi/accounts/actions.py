"""Every write to users and their tokens. Names are personal, so events hold only ids and codes."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import ApiToken, Officer, User
from gezhi.accounts.tokens import PREFIX, REGISTER, digest_of
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.events import Fact, advance, found, found_many
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit

LONGEST_TOKEN_LIFE = timedelta(days=366)
well_formed = RegexValidator(r"^[a-zA-Z0-9][a-zA-Z0-9_.-]{2,59}\Z")


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person to be entered. Without a password the account can't be signed in to until one is set."""

    username: str
    name: str
    work_phone: str = ""
    password: str | None = None


def enter_user(
    *,
    actor: Actor,
    at: datetime,
    username: str,
    name: str,
    work_phone: str = "",
    password: str | None = None,
    is_invented: bool = False,
) -> User:
    """Open an account. Needs `user.edit`. Refused: a malformed or taken user name, no name, a weak password."""
    new = NewUser(username, name, work_phone, password)
    return enter_users([new], actor=actor, at=at, is_invented=is_invented)[0]


def enter_users(news: Iterable[NewUser], *, actor: Actor, at: datetime, is_invented: bool = False) -> list[User]:
    """`enter_user` for many, all or none, with four statements a thousand. The refusal names the first user name it is about."""
    actor.require("user.edit")
    users = [composed(new, at=at, is_invented=is_invented) for new in news]
    names = [user.username for user in users]
    with unit():
        taken = set(User.objects.filter(username__in=names).values_list("username", flat=True))
        for username in names:
            if username in taken:
                raise Refused(
                    "username_taken", _("登录名 %(name)s 已经有人使用。") % {"name": username}, field="username"
                )
            taken.add(username)
        with first_come("username_taken", _("登录名刚刚被占用，请换一个。"), field="username"):
            User.objects.bulk_create(users, batch_size=1000)
        facts = (Fact("user.entered", {"is_invented": is_invented}),)
        found_many(users, lambda user: facts, actor=actor, at=at)
    return users


def composed(new: NewUser, *, at: datetime, is_invented: bool) -> User:
    username = new.username.strip()
    name = typed(" ".join(new.name.split()), field="name", longest=40, empty=_("请填写姓名"))
    try:
        well_formed(username)
    except ValidationError as error:
        raise Refused(
            "bad_username",
            _("登录名 %(name)s 不能用：要 3 至 60 个字母、数字或 _ . - ，以字母或数字开头。") % {"name": username[:60]},
            field="username",
        ) from error
    user = User(
        username=username,
        name=name,
        work_phone=typed(new.work_phone, field="work_phone", longest=20),
        is_invented=is_invented,
        created_at=at,
        version=1,
    )
    if new.password is None:
        user.set_unusable_password()
    else:
        require_strong(new.password, user)
        user.set_password(new.password)
    return user


def require_strong(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused("weak_password", " ".join(error.messages), field="password") from error


def require_self_or(right: str, user: User, actor: Actor) -> None:
    """One's own account needs no right; anybody else's does."""
    if actor.user_id != user.pk or actor.kind != "staff":
        actor.require(right)


def set_password(user: User, password: str, *, actor: Actor, at: datetime) -> None:
    """Give a new password: one's own, or with `user.edit` another's. Every session but the one that asks ends by itself,
    because its check value is made from the password; when another asks, all end."""
    require_self_or("user.edit", user, actor)
    require_strong(password, user)
    user.set_password(password)
    changes = {"password": user.password}
    with unit():
        if actor.user_id == user.pk:
            advance(user, Fact("user.password_changed"), actor=actor, at=at, changes=changes)
        else:
            advance(user, Fact("user.password_set"), actor=actor, at=at, changes=changes | {"sessions_after": at})


def record_factor(user: User, name: str, *, actor: Actor, at: datetime) -> None:
    """Record what happened to one's own second factor; the factor itself is kept by allauth. `name` is the event's."""
    require_self_or("user.edit", user, actor)
    with unit():
        advance(user, Fact(name), actor=actor, at=at)


def set_officer(user: User, officer: str, *, actor: Actor, at: datetime) -> None:
    """Give one of the three separated duties, or "" to take it away. Needs `user.authorise`; nobody appoints himself.

    The posts that the user holds are ended by `gezhi.people.reactions`; from this moment on they give no right.
    """
    actor.require("user.authorise")
    if officer not in Officer.values:
        raise Refused("unknown_officer", _("没有这种管理员。"), field="officer")
    if actor.user_id == user.pk:
        raise Refused("self_appointed", _("不能给自己任免管理员职责，请由另一位安全管理员办理。"), field="officer")
    if officer and not user.is_active:
        raise Refused("retired", _("账号已停用，不能担任管理员。"), field="officer")
    if officer == user.officer:
        return
    with unit():
        fact = Fact("user.officer_set", {"officer": officer, "before": user.officer})
        advance(user, fact, actor=actor, at=at, changes={"officer": officer, "sessions_after": at})
        touch(REGISTER)


def end_sessions(user: User, *, actor: Actor, at: datetime) -> None:
    """Sign the user out everywhere, for instance after a lost phone. One's own, or with `user.edit`."""
    require_self_or("user.edit", user, actor)
    with unit():
        advance(user, Fact("user.sessions_ended"), actor=actor, at=at, changes={"sessions_after": at})


def retire_user(user: User, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """Close an account for good: sessions and tokens end at once, posts through `gezhi.people.reactions`. Needs `user.edit`."""
    actor.require("user.edit")
    if actor.user_id == user.pk:
        raise Refused("self_retired", _("不能停用自己的账号，请由另一位系统管理员办理。"))
    if not user.is_active:
        return
    with unit():
        changes = {"is_active": False, "sessions_after": at, "officer": ""}
        advance(user, Fact("user.retired", note=reason), actor=actor, at=at, changes=changes)
        for token in ApiToken.objects.filter(user=user, revoked_at__isnull=True, expires_at__gt=at):
            advance(token, Fact("api_token.revoked"), actor=actor, at=at, changes={"revoked_at": at})
        touch(REGISTER)


def issue_token(user: User, *, actor: Actor, at: datetime, label: str, expires_at: datetime) -> tuple[ApiToken, str]:
    """A token with which a program acts for `user`, and its plain text, which nobody can read again. Needs `token.edit`.

    Nobody issues one for himself alone: whoever has a browser session for a minute must not walk away with a year's access.
    Refused: no label, an end in the past or more than a year away, an officer or a closed account.
    """
    actor.require("token.edit")
    label = typed(label, field="label", longest=60, empty=_("请写明令牌的用途。"))
    if not at < expires_at <= at + LONGEST_TOKEN_LIFE:
        raise Refused("bad_expiry", _("到期时间要在今后一年以内。"), field="expires_at")
    if not user.is_active or user.officer:
        raise Refused("no_program_user", _("停用的账号和管理员账号不能发放接口令牌。"), field="user")
    plain = PREFIX + secrets.token_urlsafe(32)
    with unit():
        token = ApiToken.objects.create(
            user=user, label=label, digest=digest_of(plain), created_at=at, expires_at=expires_at, version=1
        )
        fact = Fact("api_token.issued", {"user": user.pk, "expires_at": expires_at.isoformat()})
        found(token, fact, actor=actor, at=at)
        touch(REGISTER)
    return token, plain


def revoke_token(token: ApiToken, *, actor: Actor, at: datetime) -> None:
    """End a token now: its own user, or with `token.edit`. Repeating it is harmless."""
    if actor.user_id != token.user_id and not actor.may("token.edit"):
        raise Denied("token.edit")
    if token.revoked_at is not None:
        return
    with unit():
        advance(token, Fact("api_token.revoked"), actor=actor, at=at, changes={"revoked_at": at})
        touch(REGISTER)
