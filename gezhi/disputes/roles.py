"""Who takes part in a mediation, by role and never by name. Pure but for the translated names."""

from typing import Any

from django.utils.translation import gettext_lazy as _

# The sides by position, counted from 1.
SIDES: tuple[tuple[str, Any], ...] = (
    ("side1", _("甲方")),
    ("side2", _("乙方")),
    ("side3", _("丙方")),
    ("side4", _("丁方")),
    ("side5", _("戊方")),
    ("side6", _("己方")),
)
FEWEST_SIDES, MOST_SIDES = 2, len(SIDES)
# Who else may sit at the table.
OTHERS: tuple[tuple[str, Any], ...] = (
    ("community", _("社区工作人员")),
    ("grid", _("网格员")),
    ("justice", _("司法所")),
    ("police", _("派出所")),
    ("department", _("主管部门")),
    ("relative", _("亲友")),
    ("witness", _("见证人")),
)
LABELS: dict[str, Any] = dict((*SIDES, *OTHERS))


def side_name(position: int) -> Any:
    """甲方 for 1, 乙方 for 2 ..."""
    return SIDES[position - 1][1]


def present_choices(sides: int) -> list[tuple[str, Any]]:
    """Who may have been present where there are so many sides."""
    return [*SIDES[:sides], *OTHERS]
