"""The skills of an all-round worker (全科), and who certifies whom."""

from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.workforce.actions.policies import shipped
from gezhi.workforce.models import Certification, Skill
from gezhi.workforce.places import is_in_charge

RIGHT, DISTRICT_RIGHT = "training.edit", "training.require"
LEVELS = (1, 2, 3)


def define_skill(*, actor: Actor, at: datetime, code: str, name: str, need: int = 1) -> Skill:
    """Enter a skill; `need` is the level from which a grid counts as covered. Needs `training.require` over the district."""
    actor.require(DISTRICT_RIGHT, area=settings.DISTRICT)
    code = typed(code, field="code", longest=30, empty=_("请填写代码。"))
    name = typed(name, field="name", longest=40, empty=_("请填写名称。"))
    require_level(need, "need")
    with unit():
        with first_come("code_taken", _("这个代码已经有了。"), field="code"):
            skill = Skill.objects.create(code=code, name=name, need=need, version=1)
        found(skill, Fact("skill.defined", {"code": code, "need": need}), actor=actor, at=at)
    return skill


def load_skills(*, actor: Actor, at: datetime) -> int:
    """The skills that come with Gezhi, each where the district has none of its code; how many were written."""
    known = set(Skill.objects.values_list("code", flat=True))
    rows = [row for row in shipped("skills.csv") if row["code"] not in known]
    with unit():
        for row in rows:
            define_skill(actor=actor, at=at, code=row["code"], name=row["name"], need=int(row["need"]))
    return len(rows)


def certify(
    user: User, skill: Skill, level: int, *, actor: Actor, at: datetime, until_on: date | None = None
) -> Certification:
    """Say that somebody has a skill at a level, until a day. A certificate before it is replaced. Nobody certifies himself."""
    today = local_day(at)
    if not is_in_charge(actor, user, RIGHT, on=today):
        raise Denied(RIGHT)
    if actor.user_id == user.pk:
        raise Refused("self", _("不能给自己认定技能。"), field="user")
    require_level(level, "level")
    if not skill.is_active:
        raise Refused("no_such_skill", _("这项技能已经停用。"), field="skill")
    if until_on is not None and until_on <= today:
        raise Refused("past", _("有效期要在今天以后。"), field="until_on")
    with unit():
        for older in Certification.objects.select_for_update().filter(user=user, skill=skill, ended_on__isnull=True):
            advance(older, Fact("certification.replaced"), actor=actor, at=at, changes={"ended_on": today})
        with first_come("certified_meanwhile", _("刚刚有人认定过，请看过最新情况再提交。")):
            row = Certification.objects.create(
                user=user, skill=skill, level=level, certified_by_id=actor.user_id, certified_on=today,
                until_on=until_on, version=1,
            )  # fmt: skip
        data = {"user": user.pk, "skill": skill.pk, "level": level}
        found(row, Fact("certification.given", data), actor=actor, at=at)
    return row


def withdraw_certification(row: Certification, *, actor: Actor, at: datetime, reason: str) -> None:
    today = local_day(at)
    if not is_in_charge(actor, row.user, RIGHT, on=today):
        raise Denied(RIGHT)
    if row.ended_on is not None:
        raise Refused("wrong_stage", _("这项认定已经结束。"))
    reason = typed(reason, field="reason", longest=200, empty=_("请写明理由。"))
    with unit():
        fact = Fact("certification.withdrawn", note=reason)
        advance(row, fact, actor=actor, at=at, changes={"ended_on": today})


def require_level(level: int, field: str) -> None:
    if level not in LEVELS:
        raise Refused("no_such_level", _("等级是 1 至 3。"), field=field)
