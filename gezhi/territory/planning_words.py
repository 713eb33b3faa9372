"""What the planner says, in words: features that it could not take, grids that are out of range, files that can't be read. Pure but for the texts."""

from typing import Any

from django.utils.translation import gettext_lazy as _

REFUSALS: dict[str, Any] = {
    "no_geometry": _("没有图形或图形读不出"),
    "not_numbers": _("坐标不是数字"),
    "outside_china": _("坐标不在中国范围内；投影坐标请先转换成经纬度"),
    "swapped": _("经度和纬度写反了"),
    "invalid": _("图形有误，修不好"),
    "households": _("户数不是非负整数"),
    "people": _("人数不是非负整数"),
    "subtype": _("没有这个专属网格类型"),
    "outside_communities": _("不在任何社区里面"),
    "no_code": _("没有编码也没有名称"),
    "code_twice": _("编码重复"),
    "not_polygon": _("图形的种类不对"),
}
REASONS: dict[str, Any] = {
    "unit_above": _("含有一个超过上限、不能再分的单元"),
    "land_below": _("这片相连的土地总数不足一个网格"),
    "land_between": _("这片相连的土地总数介于几个网格之间，怎么分都不合"),
    "impossible": _("已证明：这片土地没有全部合规的分法"),
    "open": _("没有找到合规的分法，也没有证明不存在"),
}
FILES: dict[str, Any] = {
    "format": _("不是 GeoJSON、CSV 或 ZIP 里的 Shapefile"),
    "encoding": _("文字编码不是 UTF-8 或 GB 18030"),
    "columns": _("缺少经纬度列"),
    "archive": _("压缩包里没有能读的 Shapefile"),
}
