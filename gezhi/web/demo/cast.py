"""Who can be entered as: for each role one invented person, chosen so that they work with each other on the same ground."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import Officer, User
from gezhi.people.access import valid_on
from gezhi.people.models import Post
from gezhi.people.roles import Role


@dataclass(frozen=True, slots=True)
class Part:
    """A card on the landing page: the role, its holder, the desk, and what the first ten seconds show."""

    user_id: int
    name: str
    role: Any
    desk: str
    shows: Any


SHOWS: dict[Role, Any] = {
    Role.GRID_WORKER: _("我的网格里有什么在等我认领、每一件还剩多少时间。认领一件，写下结果，办结。"),
    Role.GRID_LEADER: _("整个网格的事：谁手上有什么，哪件快到期。可以派给网格里的人。"),
    Role.PART_TIME_WORKER: _("网格里等着认领的小事，顺手就能办一件。"),
    Role.COMMUNITY_CLERK: _("新来的反映：看建议的事项，受理，系统写明派到哪里、为什么。网格办不了的在这里协调。"),
    Role.STREET_CLERK: _("本街道所有在办的事，红黄绿一目了然。签收、派发、核查、答复。"),
    Role.DISTRICT_CLERK: _("全区的事：只知道大概地点的反映由这里受理，跨街道的由这里协调。"),
    Role.DEPARTMENT_HANDLER: _("派给本部门的事：签收，办理，写下结果。"),
    Role.DEPARTMENT_LEAD: _("本部门手上的事和时限，可以转派。"),
    Role.INSPECTOR: _("全区的事只看不办：核查结果是否属实，不属实的退回重办。"),
    Role.ADVISER: _("所指导网格的事，只看和补充意见。"),
    Role.SPECIALIST: _("与自己专业有关的事，只看和补充意见。"),
    Role.ASSESSOR: _("街道里的事和时限，为考核提供依据。"),
    Role.SUPPORT_CLERK: _("服务保障：哪些网格缺人、谁的岗位快到期、什么等着审核。一处看全，点开就能补上。"),
}
DUTIES: dict[Officer, Any] = {
    Officer.SYSTEM: _("开设和停用账号。看不到任何一件事：管系统的人不办事。"),
    Officer.SECURITY: _("任免三员。同样看不到任何一件事。"),
    Officer.AUDIT: _("看操作记录。同样看不到任何一件事。"),
}


def cast(*, on: date) -> list[Part]:
    """One card a role that somebody holds on this day, in the order of work; then the three officers. One query a role.

    The demo enters its protagonists first, people who work with each other on the same ground; so the lowest number of a user wins.
    """
    parts = []
    for role, shows in SHOWS.items():
        post = (
            Post.objects.filter(
                valid_on(on), role=role, user__is_invented=True, user__is_active=True, desk__is_open=True
            )
            .select_related("user", "desk")
            .order_by("user_id", "id")
            .first()
        )
        if post is not None:
            parts.append(Part(post.user_id, post.user.name, role.label, post.desk.name, shows))
    officers = User.objects.filter(is_invented=True, is_active=True, officer__in=list(DUTIES)).order_by("id")
    by_duty: dict[str, User] = {}
    for officer in officers:
        by_duty.setdefault(officer.officer, officer)
    for user in by_duty.values():
        duty = Officer(user.officer)
        parts.append(Part(user.pk, user.name, duty.label, "", DUTIES[duty]))
    return parts
