"""专业力量: seven kinds over the grids, the gaps, and who answers where."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.workbooks import Column
from gezhi.people.actions import enter_contact, name_force, retire_contact, set_consent
from gezhi.people.coverage import Matrix, matrix
from gezhi.people.models import Force, ForceContact, ForcePlacement
from gezhi.territory.models import Area
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.listing import Choice
from gezhi.web.support.acting import act, press, seal
from gezhi.web.support.page import for_support
from gezhi.web.support.people.forms import ContactForm, ForceNameForm
from gezhi.web.support.scope import area_asked, areas_for, is_wide, short, street_choices
from gezhi.web.support.sheets import (
    Button,
    Buttons,
    Cell,
    Facts,
    Fill,
    Page,
    Table,
    Tool,
    as_workbook,
    excel_tool,
    show_sheet,
    with_query,
)

ROOM = "staff"
RIGHT = "staff.see"
MOST_ROWS_SHOWN = 300


def found(request: DeskRequest) -> Matrix:
    return matrix(areas_for(request, RIGHT), on=localdate(request.at))


def heads(seen: Matrix) -> list[Column]:
    return [
        Column(force.name if force.is_confirmed else _("%(name)s（待确认）") % {"name": force.name}, 8)
        for force in seen.forces
    ]


def coverage_table(request: DeskRequest, seen: Matrix) -> Table:
    digits = 9 if not area_asked(request, RIGHT) and is_wide(request.actor, RIGHT) else 12
    rows: list[list[Any]] = []
    for part in seen.parts(digits):
        name = Cell(short(part.code), href=with_query(reverse("support:people:forces"), [("area", part.code)]))
        gaps = Cell(part.gaps, state="bad") if part.gaps else Cell(0, state="good")
        rows.append([name, part.grids, *part.covered, gaps])
    total = seen.total
    foot = [_("合计"), total.grids, *total.covered, total.gaps]
    columns = [Column(_("区域"), 14), Column(_("网格")), *heads(seen), Column(_("缺口"))]
    notes = [
        _(
            "共 %(kinds)s 类 × %(grids)s 个网格 = %(cells)s 格，已配 %(covered)s，还缺 %(gaps)s。每个网格每类一名联系人。"
        )
        % {
            "kinds": len(seen.forces),
            "grids": f"{len(seen.rows):,}",
            "cells": f"{seen.cells:,}",
            "covered": f"{seen.cells - seen.gaps:,}",
            "gaps": f"{seen.gaps:,}",
        }
    ]
    return Table(_("覆盖情况"), columns, rows, _("这里还没有网格。"), notes, foot if rows else ())


def matrix_table(seen: Matrix, *, most: int | None = None, gaps_only: bool = False) -> Table:
    rows = []
    for row in [one for one in seen.rows if one.gaps or not gaps_only][:most]:
        cells: list[Any] = [
            Cell(
                contact.name, href=reverse("support:people:force-contact", args=[contact.pk]), small=contact.work_phone
            )
            if contact is not None
            else Cell("", shown=_("缺"), state="bad")
            for contact in row.contacts
        ]
        rows.append([Cell(name_path(row.code), small=row.code), *cells, row.gaps])
    columns = [Column(_("网格"), 22), *heads(seen), Column(_("缺口"))]
    return Table(_("逐格"), columns, rows, _("每个网格都配齐了。"))


@require_safe
@for_support(RIGHT)
def page(request: DeskRequest) -> HttpResponse:
    seen = found(request)
    asked, gaps_only = area_asked(request, RIGHT), request.GET.get("gaps") == "1"
    blocks: list[Any] = [coverage_table(request, seen)]
    if asked or not is_wide(request.actor, RIGHT):
        blocks.append(matrix_table(seen, most=MOST_ROWS_SHOWN, gaps_only=gaps_only))
    if request.actor.may("staff.rule", area=settings.DISTRICT):
        blocks.append(kinds_table(seen))
    here = [("area", asked)]
    tools = [excel_tool(with_query(reverse("support:people:forces-workbook"), here))]
    if request.actor.has("staff.edit"):
        tools.insert(0, Tool(_("登记联系人"), reverse("support:people:force-new"), "plus", "n", is_primary=True))
    chips = [
        [Choice(_("只看有缺口的网格"), with_query("", [*here, ("gaps", "" if gaps_only else "1")]) or "?", gaps_only)],
        street_choices(request, RIGHT, gaps="1" if gaps_only else ""),
    ]
    lead = _("民警、交警、司法调解对接员等 7 类专业工作力量，每个网格每类一名联系人。点区域看逐格的人。")
    return show_sheet(request, Page(_("专业力量"), blocks, lead, tools, chips), room=ROOM)


def kinds_table(seen: Matrix) -> Table:
    rows = [
        [
            Cell(force.name, href=reverse("support:people:force", args=[force.pk])),
            Cell(_("已确认"), state="good") if force.is_confirmed else Cell(_("待确认"), state="soon"),
        ]
        for force in seen.forces
    ]
    return Table(_("七类的名称"), [Column(_("名称"), 12), Column(_("状态"), 6)], rows)


@require_safe
@for_support(RIGHT)
def workbook(request: DeskRequest) -> HttpResponse:
    seen = found(request)
    return as_workbook(request, _("专业力量"), coverage_table(request, seen), matrix_table(seen))


@require_http_methods(["GET", "POST"])
@for_support("staff.edit")
def new(request: DeskRequest) -> HttpResponse:
    back = reverse("support:people:forces")

    def show(form: ContactForm, status: int) -> HttpResponse:
        hint = _("网格里原来的同类联系人，到前一天为止。")
        fill = Fill(form, _("登记"), seal(), back=back, hint=hint)
        return show_sheet(request, Page(_("登记专业力量联系人"), [fill], back=back), room=ROOM, status=status)

    if request.method == "POST":
        form = ContactForm(request.POST, actor=request.actor)
        return act(request, form, lambda given: entered(request, given), lambda status: show(form, status), back=back)
    return show(ContactForm(actor=request.actor, initial={"from_on": localdate(request.at)}), 200)


def entered(request: DeskRequest, given: dict[str, Any]) -> str:
    areas = list(Area.objects.inside(given["area"].code).filter(level="grid", is_active=True).order_by("code"))
    if not areas:
        raise Refused("no_grids", _("那里没有网格。"), field="area")
    contact = enter_contact(
        given["force"],
        given["name"],
        areas=areas,
        phone=given["work_phone"],
        office=given["unit"],
        on=given["from_on"],
        actor=request.actor,
        at=request.at,
    )
    if given["consents"]:
        set_consent(contact, True, actor=request.actor, at=request.at)
    return _("%(name)s负责 %(n)s 个网格。") % {"name": contact.name, "n": len(areas)}


def contact_of(request: DeskRequest, pk: int) -> tuple[ForceContact, list[ForcePlacement]]:
    contact = ForceContact.objects.filter(pk=pk).select_related("force").first()
    placements = list(
        ForcePlacement.objects.filter(contact_id=pk, until_on__isnull=True)
        .select_related("area")
        .order_by("area__code")
    )
    sees = any(request.actor.may(RIGHT, area=one.area.code) for one in placements) or request.actor.may(
        RIGHT, area=settings.DISTRICT
    )
    if contact is None or not sees:
        raise Missing("no_such_contact", _("没有找到这位联系人，或者他不在您的范围内。"))
    return contact, placements


@require_safe
@for_support(RIGHT)
def one(request: DeskRequest, pk: int) -> HttpResponse:
    contact, placements = contact_of(request, pk)
    facts = Facts(
        [
            (_("类别"), contact.force.name),
            (_("单位"), contact.unit or "—"),
            (_("工作电话"), contact.work_phone or "—"),
            (
                _("公示"),
                Cell(_("本人同意"), state="good") if contact.consented_on else Cell(_("没有同意"), state="quiet"),
            ),
        ]
    )
    rows = [[name_path(row.area.code), row.from_on] for row in placements]
    blocks: list[Any] = [facts]
    if request.actor.has("staff.edit") and contact.is_active:
        shows = bool(contact.consented_on)
        blocks.append(
            Buttons(
                [
                    Button(
                        _("撤回公示") if shows else _("登记本人同意公示"),
                        reverse("support:people:force-consent", args=[pk]),
                        [("seal", seal()), ("given", "" if shows else "1")],
                    ),
                    Button(_("今天起不再担任"), reverse("support:people:force-end", args=[pk]), [("seal", seal())]),
                ]
            )
        )
    blocks.append(
        Table(_("负责的网格"), [Column(_("网格"), 24), Column(_("从哪天起"), 8)], rows, _("现在没有负责的网格。"))
    )
    return show_sheet(request, Page(contact.name, blocks, back=reverse("support:people:forces")), room=ROOM)


@require_POST
@for_support("staff.edit")
def consent(request: DeskRequest, pk: int) -> HttpResponse:
    contact, _placements = contact_of(request, pk)

    def do() -> str:
        set_consent(contact, request.POST.get("given") == "1", actor=request.actor, at=request.at)
        return _("已记下。")

    return press(request, do, back=reverse("support:people:force-contact", args=[pk]))


@require_POST
@for_support("staff.edit")
def end(request: DeskRequest, pk: int) -> HttpResponse:
    contact, _placements = contact_of(request, pk)

    def do() -> str:
        number = retire_contact(contact, localdate(request.at), actor=request.actor, at=request.at)
        return _("%(name)s不再担任，%(n)s 个网格空出。") % {"name": contact.name, "n": number}

    return press(request, do, back=reverse("support:people:forces"))


@require_http_methods(["GET", "POST"])
@for_support("staff.rule")
def kind(request: DeskRequest, pk: int) -> HttpResponse:
    force = Force.objects.filter(pk=pk).first()
    if force is None:
        raise Missing("no_such_force", _("没有这一类专业力量。"))
    back = reverse("support:people:forces")

    def show(form: ForceNameForm, status: int) -> HttpResponse:
        fill = Fill(form, _("定下"), seal(), back=back)
        return show_sheet(request, Page(_("这一类叫什么"), [fill], back=back), room=ROOM, status=status)

    if request.method == "POST":
        form = ForceNameForm(request.POST)

        def do(given: dict[str, Any]) -> str:
            name_force(force, given["name"], is_confirmed=given["is_confirmed"], actor=request.actor, at=request.at)
            return _("已记下。")

        return act(request, form, do, lambda status: show(form, status), back=back)
    return show(ForceNameForm(initial={"name": force.name, "is_confirmed": force.is_confirmed}), 200)
