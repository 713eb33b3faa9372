"""The land in words: what happened to a plan, what is wrong with a division, what moves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.kernel.models import Event
from gezhi.territory.codes import level_of
from gezhi.territory.coverage import Defect
from gezhi.territory.models import ChangeKind, Plan
from gezhi.territory.models import Level as LevelChoice
from gezhi.territory.plan_worklist import missing_reviews
from gezhi.territory.queries import area_name, name_path
from gezhi.territory.sizes import Limits, Reason
from gezhi.territory.workflow import OPEN_TO_CHANGE, PlanStage

Data = dict[str, Any]


def level_name(code: str) -> str:
    return str(LevelChoice(level_of(code)).label)


def short(code: str) -> str:
    """The name of an area by its code; the code itself where it is not known."""
    known = area_name(code)
    return known.short_name if known is not None else code


def listed(codes: list[str]) -> str:
    return "、".join(short(code) for code in codes)


# --- the timeline ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the way. `tone`: plain, good, bad, or quiet (the clock)."""

    at: datetime
    who: str
    sentence: str
    note: str
    tone: str


def plainly(sentence: Any) -> Callable[[Data], str]:
    return lambda data: str(sentence)


def drafted(data: Data) -> str:
    if data.get("about") and "changes" not in data:
        return _("起草了撤回方案。")
    return _("起草，更正方案 %(about)s。") % {"about": data["about"]} if data.get("about") else _("起草。")


def revised(data: Data) -> str:
    if data.get("added"):
        kinds = [str(ChangeKind(kind).label) for kind in data["added"] if kind in ChangeKind.values]
        return _("加了调整：%(kinds)s。") % {"kinds": "、".join(kinds)}
    if data.get("dropped") in ChangeKind.values:
        return _("删去一项调整：%(kind)s。") % {"kind": ChangeKind(data["dropped"]).label}
    if data.get("described"):
        return _("改了区域 %(key)s 的名称、户数或四至。") % {"key": data["described"]}
    return _("修改了方案。")


def reviewed(data: Data) -> str:
    streets = listed(data.get("streets") or [])
    return _("%(streets)s初审通过。") % {"streets": streets}


SENTENCES: dict[str, tuple[Callable[[Data], str], str]] = {
    "plan.drafted": (drafted, "plain"),
    "plan.revised": (revised, "plain"),
    "plan.submitted": (plainly(gettext_lazy("提报，划分证明成立。")), "plain"),
    "plan.reviewed": (reviewed, "good"),
    "plan.returned": (plainly(gettext_lazy("街道退回。")), "bad"),
    "plan.approved": (plainly(gettext_lazy("区级核准，到期生效。")), "good"),
    "plan.rejected": (plainly(gettext_lazy("区级退回。")), "bad"),
    "plan.withdrawn": (plainly(gettext_lazy("撤回。")), "bad"),
    "plan.took_effect": (plainly(gettext_lazy("生效。")), "good"),
    "plan.cancelled": (plainly(gettext_lazy("由撤回方案撤销。")), "bad"),
    "plan.bounced": (plainly(gettext_lazy("到期时边界已有变化，没有生效，退回提报方。")), "bad"),
}


def told(event: Event) -> Told:
    """An event of a plan as a sentence; one that is not in the table shows its name."""
    sentence, tone = SENTENCES.get(event.name, (plainly(_("记录：%(name)s") % {"name": event.name}), "quiet"))
    # The reason of a plan stands at its head; repeated at every change it would bury what people said to each other.
    note = "" if event.name in ("plan.drafted", "plan.revised") else event.note
    return Told(event.at, event.actor_name, sentence(event.data), note, tone)


def turn_words(plan: Plan) -> str:
    """For whom the plan waits."""
    match plan.stage:
        case stage if stage in OPEN_TO_CHANGE:
            return _("等提报方（%(scope)s）") % {"scope": short(plan.scope.code)}
        case PlanStage.PROPOSED:
            return _("等街道初审：%(streets)s") % {"streets": listed(missing_reviews(plan)) or short(plan.scope.code)}
        case PlanStage.REVIEWED:
            return _("等区级核准")
        case PlanStage.APPROVED:
            day = date_format(plan.takes_effect_on, "Y-m-d")
            return _("%(day)s 零点以后自动生效") % {"day": day}
        case _:
            return ""


DONE = {
    "submit": gettext_lazy("已提报，等街道初审。"),
    "review": gettext_lazy("初审通过。"),
    "return": gettext_lazy("已退回提报方。"),
    "approve": gettext_lazy("已核准。"),
    "reject": gettext_lazy("已退回提报方。"),
    "withdraw": gettext_lazy("已撤回。"),
}


# --- what is wrong, and what moves ----------------------------------------------------------------------------------

KINDS = {
    "gap": gettext_lazy("缝隙"),
    "overlap": gettext_lazy("重叠"),
    "outside": gettext_lazy("越界"),
    "self_crossing": gettext_lazy("自相交"),
    "sliver": gettext_lazy("碎片"),
    "one_sided": gettext_lazy("单边顶点"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A defect as the page lists it; `number` is the mark on the map."""

    number: int
    kind: str
    is_grave: bool
    around: str
    size: str
    areas: str
    lng: float
    lat: float


def fault_of(number: int, around: str, defect: Defect, *, names: Mapping[str, str] | None = None) -> Fault:
    known = names or {}
    areas = "、".join(known.get(code) or short(code) for code in defect.polygons)
    size = "" if not defect.area else _("%(area)s 平方米，平均宽 %(width)s 米") % {
        "area": f"{defect.area:,.2f}", "width": f"{defect.width:.3f}"
    }  # fmt: skip
    kind = str(KINDS[defect.kind.value])
    if defect.is_thin:
        kind = _("细小%(kind)s") % {"kind": kind}
    return Fault(
        number, kind, defect.kind != "one_sided", short(around) if around else "", size, areas, defect.lng, defect.lat
    )


MOVES = {
    "resources": gettext_lazy("资源配置"),
    "desks_closing": gettext_lazy("停用岗台"),
    "desks_opening": gettext_lazy("新开岗台"),
    "posts_moving": gettext_lazy("随之转移的岗位"),
    "posts_ending": gettext_lazy("到期终止的岗位"),
    "open_cases": gettext_lazy("未结事件"),
    "open_calls": gettext_lazy("未结呼叫"),
    "partners": gettext_lazy("共建单位"),
    "offers": gettext_lazy("共建资源"),
    "needs": gettext_lazy("共建需求"),
    "cobuild_projects": gettext_lazy("共建项目"),
    "brand_sites": gettext_lazy("品牌站点"),
    "grid_features": gettext_lazy("特色网格"),
    "volunteer_teams": gettext_lazy("志愿战队"),
    "help_requests": gettext_lazy("志愿求助"),
    "open_disputes": gettext_lazy("未结纠纷"),
}


def moves_of(moves: Mapping[str, Mapping[str, int]]) -> list[tuple[str, int]]:
    """What goes along, in the order of the table; a count that came later shows its name."""
    counts: dict[str, int] = {}
    for of_follower in moves.values():
        for name, count in of_follower.items():
            counts[name] = counts.get(name, 0) + count
    order = [*MOVES, *(name for name in counts if name not in MOVES)]
    return [(str(MOVES.get(name, name)), counts[name]) for name in order if name in counts]


REASONS: dict[Reason, Any] = {
    "few_households": gettext_lazy("户数不足"),
    "many_households": gettext_lazy("户数超出"),
    "many_people": gettext_lazy("人口过多"),
    "unknown": gettext_lazy("户数不明"),
}


def reason_words(reason: Reason, limits: Limits) -> str:
    """Why a grid is not of the right size, with the number that the rule says."""
    match reason:
        case "few_households":
            return _("不足 %(n)d 户") % {"n": limits.fewest_households}
        case "many_households":
            return _("超过 %(n)d 户") % {"n": limits.most_households}
        case "many_people":
            return _("人口远超一千，超过 %(n)d 人") % {"n": limits.most_people}
        case _:
            return _("户数不明")


def place_words(code: str) -> str:
    return name_path(code, with_district=True) if len(code) == 6 else name_path(code)
