"""Coverage of the grids with its gaps, posts without a secretary, organisations that lag behind."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.kernel.workbooks import Column
from gezhi.party.access import served
from gezhi.party.coverage import Coverage, CoverageLine, coverage
from gezhi.party.lagging import Lagging, lagging
from gezhi.party.models import PartyOrg
from gezhi.party.queries import vacancies
from gezhi.territory.models import GridKind
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.page import for_support, show
from gezhi.web.support.party.page import ROOM, Cell, Listing, Scope, scope_of, today, workbook
from gezhi.web.support.party.views.orgs import url_of
from gezhi.web.support.party.wording import GAPS, gap_words, lag_words

SEE = "party.see"
MOST_SHOWN = 300
KINDS = {"": "residential", "dedicated": "dedicated", "all": ""}


# --- coverage -----------------------------------------------------------------------------------------------------------


def asked(request: DeskRequest) -> tuple[Scope, str, str]:
    """The area, which grids, and the gap that is looked at ("" for all of them)."""
    kind, gap = request.GET.get("kind", ""), request.GET.get("gap", "")
    return scope_of(request, SEE), kind if kind in KINDS else "", gap if gap in GAPS else ""


def link(scope: str, kind: str, gap: str) -> str:
    asked_ = {"area": scope, "kind": kind, "gap": gap}
    return f"{reverse('support:party:coverage')}?" + urlencode({name: value for name, value in asked_.items() if value})


def shares(line: CoverageLine, kind: str) -> list[Any]:
    def gap(count: int, name: str) -> Cell:
        return Cell(line.grids - count, link(line.code, kind, name), state="bad" if count < line.grids else "")

    return [
        Cell(line.name, link(line.code, kind, "")),
        line.grids,
        Cell(line.with_branch, small=f"{line.share:.1%}"),
        gap(line.with_branch, "branch"),
        gap(line.with_group, "group"),
        gap(line.with_household, "household"),
        Cell(line.rivals, link(line.code, kind, "rivals"), state="soon" if line.rivals else ""),
    ]


def shares_listing(found: Coverage, kind: str) -> Listing:
    columns = [
        Column(_("区域"), 14), Column(_("网格"), 5), Column(_("有党支部"), 6), Column(_("没有党支部"), 6),
        Column(_("没有党小组"), 6), Column(_("没有中心户"), 6), Column(_("几个党支部"), 6),
    ]  # fmt: skip
    rows = [shares(line, kind) for line in (*found.lines, found.total)]
    return Listing(columns, rows, _("覆盖"), _("这里还没有网格。"))


def grids_listing(found: Coverage, gap: str, *, most: int | None = None) -> Listing:
    lacking = [one for one in found.grids if (gap in one.lacks if gap else one.lacks)]
    columns = [
        Column(_("网格"), 20),
        Column(_("编码"), 9),
        Column(_("类别"), 8),
        Column(_("党支部"), 18),
        Column(_("缺口"), 22),
    ]
    rows = [
        [
            name_path(one.code),
            one.code,
            str(GridKind(one.kind).label),
            Cell("、".join(name for _key, name in one.branches), url_of(one.branches[0][0]) if one.branches else ""),
            gap_words(one),
        ]
        for one in lacking[:most]
    ]
    return Listing(columns, rows, GAPS[gap] if gap else _("有缺口的网格"), _("没有这样的网格。"))


@require_safe
@for_support(SEE)
def page(request: DeskRequest) -> HttpResponse:
    """How far the grids are covered; each number leads to its grids."""
    scope, kind, gap = asked(request)
    found = coverage(scope.code, kind=KINDS[kind])
    total = found.total
    listings = [shares_listing(found, kind)]
    if gap or len(scope.code) >= 9:
        listings.append(grids_listing(found, gap, most=MOST_SHOWN))
    words = _("%(all)s 个网格，%(with)s 个有党支部（%(share)s），%(groups)s 个有党小组。")
    facts = {"all": total.grids, "with": total.with_branch, "share": f"{total.share:.1%}", "groups": total.with_group}
    kinds = [("", _("居民区网格")), ("dedicated", _("专属网格")), ("all", _("全部网格"))]
    context = {
        "title": _("覆盖和缺口"),
        "hint": words % facts,
        "scope": scope,
        "chips": [(label, link(scope.code, value, gap), value == kind) for value, label in kinds],
        "listings": listings,
        "excel": link(scope.code, kind, gap).replace("/coverage/", "/coverage/coverage.xlsx"),
        "note": _("只列前 %(most)s 个，全部见 Excel。") % {"most": MOST_SHOWN}
        if len(listings[-1].rows) == MOST_SHOWN
        else "",
    }
    return show(request, "support/party/list.html", context, room=ROOM)


@require_safe
@for_support(SEE)
def coverage_workbook(request: DeskRequest) -> HttpResponse:
    """The sums, and every grid that lacks something."""
    scope, kind, gap = asked(request)
    found = coverage(scope.code, kind=KINDS[kind])
    return workbook(request, "party-coverage", shares_listing(found, kind), grids_listing(found, gap))


# --- vacancies ----------------------------------------------------------------------------------------------------------


def vacancies_listing(request: DeskRequest) -> Listing:
    rows = PartyOrg.objects.visible_to(request.actor, SEE, on=today(request))
    found = vacancies(rows, on=today(request))
    columns = [Column(_("党组织"), 20), Column(_("类别"), 8), Column(_("所在"), 20), Column(_("空缺自"), 7)]
    lines = [
        [Cell(org.name, url_of(org)), str(org.get_kind_display()), name_path(org.area.code), org.vacant_since]
        for org in found
    ]
    return Listing(columns, lines, empty=_("现在每个党组织都有书记。"))


@require_safe
@for_support(SEE)
def vacant(request: DeskRequest) -> HttpResponse:
    context = {
        "title": _("书记空缺"),
        "hint": _("书记兼任本级网格化工作第一负责人；空缺时，本级和上一级岗台会收到消息，任命新的书记后自动消去。"),
        "listings": [vacancies_listing(request)],
        "excel": reverse("support:party:vacancies-workbook"),
    }
    return show(request, "support/party/list.html", context, room=ROOM)


@require_safe
@for_support(SEE)
def vacancies_workbook(request: DeskRequest) -> HttpResponse:
    return workbook(request, "party-vacancies", vacancies_listing(request))


# --- lagging ------------------------------------------------------------------------------------------------------------


def lagging_for(request: DeskRequest) -> list[Lagging]:
    """Of the areas whose books one oversees, and of the organisations that one serves with those right below."""
    day = today(request)
    areas = request.actor.areas("party.activity")
    if areas:
        return lagging(*areas, on=day)
    mine = served(request.actor, on=day)
    return lagging("", on=day, only=Q(pk__in=mine) | Q(parent__in=mine)) if mine else []


def lagging_listing(request: DeskRequest) -> Listing:
    columns = [Column(_("党组织"), 20), Column(_("所在"), 20), Column(_("差什么"), 40), Column(_("状态"), 6)]
    rows = [
        [
            Cell(one.org.name, f"{reverse('support:party:activities')}?org={one.org.pk}"),
            name_path(one.org.area.code),
            lag_words(one),
            Cell(_("已过期") if one.behind.is_over else _("快到期"), state="bad" if one.behind.is_over else "soon"),
        ]
        for one in lagging_for(request)
    ]
    return Listing(columns, rows, empty=_("现在没有落后的党组织。"))


@require_safe
@for_support("party.activity", "party.serve")
def behind(request: DeskRequest) -> HttpResponse:
    context = {
        "title": _("组织生活落后"),
        "hint": _("按规则的周期和次数，只提醒党组织，不统计个人。每个周期只提醒一次。"),
        "listings": [lagging_listing(request)],
        "excel": reverse("support:party:lagging-workbook"),
        "tools": [(_("组织生活"), reverse("support:party:activities"))],
    }
    return show(request, "support/party/list.html", context, room=ROOM)


@require_safe
@for_support("party.activity", "party.serve")
def lagging_workbook(request: DeskRequest) -> HttpResponse:
    return workbook(request, "party-lagging", lagging_listing(request))
