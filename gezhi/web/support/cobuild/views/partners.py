"""Units, what they promise and what they have."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.cobuild.access import EDIT, SEE, fetch, get_offer, get_partner, seen
from gezhi.cobuild.actions import change_contact, commit, end_offer, enter_partner, keep, leave, offer
from gezhi.cobuild.models import Commitment, Offer, Partner
from gezhi.cobuild.queries import around, idle_offers, offers_on
from gezhi.cobuild.rules import PartnerKind
from gezhi.kernel.secrets import mask_name, mask_phone
from gezhi.kernel.workbooks import Column
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.cobuild.forms import (
    commitment_fields,
    contact_fields,
    offer_fields,
    outcome_fields,
    partner_fields,
    reason_fields,
)
from gezhi.web.support.cobuild.page import ROOM, area_named, areas_of, deed_page, url
from gezhi.web.support.cobuild.wording import place, story
from gezhi.web.support.page import for_support, show
from gezhi.web.support.party.page import Cell, Listing, Scope, scope_of, today, workbook


def who(request: DeskRequest) -> dict[str, Any]:
    return {"actor": request.actor, "at": request.at}


def partner_listing(request: DeskRequest, scope: Scope) -> Listing:
    rows = Partner.objects.filter(seen(request.actor, above=True), around(scope.code), left_on__isnull=True)
    if (kind := request.GET.get("kind", "")) in PartnerKind.values:
        rows = rows.filter(kind=kind)
    columns = [
        Column(_("单位"), 18),
        Column(_("类别"), 8),
        Column(_("所在"), 18),
        Column(_("党建联盟"), 14),
        Column(_("资源"), 5),
        Column(_("项目"), 5),
    ]
    lines = []
    for one in rows.select_related("area").prefetch_related("offers", "parts"):
        projects = len({part.project_id for part in one.parts.all()})
        has = sum(row.until_on is None or row.until_on >= today(request) for row in one.offers.all())
        lines.append(
            [
                Cell(one.name, url("partner", one.pk)),
                one.get_kind_display(),
                place(one.area.code),
                one.alliance,
                has,
                projects,
            ]
        )
    return Listing(columns, lines, empty=_("这里还没有共建单位。登记一个单位，写明它承诺什么、有什么资源。"))


@require_safe
@for_support(SEE)
def partners(request: DeskRequest) -> HttpResponse:
    scope = scope_of(request, SEE)
    asked = request.GET.get("kind", "")
    chips = [(_("全部"), f"?area={scope.code}", asked not in PartnerKind.values)]
    chips += [(str(one.label), f"?area={scope.code}&kind={one.value}", asked == one.value) for one in PartnerKind]
    may = request.actor.may(EDIT, area=scope.code)
    context = {
        "title": _("共建单位"),
        "hint": _("机关、企事业单位、“两新”组织和红色物业。上级区域的单位也列在这里，因为它可以帮到下面的网格。"),
        "scope": scope,
        "chips": chips,
        "listings": [partner_listing(request, scope)],
        "tools": [(_("登记单位"), f"{url('new-partner')}?area={scope.code}")] if may else [],
        "excel": f"{url('partners-workbook')}?area={scope.code}&kind={asked}",
    }
    return show(request, "support/party/list.html", context, room=ROOM)


@require_safe
@for_support(SEE)
def partners_workbook(request: DeskRequest) -> HttpResponse:
    return workbook(request, _("共建单位"), partner_listing(request, scope_of(request, SEE)))


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def new_partner(request: DeskRequest) -> HttpResponse:
    scope = scope_of(request, EDIT)

    def act(given: dict[str, Any]) -> tuple[str, Any]:
        found = enter_partner(area=area_named(scope.code), **given, **who(request))
        return url("partner", found.pk), _("已登记%(name)s。") % {"name": found.name}

    back = f"{url('partners')}?area={scope.code}"
    initial = {"joined_on": today(request)}
    return deed_page(request, partner_fields, act, title=_("登记单位"), back=back, hint=scope.name, initial=initial)


@require_safe
@for_support(SEE)
def partner(request: DeskRequest, pk: int) -> HttpResponse:
    """A unit; its contact in clear only for whoever keeps the register there."""
    found = get_partner(request.actor, pk)
    may = request.actor.may(EDIT, area=found.area.code)
    is_here = found.left_on is None
    facts = [
        (_("类别"), found.get_kind_display(), ""),
        (_("所在"), place(found.area.code), ""),
        (_("党建联盟"), found.alliance or "—", ""),
        (_("加入"), str(found.joined_on), ""),
    ]
    if found.contact_name or found.contact_phone:
        name = found.contact_name if may else mask_name(found.contact_name)
        phone = found.contact_phone if may else mask_phone(found.contact_phone)
        facts.append((_("联系人"), f"{name} {phone}", ""))
    if not is_here:
        facts.append((_("退出"), str(found.left_on), ""))
    names = (
        ("contact", _("更换联系人")),
        ("commit", _("登记承诺")),
        ("offer", _("登记资源")),
        ("leave", _("退出共建")),
    )
    deeds = [(label, url("partner-deed", found.pk, name), "plain") for name, label in names] if may and is_here else []
    promises = [
        [
            one.words,
            one.due_on,
            promise_state(request, one),
            one.outcome,
            Cell(_("写兑现"), url("keep", one.pk)) if may and one.kept_on is None else "",
        ]
        for one in found.commitments.all()
    ]
    has = [
        [
            one.title,
            one.get_topic_display(),
            one.amount,
            place(one.area.code),
            one.until_on,
            Cell(_("结束"), url("end-offer", one.pk)) if may and one.until_on is None else "",
        ]
        for one in found.offers.select_related("area")
    ]
    took = [
        [
            Cell(part.project.title, url("project", part.project_id)),
            part.project.get_stage_display(),
            part.offer.title if part.offer else "",
        ]
        for part in found.parts.select_related("project", "offer").order_by("-project__started_on")
    ]
    listings = [
        Listing(
            [Column(_("承诺")), Column(_("期限")), Column(_("状态")), Column(_("怎样兑现的")), Column("")],
            promises,
            _("承诺"),
            _("还没有登记承诺。"),
        ),
        Listing(
            [
                Column(_("资源")),
                Column(_("类别")),
                Column(_("数量、时段")),
                Column(_("能到的范围")),
                Column(_("到哪天止")),
                Column(""),
            ],
            has,
            _("资源"),
            _("还没有登记资源。"),
        ),
        Listing(
            [Column(_("项目")), Column(_("阶段")), Column(_("用了什么资源"))], took, _("项目"), _("还没有参加项目。")
        ),
    ]
    context = {
        "title": found.name,
        "back": url("partners"),
        "facts": facts,
        "deeds": deeds,
        "listings": listings,
        "story": story(found),
    }
    return show(request, "support/party/detail.html", context, room=ROOM)


def promise_state(request: DeskRequest, one: Commitment) -> Cell:
    if one.kept_on is not None:
        return Cell(_("已兑现"), state="good")
    is_late = one.due_on < today(request)
    return Cell(_("已到期，没有兑现") if is_late else _("进行中"), state="bad" if is_late else "")


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def partner_deed(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    found = get_partner(request.actor, pk, EDIT)
    back = url("partner", found.pk)
    match name:
        case "contact":
            known = {"contact_name": found.contact_name, "contact_phone": found.contact_phone}
            return deed_page(
                request,
                contact_fields,
                lambda given: change_contact(found, **given, **who(request)),
                title=_("更换联系人"),
                back=back,
                hint=found.name,
                initial=known,
            )
        case "commit":
            return deed_page(
                request,
                commitment_fields,
                lambda given: said(commit(found, **given, **who(request))),
                title=_("登记承诺"),
                back=back,
                hint=found.name,
            )
        case "offer":

            def act(given: dict[str, Any]) -> None:
                offer(found, **(given | {"area": area_named(given["area"])}), **who(request))

            initial = {"from_on": today(request), "area": found.area.code}
            return deed_page(
                request,
                lambda: offer_fields(areas_of(request, found.area.code)),
                act,
                title=_("登记资源"),
                back=back,
                hint=found.name,
                initial=initial,
            )
        case _:
            return deed_page(
                request,
                reason_fields,
                lambda given: leave(found, **given, **who(request)),
                title=_("退出共建"),
                back=back,
                hint=found.name,
            )


def said(_row: Any) -> None:
    """A new row needs no address of its own: one goes back to where it stands."""


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def keep_commitment(request: DeskRequest, pk: int) -> HttpResponse:
    row = fetch(Commitment.objects.select_related("partner__area"), pk)
    partner_here = get_partner(request.actor, row.partner_id, EDIT)
    return deed_page(
        request,
        outcome_fields,
        lambda given: keep(row, **given, **who(request)),
        title=_("写兑现"),
        back=url("partner", partner_here.pk),
        hint=row.words,
    )


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def offer_end(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_offer(request.actor, pk)
    partner_here = get_partner(request.actor, row.partner_id, EDIT)
    return deed_page(
        request,
        reason_fields,
        lambda given: end_offer(row, **given, **who(request)),
        title=_("结束这项资源"),
        back=url("partner", partner_here.pk),
        hint=row.title,
    )


# --- resources --------------------------------------------------------------------------------------------------------


def offer_listing(request: DeskRequest, scope: Scope) -> Listing:
    columns = [
        Column(_("资源"), 18),
        Column(_("类别"), 8),
        Column(_("数量、时段"), 12),
        Column(_("单位"), 16),
        Column(_("能到的范围"), 16),
        Column(_("从"), 8),
        Column(_("到"), 8),
    ]
    on = today(request)
    if request.GET.get("state") == "idle":
        shown: list[Offer] = idle_offers(scope.code, on=on)
    else:
        shown = list(offers_on(on).filter(seen(request.actor, above=True), around(scope.code)))
    lines = [
        [
            one.title,
            one.get_topic_display(),
            one.amount,
            Cell(one.partner.name, url("partner", one.partner_id)),
            place(one.area.code),
            one.from_on,
            one.until_on,
        ]
        for one in shown
    ]
    return Listing(columns, lines, empty=_("这里没有资源。资源在共建单位的页面上登记。"))


@require_safe
@for_support(SEE)
def offers(request: DeskRequest) -> HttpResponse:
    scope = scope_of(request, SEE)
    is_idle = request.GET.get("state") == "idle"
    context = {
        "title": _("资源清单"),
        "hint": _("单位拿得出什么、多少、什么时候、能到哪里。"),
        "scope": scope,
        "chips": [
            (_("全部"), f"?area={scope.code}", not is_idle),
            (_("还没有用上的"), f"?area={scope.code}&state=idle", is_idle),
        ],
        "listings": [offer_listing(request, scope)],
        "tools": [],
        "excel": f"{url('offers-workbook')}?area={scope.code}&state={'idle' if is_idle else ''}",
    }
    return show(request, "support/party/list.html", context, room=ROOM)


@require_safe
@for_support(SEE)
def offers_workbook(request: DeskRequest) -> HttpResponse:
    return workbook(request, _("资源清单"), offer_listing(request, scope_of(request, SEE)))
