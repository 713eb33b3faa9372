"""What every installation begins with: the formulas of the teams, sources and their rules, the seven professional forces. Pure.

Confirmed are those that the district's own description names; the others are proposals until the district names them.
"""

from typing import NamedTuple

from gezhi.people.roles import Role
from gezhi.people.sources import COLLEGE, OPEN_ROUND, PARTY_MEMBER, UNIT


class StaffingRow(NamedTuple):
    kind: str
    role: Role
    position: int
    symbol: str
    fewest: int


# 居民区网格 1+1+N+X, 专属网格 1+X+Y. "Some" (若干名) is at least one.
STAFFING = (
    StaffingRow("residential", Role.GRID_LEADER, 1, "1", 1),
    StaffingRow("residential", Role.GRID_WORKER, 2, "1", 1),
    StaffingRow("residential", Role.PART_TIME_WORKER, 3, "N", 1),
    StaffingRow("residential", Role.ADVISER, 4, "X", 1),
    StaffingRow("dedicated", Role.GRID_LEADER, 1, "1", 1),
    StaffingRow("dedicated", Role.ADVISER, 2, "X", 1),
    StaffingRow("dedicated", Role.PART_TIME_WORKER, 3, "Y", 1),
)


class SourceRow(NamedTuple):
    code: str
    name: str


SOURCES = (
    SourceRow("committees", "社区“两委”成员"),
    SourceRow("open_recruitment", "公开招聘"),
    SourceRow("sunk_worker", "下沉工作人员"),
    SourceRow("transferred_worker", "转任工作人员"),
    SourceRow("party_household", "党员中心户"),
    SourceRow("volunteer", "志愿者"),
    SourceRow("property_steward", "物业管家"),
    SourceRow("unit_liaison", "驻区单位联络人"),
    SourceRow("new_organisation", "“两新”组织党组织负责人"),
    SourceRow("district_unit", "区属机关企事业单位工作人员"),
    SourceRow("community_worker", "社区专职工作者"),
)


class SourceRuleRow(NamedTuple):
    role: Role
    source: str
    is_usual: bool
    needs: tuple[str, ...] = ()


SOURCE_RULES = (
    SourceRuleRow(Role.GRID_LEADER, "committees", True, (PARTY_MEMBER,)),
    SourceRuleRow(Role.GRID_LEADER, "community_worker", False, (PARTY_MEMBER,)),
    SourceRuleRow(Role.GRID_LEADER, "new_organisation", False, (PARTY_MEMBER,)),
    SourceRuleRow(Role.GRID_WORKER, "open_recruitment", True, (COLLEGE, OPEN_ROUND)),
    SourceRuleRow(Role.GRID_WORKER, "sunk_worker", True, (COLLEGE,)),
    SourceRuleRow(Role.GRID_WORKER, "transferred_worker", True, (COLLEGE,)),
    SourceRuleRow(Role.PART_TIME_WORKER, "party_household", True),
    SourceRuleRow(Role.PART_TIME_WORKER, "volunteer", True),
    SourceRuleRow(Role.PART_TIME_WORKER, "property_steward", True),
    SourceRuleRow(Role.PART_TIME_WORKER, "unit_liaison", True, (UNIT,)),
    SourceRuleRow(Role.PART_TIME_WORKER, "new_organisation", True, (UNIT,)),
    SourceRuleRow(Role.PART_TIME_WORKER, "community_worker", False),
    SourceRuleRow(Role.ADVISER, "district_unit", True, (UNIT,)),
)


class ForceRow(NamedTuple):
    code: str
    name: str
    is_confirmed: bool


# The description counts seven and names three.
FORCES = (
    ForceRow("police", "民警", True),
    ForceRow("traffic_police", "交警", True),
    ForceRow("justice", "司法调解对接员", True),
    ForceRow("force_4", "第四类", False),
    ForceRow("force_5", "第五类", False),
    ForceRow("force_6", "第六类", False),
    ForceRow("force_7", "第七类", False),
)
