"""What places are in need of, with what may meet it; and what nobody has."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.cases.access import get_case
from gezhi.cases.models import Case
from gezhi.cobuild.access import EDIT, SEE, get_need, seen
from gezhi.cobuild.actions import drop_need, state_need
from gezhi.cobuild.models import Need
from gezhi.cobuild.queries import matched, open_needs, within
from gezhi.kernel.numbers import parse_case_number
from gezhi.kernel.refusals import Refused
from gezhi.kernel.workbooks import Column
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.cobuild.forms import need_fields, reason_fields
from gezhi.web.support.cobuild.page import ROOM, area_named, areas_of, deed_page, url
from gezhi.web.support.cobuild.views.partners import who
from gezhi.web.support.cobuild.wording import place, story, why
from gezhi.web.support.page import for_support, show
from gezhi.web.support.party.page import Cell, Listing, Scope, scope_of, today, workbook

STATES = ("open", "unmatched", "taken", "met")
MOST_SHOWN = 300


def state_asked(request: DeskRequest) -> str:
    state = request.GET.get("state", "open")
    return state if state in STATES else "open"


def listing_of(request: DeskRequest, scope: Scope) -> Listing:
    state = state_asked(request)
    if state in ("open", "unmatched"):
        return waiting(request, scope, only_unmatched=state == "unmatched")
    is_met = state == "met"
    rows = Need.objects.filter(within(scope.code), seen(request.actor), project__isnull=False)
    rows = rows.filter(met_on__isnull=not is_met).select_related("area", "project").order_by("-stated_on", "-pk")
    columns = [
        Column(_("需求"), 18),
        Column(_("类别"), 8),
        Column(_("在哪里"), 16),
        Column(_("承接的项目"), 18),
        Column(_("满足日期"), 8),
    ]
    lines = [
        [
            Cell(one.title, url("need", one.pk)),
            one.get_topic_display(),
            place(one.area.code),
            Cell(one.project.title if one.project else "", url("project", one.project_id)),
            one.met_on,
        ]
        for one in rows[:MOST_SHOWN]
    ]
    return Listing(columns, lines, empty=_("这里没有这样的需求。"))


def waiting(request: DeskRequest, scope: Scope, *, only_unmatched: bool) -> Listing:
    rows = list(open_needs().filter(within(scope.code), seen(request.actor))[:MOST_SHOWN])
    columns = [
        Column(_("需求"), 18),
        Column(_("类别"), 8),
        Column(_("在哪里"), 16),
        Column(_("登记"), 8),
        Column(_("希望"), 8),
        Column(_("可能的资源"), 24),
    ]
    lines = []
    for one in matched(rows, on=today(request)):
        if only_unmatched and one.offers:
            continue
        best = one.offers[0] if one.offers else None
        suggestion = (
            Cell(f"{best[0].title}（{best[0].partner.name}）", url("partner", best[0].partner_id), why(best[1]))
            if best
            else Cell(_("没有匹配的资源"), state="bad")
        )
        need = one.need
        kind = _("问题") if need.is_problem else ""
        lines.append(
            [
                Cell(need.title, url("need", need.pk), kind),
                need.get_topic_display(),
                place(need.area.code),
                need.stated_on,
                need.wanted_by,
                suggestion,
            ]
        )
    empty = _("没有这样的需求：每一项都有资源可以匹配。") if only_unmatched else _("这里没有等待承接的需求。")
    return Listing(columns, lines, empty=empty)


@require_safe
@for_support(SEE)
def needs(request: DeskRequest) -> HttpResponse:
    scope, state = scope_of(request, SEE), state_asked(request)
    labels = dict(zip(STATES, (_("等待承接"), _("没有匹配的"), _("有项目承接"), _("已满足")), strict=True))
    may = request.actor.may(EDIT, area=scope.code)
    context = {
        "title": _("需求清单"),
        "hint": _("类别相同、范围够得着、时间对得上的资源自动列在旁边，近的在前；由人决定用不用。"),
        "scope": scope,
        "chips": [(labels[one], f"?area={scope.code}&state={one}", one == state) for one in STATES],
        "listings": [listing_of(request, scope)],
        "tools": [(_("登记需求"), f"{url('new-need')}?area={scope.code}")] if may else [],
        "excel": f"{url('needs-workbook')}?area={scope.code}&state={state}",
    }
    return show(request, "support/party/list.html", context, room=ROOM)


@require_safe
@for_support(SEE)
def needs_workbook(request: DeskRequest) -> HttpResponse:
    return workbook(request, _("需求清单"), listing_of(request, scope_of(request, SEE)))


def case_named(request: DeskRequest, text: str) -> Case | None:
    """The case of a number, if the person sees it."""
    if not text:
        return None
    number = parse_case_number(text)
    if number is None:
        raise Refused("no_case_number", _("这不是事件编号。"), field="case")
    return get_case(request.actor, number.id)


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def new_need(request: DeskRequest) -> HttpResponse:
    scope = scope_of(request, EDIT)

    def act(given: dict[str, Any]) -> tuple[str, Any]:
        given |= {"area": area_named(given["area"]), "case": case_named(request, given["case"])}
        found = state_need(**given, **who(request))
        return url("need", found.pk), _("已登记，可能的资源列在下面。")

    return deed_page(
        request,
        lambda: need_fields(areas_of(request, scope.code)),
        act,
        title=_("登记需求"),
        back=f"{url('needs')}?area={scope.code}",
        hint=scope.name,
    )


@require_safe
@for_support(SEE)
def need(request: DeskRequest, pk: int) -> HttpResponse:
    """A need, all that may meet it and why."""
    found = get_need(request.actor, pk)
    may = request.actor.may(EDIT, area=found.area.code)
    facts = [
        (_("类别"), found.get_topic_display(), ""),
        (_("在哪里"), place(found.area.code), ""),
        (_("登记"), str(found.stated_on), ""),
        (_("希望"), str(found.wanted_by or "—"), ""),
    ]
    if found.project is not None:
        facts.append((_("承接的项目"), found.project.title, url("project", found.project_id)))
    if found.case is not None:
        facts.append((_("来自事件"), found.case.number, ""))
    listings = []
    if found.is_open:
        [one] = matched([found], on=today(request))
        lines = [
            [
                row.title,
                Cell(row.partner.name, url("partner", row.partner_id)),
                row.amount,
                place(row.area.code),
                why(suggestion),
            ]
            for row, suggestion in one.offers
        ]
        columns = [
            Column(_("资源")),
            Column(_("单位")),
            Column(_("数量、时段")),
            Column(_("能到的范围")),
            Column(_("为什么列出")),
        ]
        empty = _("还没有单位登记这一类、够得着这里的资源。")
        listings = [Listing(columns, lines, _("可能的资源"), empty)]
    deeds = []
    if may and found.is_open:
        deeds = [
            (_("立项"), f"{url('new-project')}?area={found.area.code[:12]}&need={found.pk}", "forward"),
            (_("撤下"), url("drop-need", found.pk), "plain"),
        ]
    context = {
        "title": found.title,
        "back": url("needs"),
        "facts": facts,
        "deeds": deeds,
        "words": found.words,
        "words_title": _("说明"),
        "listings": listings,
        "story": story(found),
    }
    return show(request, "support/party/detail.html", context, room=ROOM)


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def need_drop(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_need(request.actor, pk, EDIT)
    return deed_page(
        request,
        reason_fields,
        lambda given: drop_need(found, **given, **who(request)),
        title=_("撤下"),
        back=url("need", found.pk),
        hint=found.title,
    )
