"""Appointing: a post with where its holder came from, judged by the source rules of the day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from secrets import token_hex

from django.utils.translation import gettext_lazy as _

from gezhi.accounts.actions import NewUser, enter_users
from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import unit
from gezhi.people.actions.posts import Seat, require_seating, seat_many, seated
from gezhi.people.models import Appointment, Channel, Department, Desk, Manner, Post, Source
from gezhi.people.phones import require_phone
from gezhi.people.roles import Role
from gezhi.people.sources import NOT_ALLOWED, UNIT, Facts, Verdict, judge
from gezhi.people.standing_rules import source_rules

# Which of the three channels somebody comes by who is put somewhere anew.
NEEDS_REASON = _("与一般的选拔来源或条件不符，请写明例外的理由。")


@dataclass(frozen=True)
class Appointing:
    """Somebody to be appointed. `facts` are looked at and not kept; `reason` says why an exception is made."""

    user: User
    desk: Desk
    role: Role
    from_on: date
    source: Source
    channel: str
    until_on: date | None = None
    manner: str = ""
    department: Department | None = None
    facts: Facts = field(default_factory=Facts)
    reason: str = ""

    @property
    def seat(self) -> Seat:
        return Seat(self.user, self.desk, self.role, self.from_on, self.until_on)


def appoint(one: Appointing, *, actor: Actor, at: datetime) -> Post:
    """Give a post at a grid and keep where its holder came from. Needs `staff.edit` there.

    Refused: source_not_allowed, unit (an adviser without the sending unit), needs_reason with the codes in `unmet`, bad_channel, no_manner,
    and what `seat` refuses.
    """
    return appoint_many([one], actor=actor, at=at)[0]


def appoint_many(several: Sequence[Appointing], *, actor: Actor, at: datetime) -> list[Post]:
    """`appoint` for many, all or none, with seven statements a thousand. The refusal is about the first that can't be appointed."""
    for one in several:
        require_seating(actor, one.desk, one.role)
    verdicts = [verdict_of(one) for one in several]
    reasons = [typed(one.reason, field="reason", longest=200) for one in several]

    def told(number: int, post: Post) -> Fact:
        one, verdict = several[number], verdicts[number]
        known = {"source": one.source.code, "channel": one.channel, "manner": one.manner, "unmet": list(verdict.unmet)}
        data = (seated(post).data or {}) | {name: value for name, value in known.items() if value}
        return Fact("post.seated", data, note=reasons[number])

    with unit():
        posts = seat_many([one.seat for one in several], actor=actor, at=at, told=told)
        Appointment.objects.bulk_create(
            [
                Appointment(
                    post=post,
                    source=one.source,
                    channel=one.channel,
                    manner=one.manner,
                    unit=one.facts.unit.strip(),
                    department=one.department,
                    unmet=" ".join(verdict.unmet),
                    reason=reason,
                )
                for post, one, verdict, reason in zip(posts, several, verdicts, reasons, strict=True)
            ],
            batch_size=1000,
        )
    return posts


def verdict_of(one: Appointing) -> Verdict:
    """What the rules say of it; raises `Refused` where they say no, or want a reason that is missing."""
    if one.channel not in Channel.values:
        raise Refused("bad_channel", _("请选择是统一配备、审核选拔还是调整优化。"), field="channel")
    if one.role == Role.GRID_WORKER and one.manner not in Manner.values:
        raise Refused("no_manner", _("专职网格员要写明是下沉、转任还是招聘。"), field="manner")
    typed(one.facts.unit, field="unit", longest=60)
    verdict = judge(source_rules(), one.role, one.source.code, one.facts, one.from_on)
    named = {"role": Role(one.role).label, "source": one.source.name}
    if verdict.refused == NOT_ALLOWED:
        raise Refused(NOT_ALLOWED, _("%(role)s不能从%(source)s中选拔。") % named, field="source")
    if verdict.refused == UNIT:
        raise Refused(UNIT, _("从%(source)s选拔的%(role)s，必须写明派出或推荐单位。") % named, field="unit")
    if verdict.unmet and not one.reason.strip():
        raise Refused("needs_reason", NEEDS_REASON, field="reason", unmet=list(verdict.unmet))
    return verdict


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody without an account. `username` may stay empty."""

    name: str
    work_phone: str = ""
    username: str = ""


def enter_newcomers(several: Sequence[Newcomer], *, at: datetime, is_invented: bool = False) -> list[User]:
    """Accounts for people who are to be seated, in the name of the system: nobody signs in with them before the system officer has set a
    password, so the separation of duties stands. The caller has checked that these people may be seated."""
    news = [NewUser(one.username or f"p-{token_hex(6)}", one.name, one.work_phone) for one in several]
    return enter_users(news, actor=Actor.system("staff"), at=at, is_invented=is_invented)


def person_for(name: str, work_phone: str, *, at: datetime, is_invented: bool = False) -> User:
    """The account of somebody known by name and phone of the work; a new one, without a password, for whoever has none. The caller has
    checked that this person may be seated. Refused: empty, bad_phone."""
    name = typed(" ".join(name.split()), field="name", longest=40, empty=_("请填写姓名"))
    work_phone = require_phone(work_phone, empty=_("请填写工作电话"))
    known = User.objects.filter(name=name, work_phone=work_phone, is_active=True, officer="").order_by("pk").first()
    return known or enter_newcomers([Newcomer(name, work_phone)], at=at, is_invented=is_invented)[0]
