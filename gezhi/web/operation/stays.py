"""谁用了多少时间: the stays of a case on its desks, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from gezhi.cases.spells import spells
from gezhi.kernel.calendar import work_calendar
from gezhi.kernel.models import Event
from gezhi.web.operation.names import desk_name


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay. `share` of the longest, for a bar; times are working time."""

    desk: str
    since: datetime
    until: datetime | None
    taken_at: datetime | None
    used: str
    paused: str
    waited: str
    minutes: int
    longest: int


def stays(events: Sequence[Event], at: datetime) -> list[Stay]:
    """No statement while the calendar is warm."""
    found = spells(events, work_calendar(), until=at)
    longest = max((one.used for one in found), default=0)
    return [
        Stay(
            desk_name(one.desk_id),
            one.since,
            one.until,
            one.taken_at,
            working(one.used),
            working(one.paused) if one.paused else "",
            working(one.waited) if one.waited else "",
            one.used,
            max(longest, 1),
        )
        for one in found
    ]


def working(minutes: int) -> str:
    """Working time in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s 分钟") % {"minutes": rest}
    if not rest:
        return _("%(hours)s 小时") % {"hours": hours}
    return _("%(hours)s 小时 %(minutes)s 分钟") % {"hours": hours, "minutes": rest}
