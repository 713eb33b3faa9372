"""Dictionaries that every installation begins with: sub-types of grids, categories of resources, names of the structure. Pure.

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


class CategoryRow(NamedTuple):
    code: str
    name: str
    is_confirmed: bool


# Twelve categories of resources come down to the grids; the district's description names the first three.
RESOURCE_CATEGORIES = (
    CategoryRow("party", "党建", True),
    CategoryRow("order", "综治", True),
    CategoryRow("city_management", "城管", True),
    CategoryRow("civil_affairs", "民政", False),
    CategoryRow("social_security", "社会保障", False),
    CategoryRow("health", "卫生健康", False),
    CategoryRow("emergency", "应急消防", False),
    CategoryRow("market", "市场监管", False),
    CategoryRow("housing", "住房建设", False),
    CategoryRow("justice", "司法调解", False),
    CategoryRow("culture", "文化教育", False),
    CategoryRow("volunteers", "志愿服务", False),
)


class StructureRow(NamedTuple):
    group: str
    code: str
    name: str
    counts: str
    is_confirmed: bool


# 三级平台、四级网格、五级管理. The description doesn't say what the fifth level of management is.
STRUCTURE = (
    StructureRow("platform", "command", "综合指挥平台", "", True),
    StructureRow("platform", "operation", "网格运行平台", "", True),
    StructureRow("platform", "support", "服务保障平台", "", True),
    StructureRow("grid_level", "district", "区", "district", True),
    StructureRow("grid_level", "street", "街道", "street", True),
    StructureRow("grid_level", "community", "社区（村）", "community", True),
    StructureRow("grid_level", "grid", "网格", "grid", True),
    StructureRow("management", "district", "区级", "district", True),
    StructureRow("management", "street", "街道级", "street", True),
    StructureRow("management", "community", "社区（村）级", "community", True),
    StructureRow("management", "grid", "网格级", "grid", True),
    StructureRow("management", "courtyard", "楼院级", "", False),
)


class SizeRow(NamedTuple):
    kind: str
    fewest_households: int
    most_households: int
    most_people: int
    basis: str


# 以300—500户或1000人为单位. How many people are far above a thousand is our proposal.
SIZE_RULES = (SizeRow("residential", 300, 500, 1500, "以300—500户或1000人为单位"),)
