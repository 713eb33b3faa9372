"""Which column of a file is what. Pure but for the translated reasons.

A mapping is JSON: `{"system": "12345", "columns": {"number": "工单编号", "text": "诉求内容", ...}, "kind": "request"}`. A column may be named by a
list of headings, of which the first one present counts.
"""

import csv
import json
import re
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.refusals import Refused

FIELDS = (
    "number", "title", "text", "said_at", "reporter_name", "reporter_phone", "address",
    "lng", "lat", "area_code", "matter_code", "answer", "answered_at",
)  # fmt: skip
NEEDED = ("number", "said_at")
MOST_IN_TITLE = 80
# What systems give as numbers: no spaces, no Chinese but the brackets of 〔2025〕, at least one digit.
NUMBER = re.compile(r"(?=.*\d)[0-9A-Za-z][0-9A-Za-z_\-./:#〔〕]{0,39}", re.ASCII)
# 2019/4/25 9:32:09, 2019-04-25 09:32, 2019年4月25日 9时32分, 20190425093209, 2019-04-25T09:32:09.123+08:00
SAID_AT = re.compile(
    r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?"
    r"(?:[T\s]*(\d{1,2})[:时]?(\d{1,2})(?:[:分]?(\d{1,2})(?:\.\d+)?秒?)?分?)?\s*(Z|[+-]\d\d:?\d\d)?"
)


@dataclass(frozen=True, slots=True)
class Message:
    """One row, understood. Texts are trimmed; `said_at` is aware; "" or None where the file says nothing."""

    line: int
    number: str
    title: str
    text: str
    said_at: datetime
    reporter_name: str = ""
    reporter_phone: str = ""
    address: str = ""
    lng: float | None = None
    lat: float | None = None
    area_code: str = ""
    matter_code: str = ""
    answer: str = ""
    answered_at: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """`columns` says for each of `FIELDS` under which headings it may stand."""

    system: str
    columns: dict[str, tuple[str, ...]]
    kind: str = "request"
    crs: str = "wgs84"
    delimiter: str = ","
    about: str = ""

    @classmethod
    def of(cls, facts: dict[str, Any]) -> "Mapping":
        """From JSON. Raises `Refused` where it can't be one."""
        columns = facts.get("columns")
        if not isinstance(columns, dict) or not isinstance(facts.get("system"), str) or not facts["system"]:
            raise Refused("bad_mapping", _("对照表要有 system（来源系统）和 columns（各列的表头）。"))
        unknown = sorted(set(columns) - set(FIELDS))
        if unknown:
            raise Refused("bad_mapping", _("对照表里有不认识的字段：%(names)s。") % {"names": "、".join(unknown)})
        if missing := [name for name in NEEDED if name not in columns]:
            raise Refused("bad_mapping", _("对照表缺少必要的字段：%(names)s。") % {"names": "、".join(missing)})
        if "text" not in columns and "title" not in columns:
            raise Refused("bad_mapping", _("对照表缺少必要的字段：%(names)s。") % {"names": "text"})
        named = {name: (head,) if isinstance(head, str) else tuple(head) for name, head in columns.items()}
        extra = {name: str(facts[name]) for name in ("kind", "crs", "delimiter", "about") if name in facts}
        return cls(system=facts["system"], columns=named, **extra)

    def layout(self, header: list[str], zone: tzinfo) -> "Layout":
        """This mapping on the header of one file. Raises `Refused` when a needed column isn't there."""
        heads = [head.strip() for head in header]
        at = {
            name: heads.index(found)
            for name, names in self.columns.items()
            if (found := next((head for head in names if head in heads), None)) is not None
        }
        missing = [name for name in NEEDED if name not in at]
        if "text" not in at and "title" not in at:
            missing.append("text")
        if missing:
            wanted = "；".join("、".join(self.columns.get(name, (name,))) for name in missing)
            raise Refused(
                "missing_columns",
                _("文件里没有这些列：%(wanted)s。文件的表头是：%(heads)s。")
                % {"wanted": wanted, "heads": "、".join(head[:20] for head in heads[:30])},
            )
        return Layout(len(heads), at, zone)


@dataclass(frozen=True)
class Layout:
    """Where each field stands in the rows of one file."""

    width: int
    at: dict[str, int]
    zone: tzinfo
    dates: dict[str, datetime] = field(default_factory=dict, compare=False)

    def cell(self, row: list[str], name: str) -> str:
        position = self.at.get(name)
        return row[position].strip() if position is not None else ""

    def is_plausible(self, row: list[str]) -> bool:
        """Could this be a whole row? The right number of columns, a number that looks like one, a time that is one."""
        return len(row) == self.width and bool(NUMBER.fullmatch(self.cell(row, "number"))) and self.has_time(row)

    def may_begin(self, line: str, delimiter: str) -> bool:
        """Do a number and a time stand where a row's would stand? A quoted cell may reach over the line before the time comes."""
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            return False
        if len(cells) < 2 or not NUMBER.fullmatch(self.cell([*cells, *[""] * self.width], "number")):
            return False
        return self.has_time(cells) if len(cells) > self.at["said_at"] else line.count('"') % 2 == 1

    def has_time(self, row: list[str]) -> bool:
        try:
            instant_of(self.cell(row, "said_at"), self.zone)
        except ValueError:
            return False
        return True

    def message(self, row: list[str], line: int) -> Message:
        """The row as a message. Raises `Refused` with the reason."""
        if len(row) != self.width:
            raise Refused(
                "columns",
                _("应有 %(wanted)s 列，这一行有 %(found)s 列（可能少了引号或逗号）。")
                % {"wanted": self.width, "found": len(row)},
            )
        number = self.cell(row, "number")
        if not NUMBER.fullmatch(number):
            raise Refused("number", _("编号是空的，或者不像编号：%(text)s。") % {"text": number[:20] or "—"})
        try:
            said_at = instant_of(self.cell(row, "said_at"), self.zone)
        except ValueError:
            raise Refused(
                "said_at", _("时间认不出来：%(text)s。") % {"text": self.cell(row, "said_at")[:30] or "—"}
            ) from None
        title, text = self.cell(row, "title"), self.cell(row, "text")
        if len(title) > MOST_IN_TITLE:
            # Nothing is lost: the whole title goes ahead of the text.
            title, text = title[: MOST_IN_TITLE - 1] + "…", f"{title}\n{text}"
        return Message(
            line=line,
            number=number,
            title=title,
            text=text or title,
            said_at=said_at,
            lng=self.degrees(row, "lng"),
            lat=self.degrees(row, "lat"),
            **{
                name: self.cell(row, name)
                for name in (
                    "reporter_name", "reporter_phone", "address", "area_code", "matter_code", "answer", "answered_at"
                )
            },
        )  # fmt: skip

    def degrees(self, row: list[str], name: str) -> float | None:
        text = self.cell(row, name)
        if not text:
            return None
        try:
            return float(text)
        except ValueError:
            raise Refused(name, _("坐标不是数字：%(text)s。") % {"text": text[:20]}) from None


def instant_of(text: str, zone: tzinfo) -> datetime:
    """A time as people and programs write it, in `zone` unless it says its own. ValueError for what is no time."""
    match = SAID_AT.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second, offset = match.groups()
    naive = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001 - the zone follows
    if offset:
        return datetime.fromisoformat(f"{naive.isoformat()}{'+00:00' if offset == 'Z' else offset}")
    return naive.replace(tzinfo=zone)


BUILT_IN: dict[str, Mapping] = {
    "leader-messages": Mapping(
        system="leader-messages",
        about="网上留言及答复：留言编号、留言用户、留言主题、留言时间、留言详情、答复意见、答复时间",
        columns={
            "number": ("留言编号",),
            "reporter_name": ("留言用户",),
            "title": ("留言主题", "留言标题"),
            "said_at": ("留言时间",),
            "text": ("留言详情", "留言内容"),
            "answer": ("答复意见", "答复内容"),
            "answered_at": ("答复时间",),
        },
    ),
    "hotline-12345": Mapping(
        system="12345",
        about="热线工单：工单编号、来电时间、诉求标题、诉求内容、来电人、联系电话、诉求地址、经度、纬度",
        columns={
            "number": ("工单编号", "工单号", "编号"),
            "said_at": ("来电时间", "受理时间", "登记时间", "诉求时间"),
            "title": ("诉求标题", "工单标题", "标题"),
            "text": ("诉求内容", "工单内容", "内容"),
            "reporter_name": ("来电人", "诉求人", "姓名"),
            "reporter_phone": ("联系电话", "来电号码", "电话"),
            "address": ("诉求地址", "事发地址", "地址"),
            "lng": ("经度",),
            "lat": ("纬度",),
            "area_code": ("区域代码", "区划代码"),
            "matter_code": ("事项代码",),
            "answer": ("答复内容", "办理结果"),
            "answered_at": ("答复时间", "办结时间"),
        },
    ),
}


def mapping_named(name: str) -> Mapping:
    """A built-in mapping, or one from a JSON file. Raises `Refused` when there is neither."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    path = Path(name)
    if not path.is_file():
        raise Refused(
            "no_such_mapping",
            _("没有这个对照表：%(name)s。内置的有：%(known)s；也可以给一个 JSON 文件。")
            % {"name": name, "known": "、".join(BUILT_IN)},
        )
    try:
        facts = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise Refused("bad_mapping", _("对照表读不出来：%(error)s。") % {"error": error}) from error
    if not isinstance(facts, dict):
        raise Refused("bad_mapping", _("对照表要有 system（来源系统）和 columns（各列的表头）。"))
    return Mapping.of(facts)
