"""Work that comes down outside the catalogue: written down, refused with the standing sentence, and listed by who asked."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import unit
from gezhi.matters.models import OutsideRequest
from gezhi.matters.models.outside_request import Channel
from gezhi.matters.outside import sentence_on
from gezhi.people.models import Department
from gezhi.territory.models import Area

RIGHT = "matter.outside"
LONGEST = 2_000


def refuse_outside(
    *,
    actor: Actor,
    at: datetime,
    area_code: str,
    what: str,
    asked_on: date,
    channel: str,
    department_id: int | None = None,
    asker: str = "",
) -> OutsideRequest:
    """Write down who asked what, when and by which way, and refuse it. By the leader of a grid, or the clerk of a community, for their own area.

    Refused: nobody named, nothing said, a day to come, an area that isn't the actor's, no standing sentence of that day.
    """
    area = Area.objects.filter(code=area_code, is_active=True).first()
    if area is None or len(area.code) < 12 or not actor.may(RIGHT, area=area.code):
        raise Refused("not_your_area", _("请选择您负责的社区或网格。"), field="area_code")
    what = typed(what, field="what", longest=LONGEST, empty=_("请写明要网格做什么。"))
    asker = typed(asker, field="asker", longest=60)
    department = Department.objects.filter(pk=department_id).first() if department_id is not None else None
    if department is None and (department_id is not None or not asker):
        raise Refused("no_asker", _("请选择是哪个部门，或者写明是哪个单位。"), field="department_id")
    if channel not in Channel.values:
        raise Refused("no_such_channel", _("请选择是怎样布置下来的。"), field="channel")
    if asked_on.year < 2000 or asked_on > local_day(at):
        raise Refused("no_such_day", _("请核对日期，不能晚于今天。"), field="asked_on")
    with unit():
        request = OutsideRequest.objects.create(
            department=department,
            asker="" if department is not None else asker,
            area=area,
            area_code=area.code,
            what=what,
            channel=channel,
            asked_on=asked_on,
            sentence=sentence_on(local_day(at)),
            refused_by_id=actor.user_id,
            refused_at=at,
            version=1,
        )
        data = {
            "area": area.code,
            "department": department.pk if department is not None else None,
            "asked_on": asked_on.isoformat(),
            "channel": channel,
        }
        found(request, Fact("outside.refused", data), actor=actor, at=at)
    return request
