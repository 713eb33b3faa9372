"""Sub-types of dedicated grids that every installation begins with. Pure.

Confirmed are those that the district's own description names; the others are proposals until the district confirms them.
"""

from typing import NamedTuple


class SubtypeRow(NamedTuple):
    code: str
    name: str
    is_confirmed: bool


GRID_SUBTYPES = (
    SubtypeRow("office_building", "商务楼宇", True),
    SubtypeRow("park", "功能园区", True),
    SubtypeRow("authority", "机关", True),
    SubtypeRow("enterprise", "企事业单位", True),
    SubtypeRow("river", "河流", True),
    SubtypeRow("mountain", "山地", True),
    SubtypeRow("market", "市场", False),
    SubtypeRow("school", "学校", False),
    SubtypeRow("hospital", "医院", False),
    SubtypeRow("other", "其他", False),
)
