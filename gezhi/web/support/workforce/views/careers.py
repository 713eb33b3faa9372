"""荣誉 and 晋升."""

from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.kernel import files
from gezhi.kernel.calendar import local_day
from gezhi.kernel.workbooks import Column
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.page import for_support
from gezhi.web.support.workforce import forms as made
from gezhi.web.support.workforce.forms import DeedForm
from gezhi.web.support.workforce.page import (
    Button,
    Record,
    Register,
    choices,
    deed_page,
    for_everybody,
    record_page,
    register_page,
    seen_of,
)
from gezhi.web.support.workforce.steps import DONE, fields_of, is_direct
from gezhi.web.support.workforce.tables import Cell, Table
from gezhi.web.support.workforce.views.people import honour_fields
from gezhi.web.support.workforce.views.rosters import desks_for
from gezhi.web.support.workforce.wording import story, tone
from gezhi.workforce.access import get_honour, get_promotion, missing
from gezhi.workforce.actions import (
    enter_honour,
    revoke_honour,
    take_promotion,
)
from gezhi.workforce.actions.careers import promotions
from gezhi.workforce.ladder import Rung, rises
from gezhi.workforce.models import Promotion
from gezhi.workforce.models.honours import HonourLevel
from gezhi.workforce.places import areas_within
from gezhi.workforce.queries import honours_for
from gezhi.workforce.workflow import PROMOTION_STEPS, PromotionStage

HONOURS, PROMOTIONS = "support:workforce:honours", "support:workforce:promotions"


# --- honours --------------------------------------------------------------------------------------------------------


@require_safe
@for_support("workforce.see")
def honours(request: DeskRequest) -> HttpResponse:
    level = request.GET.get("level", "")
    rows = honours_for(request.actor, on=local_day(request.at))
    if level in HonourLevel.values:
        rows = rows.filter(level=level)
    lines = [
        [
            Cell(one.title, reverse("support:workforce:honour", args=[one.pk])),
            HonourLevel(one.level).label,
            one.user.name if one.user is not None else one.desk.name if one.desk is not None else "",
            one.granted_by,
            one.granted_on,
            one.result,
            Cell(_("已撤销"), state="bad")
            if one.revoked_on
            else Cell(_("有证书"), state="good")
            if one.certificate_id
            else "",
        ]
        for one in rows.order_by("-granted_on", "-pk")
    ]
    columns = [
        Column(_("荣誉"), 14),
        Column(_("级别")),
        Column(_("谁得的"), 10),
        Column(_("谁授予的"), 10),
        Column(_("日期"), 7),
        Column(_("因为什么"), 14),
        Column(""),
    ]
    buttons = []
    if request.actor.has("honour.edit"):
        buttons = [Button(_("登记单位荣誉"), reverse("support:workforce:unit-honour-new"), "forward", "n")]
    return register_page(
        request,
        Register(
            Table(_("荣誉"), columns, lines, _("还没有登记荣誉。个人的在其档案页登记，单位的在这里登记。")),
            buttons=buttons,
            filters=[(_("级别"), choices(request, "level", [("", _("全部")), *HonourLevel.choices]))],
        ),
    )


@require_http_methods(["GET", "POST"])
@for_support("honour.edit")
def unit_honour_new(request: DeskRequest) -> HttpResponse:
    desks = desks_for(request, "honour.edit")
    fields = {"desk": made.key(_("单位"), made.desk_choices(desks.values())), **honour_fields()}

    def do(given: dict[str, Any]) -> None:
        enter_honour(actor=request.actor, at=request.at, **{**given, "desk": desks[given["desk"]]})

    return deed_page(
        request,
        DeedForm(fields, request),
        do,
        title=_("登记单位荣誉"),
        back=reverse(HONOURS),
        submit=_("登记"),
        done=_("荣誉已登记。"),
    )


@require_safe
@for_everybody
def honour(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_honour(request.actor, pk, on=local_day(request.at))
    buttons = []
    if found.revoked_on is None and request.actor.has("honour.edit"):
        buttons = [Button(_("撤销"), reverse("support:workforce:honour-revoke", args=[pk]), "rare")]
    facts = [
        (_("级别"), HonourLevel(found.level).label),
        (_("谁得的"), found.user.name if found.user is not None else found.desk.name if found.desk is not None else ""),
        (_("谁授予的"), found.granted_by),
        (_("日期"), found.granted_on.isoformat()),
        (_("因为什么"), found.result or "—"),
    ]
    papers = [(_("证书"), reverse("support:workforce:certificate", args=[pk]))] if found.certificate_id else []
    record = Record(
        found.title, reverse(HONOURS), _("荣誉"), _("已撤销") if found.revoked_on else "", "bad", facts=facts,
        buttons=buttons, papers=papers, story=story(found),
    )  # fmt: skip
    return record_page(request, record)


@require_http_methods(["GET", "POST"])
@for_support("honour.edit")
def honour_revoke(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_honour(request.actor, pk, on=local_day(request.at))
    return deed_page(
        request, DeedForm({"reason": made.words(_("理由"), longest=200)}, request),
        lambda given: revoke_honour(found, actor=request.actor, at=request.at, **given), title=_("撤销荣誉"), lead=found.title,
        back=reverse("support:workforce:honour", args=[pk]), submit=_("撤销"), done=_("已撤销。"),
    )  # fmt: skip


@require_safe
@for_everybody
def certificate(request: DeskRequest, pk: int) -> HttpResponseBase:
    found = get_honour(request.actor, pk, on=local_day(request.at))
    if found.certificate is None:
        raise missing()
    response = FileResponse(files.open_file(found.certificate), content_type=found.certificate.kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    return response


# --- the ladder -----------------------------------------------------------------------------------------------------


@require_safe
@for_support("workforce.see", "career.review")
def promotion_list(request: DeskRequest) -> HttpResponse:
    stage = request.GET.get("stage", "")
    codes = (*request.actor.areas("workforce.see"), *request.actor.areas("career.review"))
    rows = Promotion.objects.filter(areas_within("area", *codes)).select_related("user", "area")
    if stage in PromotionStage.values:
        rows = rows.filter(stage=stage)
    lines = [
        [
            Cell(one.user.name, reverse("support:workforce:promotion", args=[one.pk])),
            Rung(one.from_rung).label,
            Cell(Rung(one.to_rung).label, small=_("越级") if rises(one.from_rung, one.to_rung) > 1 else ""),
            Cell(PromotionStage(one.stage).label, state=tone(one.stage)),
            one.asked_at,
            one.granted_from,
        ]
        for one in rows.order_by("-pk")
    ]
    columns = [
        Column(_("姓名")),
        Column(_("现在"), 10),
        Column(_("申请"), 10),
        Column(_("状态")),
        Column(_("提出"), 8),
        Column(_("从哪天起"), 7),
    ]
    return register_page(
        request,
        Register(
            Table(_("晋升"), columns, lines, _("还没有人申请。网格员在“我的”里申请。")),
            lead=" — ".join(str(rung.label) for rung in Rung) + "。" + _("一级一级来，越级要有区里同意的破格理由。"),
            filters=[(_("状态"), choices(request, "stage", [("", _("全部")), *PromotionStage.choices]))],
        ),
    )


@require_safe
@for_everybody
def promotion(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_promotion(request.actor, pk)
    buttons = [
        Button(
            one.label,
            reverse("support:workforce:promotion-step", args=[pk, one.name]),
            one.tone,
            one.key,
            is_direct(one),
        )
        for one in promotions.offered(found, request.actor, request.at)
    ]
    skips = rises(found.from_rung, found.to_rung) > 1
    facts = [
        (_("现在"), Rung(found.from_rung).label),
        (_("申请"), Rung(found.to_rung).label),
        (_("越级"), (found.exception or _("还没有同意破格")) if skips else _("没有越级")),
    ]
    if found.granted_from is not None:
        facts.append((_("从哪天起"), found.granted_from.isoformat()))
    sees = request.actor.has("workforce.see")
    record = Record(
        found.user.name, reverse(PROMOTIONS) if sees else reverse("support:workforce:me"), _("晋升") if sees else _("我的"),
        PromotionStage(found.stage).label, tone(found.stage), lead=found.statement, facts=facts, buttons=buttons,
        story=story(found), seen=found.version,
    )  # fmt: skip
    return record_page(request, record)


@require_http_methods(["GET", "POST"])
@for_everybody
def promotion_step(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    found = get_promotion(request.actor, pk)
    row = PROMOTION_STEPS.get(name)
    if row is None:
        raise missing()

    def do(given: dict[str, Any]) -> None:
        take_promotion(name, found, actor=request.actor, at=request.at, seen=seen_of(request), **given)

    form = DeedForm(fields_of(row), request, initial={"from_on": local_day(request.at)})
    return deed_page(
        request, form, do, title=f"{row.label} · {found.user.name}", back=reverse("support:workforce:promotion", args=[pk]),
        submit=row.label, done=DONE[name], seen=found.version,
    )  # fmt: skip
