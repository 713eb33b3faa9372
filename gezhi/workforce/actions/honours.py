"""Honours of people and units: entered with their certificate and the result they were given for, revoked with a reason."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.models import Event, StoredFile
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import unit
from gezhi.people.models import Desk
from gezhi.workforce.models import Honour
from gezhi.workforce.models.honours import HonourLevel
from gezhi.workforce.places import is_in_charge

RIGHT = "honour.edit"


def enter_honour(
    *, actor: Actor, at: datetime, title: str, level: str, granted_by: str, granted_on: date, user: User | None = None,
    desk: Desk | None = None, result: str = "", result_of: tuple[str, int] | None = None,
    certificate: StoredFile | None = None,
) -> Honour:  # fmt: skip
    """Enter an honour of one person or one unit. `result_of` names the row that it rests on, by kind and key. Needs `honour.edit` there."""
    if (user is None) == (desk is None):
        raise Refused("of_one", _("请选择一个人，或者一个单位。"), field="user")
    require_here(user, desk, actor, at)
    title = typed(title, field="title", longest=80, empty=_("请写明荣誉名称。"))
    granted_by = typed(granted_by, field="granted_by", longest=80, empty=_("请写明由谁授予。"))
    result = typed(result, field="result", longest=200)
    if level not in HonourLevel.values:
        raise Refused("no_such_level", _("请选择级别。"), field="level")
    if granted_on > local_day(at):
        raise Refused("future", _("授予日期不能晚于今天。"), field="granted_on")
    kind, key = result_of or ("", None)
    if key is not None and not Event.objects.filter(subject_kind=kind, subject_id=key).exists():
        raise Refused("no_such_result", _("没有找到所依据的结果。"), field="result")
    with unit():
        honour = Honour.objects.create(
            title=title, level=level, granted_by=granted_by, granted_on=granted_on, user=user, desk=desk, result=result,
            result_kind=kind, result_id=key, certificate=certificate, version=1,
        )  # fmt: skip
        data = {"user": honour.user_id, "desk": honour.desk_id, "level": level}
        found(honour, Fact("honour.entered", data), actor=actor, at=at)
    return honour


def revoke_honour(honour: Honour, *, actor: Actor, at: datetime, reason: str) -> None:
    """It was taken back by whoever gave it. The row stays."""
    require_here(honour.user, honour.desk, actor, at)
    if honour.revoked_on is not None:
        raise Refused("wrong_stage", _("这项荣誉已经撤销。"))
    reason = typed(reason, field="reason", longest=200, empty=_("请写明理由。"))
    with unit():
        fact = Fact("honour.revoked", note=reason)
        advance(honour, fact, actor=actor, at=at, changes={"revoked_on": local_day(at)})


def require_here(user: User | None, desk: Desk | None, actor: Actor, at: datetime) -> None:
    if user is not None and not is_in_charge(actor, user, RIGHT, on=local_day(at)):
        raise Denied(RIGHT)
    if desk is not None:
        actor.require(RIGHT, area=desk.area.code, desk_id=desk.pk)
