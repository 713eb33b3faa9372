"""Sites of brands and features of grids, as the portal shows them; and what residents say about the service."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.cobuild.access import ANSWER, EDIT, SEE, complaints_for, fetch, get_complaint, seen
from gezhi.cobuild.actions import answer_complaint, close_site, end_feature, name_feature, open_site
from gezhi.cobuild.models import BrandSite, GridFeature
from gezhi.cobuild.queries import within
from gezhi.kernel.workbooks import Column
from gezhi.territory.queries import area_name
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.cobuild.forms import answer_fields, feature_fields, reason_fields, site_fields
from gezhi.web.support.cobuild.page import ROOM, area_named, areas_of, deed_page, url
from gezhi.web.support.cobuild.views.partners import who
from gezhi.web.support.cobuild.wording import place
from gezhi.web.support.page import for_support, show
from gezhi.web.support.party.page import Cell, Listing, Scope, scope_of, workbook


def listings_of(request: DeskRequest, scope: Scope) -> list[Listing]:
    sites = BrandSite.objects.filter(within(scope.code), seen(request.actor), closed_on__isnull=True)
    features = GridFeature.objects.filter(within(scope.code), seen(request.actor), until_on__isnull=True)
    may = request.actor.may(EDIT, area=scope.code)
    site_lines = [
        [
            one.name,
            one.brand,
            place(one.area.code),
            one.address,
            one.hours,
            one.services,
            Cell(_("关闭"), url("close-site", one.pk)) if may else "",
        ]
        for one in sites.select_related("area")
    ]
    feature_lines = [
        [one.name, place(one.area.code), one.words, Cell(_("结束"), url("end-feature", one.pk)) if may else ""]
        for one in features.select_related("area")
    ]
    heads = (_("站点"), _("品牌"), _("在哪里"), _("地址"), _("开放时间"), _("能做什么"), "")
    return [
        Listing([Column(head) for head in heads], site_lines, _("品牌站点"), _("这里还没有登记服务站。")),
        Listing(
            [Column(_("特色")), Column(_("网格")), Column(_("说明")), Column("")],
            feature_lines,
            _("特色网格"),
            _("这里还没有登记特色网格。"),
        ),
    ]


@require_safe
@for_support(SEE)
def brands(request: DeskRequest) -> HttpResponse:
    scope = scope_of(request, SEE)
    may = request.actor.may(EDIT, area=scope.code)
    tools = [(_("登记站点"), f"{url('open-site')}?area={scope.code}")] if may else []
    if may and len(scope.code) >= 12:
        tools.append((_("登记特色"), f"{url('name-feature')}?area={scope.code}"))
    context = {
        "title": _("品牌和特色"),
        "hint": _("登记的就在居民网页上公开。电话写站点的，不写个人的。特色网格先选到社区再登记。"),
        "scope": scope,
        "listings": listings_of(request, scope),
        "tools": tools,
        "excel": f"{url('brands-workbook')}?area={scope.code}",
    }
    return show(request, "support/party/list.html", context, room=ROOM)


@require_safe
@for_support(SEE)
def brands_workbook(request: DeskRequest) -> HttpResponse:
    return workbook(request, _("品牌和特色"), *listings_of(request, scope_of(request, SEE)))


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def new_site(request: DeskRequest) -> HttpResponse:
    scope = scope_of(request, EDIT)

    def act(given: dict[str, Any]) -> None:
        open_site(**(given | {"area": area_named(given["area"])}), **who(request))

    back = f"{url('brands')}?area={scope.code}"
    areas = areas_of(request, scope.code)
    return deed_page(request, lambda: site_fields(areas), act, title=_("登记站点"), back=back, hint=scope.name)


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def new_feature(request: DeskRequest) -> HttpResponse:
    scope = scope_of(request, EDIT)
    grids = [one for one in areas_of(request, scope.code[:12]) if len(one[0]) == 15]

    def act(given: dict[str, Any]) -> None:
        name_feature(area_named(given.pop("area")), **given, **who(request))

    back = f"{url('brands')}?area={scope.code}"
    return deed_page(request, lambda: feature_fields(grids), act, title=_("登记特色"), back=back, hint=scope.name)


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def site_close(request: DeskRequest, pk: int) -> HttpResponse:
    row = fetch(BrandSite.objects.filter(seen(request.actor, EDIT)).select_related("area"), pk)
    return deed_page(
        request,
        reason_fields,
        lambda given: close_site(row, **given, **who(request)),
        title=_("关闭"),
        back=url("brands"),
        hint=row.name,
    )


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def feature_end(request: DeskRequest, pk: int) -> HttpResponse:
    row = fetch(GridFeature.objects.filter(seen(request.actor, EDIT)).select_related("area"), pk)
    return deed_page(
        request,
        reason_fields,
        lambda given: end_feature(row, **given, **who(request)),
        title=_("结束"),
        back=url("brands"),
        hint=row.name,
    )


# --- what residents say about the service -------------------------------------------------------------------------------


@require_safe
@for_support(ANSWER)
def complaints(request: DeskRequest) -> HttpResponse:
    """What waits longest first; the words only on the page of one."""
    is_open = request.GET.get("state") != "answered"
    rows = complaints_for(request.actor).filter(answered_at__isnull=is_open)
    rows = rows.order_by("sent_at" if is_open else "-sent_at")[:200]
    lines = [
        [Cell(one.get_about_display(), url("complaint", one.pk)), street_name(one.area_code), one.sent_at.date()]
        for one in rows
    ]
    columns = [Column(_("关于")), Column(_("街道")), Column(_("收到"))]
    empty = _("没有等待答复的。") if is_open else _("还没有答复过。")
    context = {
        "title": _("居民投诉建议"),
        "hint": _("居民对服务本身说的话，不知道是谁。答复写在对方凭回执码看的页面上。"),
        "chips": [(_("等待答复"), "?state=open", is_open), (_("已答复"), "?state=answered", not is_open)],
        "listings": [Listing(columns, lines, empty=empty)],
        "tools": [],
    }
    return show(request, "support/party/list.html", context, room=ROOM)


def street_name(code: str) -> str:
    known = area_name(code) if code else None
    return known.short_name if known is not None else _("全区")


@require_http_methods(["GET", "POST"])
@for_support(ANSWER)
def complaint(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_complaint(request.actor, pk)
    back = url("complaints")
    if row.answered_at is None:
        return deed_page(
            request,
            answer_fields,
            lambda given: answer_complaint(row, **given, **who(request)),
            title=_("答复"),
            back=back,
            hint=row.words,
        )
    context = {
        "title": row.get_about_display(),
        "back": back,
        "facts": [(_("收到"), str(row.sent_at.date()), ""), (_("答复"), row.answer, "")],
        "words": row.words,
        "words_title": _("居民说"),
    }
    return show(request, "support/party/detail.html", context, room=ROOM)
