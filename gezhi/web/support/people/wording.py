"""Words and columns that several pages of the rooms 组织 and 队伍 share."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.kernel.workbooks import Column
from gezhi.people.models import Post
from gezhi.people.roles import Role
from gezhi.people.sources import COLLEGE, OPEN_ROUND, PARTY_MEMBER, UNIT, UNUSUAL
from gezhi.people.staffing import Filled
from gezhi.territory.models import GridKind
from gezhi.web.support.sheets import Cell

UNMET = {
    UNUSUAL: gettext_lazy("不是一般来源"),
    PARTY_MEMBER: gettext_lazy("不是党员"),
    COLLEGE: gettext_lazy("没有大专以上学历"),
    OPEN_ROUND: gettext_lazy("没有经过公开招聘"),
    UNIT: gettext_lazy("没有写明单位"),
}


def unmet_words(codes: str) -> str:
    """「不是党员、不是一般来源」 from codes with blanks between."""
    return "、".join(str(UNMET.get(code, code)) for code in codes.split())


def term_of(post: Post) -> str:
    """「2026-03-01 至 2026-12-31」, open at the end where it is."""
    if post.until_on is None:
        return _("%(first)s 起") % {"first": post.from_on.isoformat()}
    return _("%(first)s 至 %(last)s") % {"first": post.from_on.isoformat(), "last": post.until_on.isoformat()}


def role_of(post: Post) -> str:
    label = str(Role(post.role).label)
    return _("%(role)s（副）") % {"role": label} if post.is_deputy else label


def gap_columns() -> list[Column]:
    return [
        Column(_("网格类别"), 8),
        Column(_("岗位"), 8),
        Column(_("公式里")),
        Column(_("网格数")),
        Column(_("应配（人）")),
        Column(_("在岗（人）")),
        Column(_("还缺（人）")),
        Column(_("无人的网格")),
        Column(_("满足率（%）")),
    ]


def gap_rows(several: Iterable[Filled]) -> list[list[Any]]:
    return [
        [
            str(GridKind(one.place.kind).label),
            str(Role(one.place.role).label),
            one.place.symbol,
            one.grids,
            one.needed,
            one.present,
            Cell(one.missing, state="bad") if one.missing else 0,
            Cell(one.empty, state="bad") if one.empty else 0,
            Cell(round(one.percent, 1)) if one.percent is not None else None,
        ]
        for one in several
    ]
