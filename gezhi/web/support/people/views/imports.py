"""导入: a list of people as an Excel file, tried or read in, with every row that was not taken and why."""

import hashlib
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.kernel.files import SIZE_LIMIT
from gezhi.kernel.refusals import Refused
from gezhi.kernel.workbooks import KIND, Column
from gezhi.people.actions import ImportReport, import_staff
from gezhi.people.models import Source, StaffImport
from gezhi.people.staff_files import EXAMPLE, read_staff, template
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.views.supervisions import attachment
from gezhi.web.support.acting import seal
from gezhi.web.support.page import for_support
from gezhi.web.support.people.forms import ImportForm
from gezhi.web.support.sheets import Facts, Fill, Page, Table, Tool, show_sheet

ROOM = "staff"
MOST_SHOWN = 500


@require_http_methods(["GET", "POST"])
@for_support("staff.edit")
def page(request: DeskRequest) -> HttpResponse:
    """Not kept as a receipt: reading the same list in again changes nothing, and says what it would have."""
    if request.method != "POST":
        return show(request, ImportForm(initial={"is_dry": True}), [])
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, form, [], status=422)
    try:
        report = read_in(request, form.cleaned_data["file"], is_dry=form.cleaned_data["is_dry"])
    except Refused as refused:
        form.refuse(refused.field, refused.message)
        return show(request, form, [], status=refused.status)
    return show(request, ImportForm(initial={"is_dry": report.is_dry}), outcome(report))


def read_in(request: DeskRequest, upload: Any, *, is_dry: bool) -> ImportReport:
    if upload.size > SIZE_LIMIT:
        raise Refused("too_large", _("文件超过 10 MB，请分几次导入。"), field="file")
    data = upload.read()
    return import_staff(
        read_staff(data),
        actor=request.actor,
        at=request.at,
        is_dry=is_dry,
        digest=hashlib.sha256(data).hexdigest(),
        is_invented=request.user.is_invented,
    )


def outcome(report: ImportReport) -> list[Any]:
    facts = Facts(
        [
            (_("表里的行"), report.rows),
            (_("会安排") if report.is_dry else _("已安排"), report.entered),
            (_("已经在岗，没有动"), report.known),
            (_("新开的账号"), report.accounts),
            (_("有问题的行"), len(report.refused)),
        ],
        _("试算结果，什么都没有保存") if report.is_dry else _("导入结果"),
    )
    rows = [[one.line, one.field, str(one.message)] for one in report.refused[:MOST_SHOWN]]
    columns = [Column(_("行")), Column(_("哪一栏"), 8), Column(_("为什么"), 40)]
    return [facts, Table(_("有问题的行"), columns, rows, _("每一行都没有问题。"))]


def show(request: DeskRequest, form: ImportForm, blocks: list[Any], *, status: int = 200) -> HttpResponse:
    fill = Fill(form, _("导入"), seal(), back=reverse("support:people:staff"))
    before = [
        [
            localdate(one.imported_at),
            one.imported_by.name if one.imported_by else _("系统"),
            one.rows,
            one.entered,
            one.known,
            one.refused,
        ]
        for one in StaffImport.objects.select_related("imported_by").order_by("-pk")[:10]
    ]
    columns = [
        Column(_("日期"), 7),
        Column(_("导入人"), 7),
        Column(_("行")),
        Column(_("安排")),
        Column(_("已在岗")),
        Column(_("有问题")),
    ]
    history = Table(_("最近的导入"), columns, before, _("还没有导入过。"))
    lead = _("一行一个人一个网格。同一张表导入两次，不会多出人来；有问题的行列出来，其余照常导入。")
    tools = [Tool(_("下载空表"), reverse("support:people:import-template"), "download", "d", is_download=True)]
    page = Page(_("导入人员"), [*blocks, fill, history], lead, tools, back=reverse("support:people:staff"))
    return show_sheet(request, page, room=ROOM, status=status)


@require_safe
@for_support("staff.edit")
def empty_list(request: DeskRequest) -> HttpResponse:
    names = list(Source.objects.values_list("name", flat=True))
    response = HttpResponse(template([EXAMPLE], sources=names), content_type=KIND)
    response.headers["Content-Disposition"] = attachment(f"{_('人员表')}.xlsx")
    response["X-Content-Type-Options"] = "nosniff"
    return response
