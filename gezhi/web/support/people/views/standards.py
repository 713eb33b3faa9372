"""配备标准和来源规则: the rows that gaps and exceptions go by, each with what it rests on."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.kernel.workbooks import Column
from gezhi.people.actions import set_source_rule, set_staffing_rule
from gezhi.people.citations import rules_and_bases
from gezhi.people.models import SourceRule, StaffingRule
from gezhi.people.roles import Role
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.acting import act, seal
from gezhi.web.support.page import for_support
from gezhi.web.support.people.forms import CONDITION_NAMES, SourceRuleForm, StaffingRuleForm
from gezhi.web.support.sheets import Cell, Fill, Page, Table, as_workbook, excel_tool, show_sheet

ROOM = "staff"


def span(row: StaffingRule | SourceRule, request: DeskRequest) -> Cell:
    today = localdate(request.at)
    words = f"{row.valid_from:%Y-%m-%d} — {row.valid_until or ''}"
    if row.valid_until is not None and row.valid_until < today:
        return Cell(words, state="quiet")
    return Cell(words, state="soon" if row.valid_from > today else "")


def bases(request: DeskRequest, kind: str) -> dict[str, Cell]:
    """What the rules of a kind rest on today, by their keys."""
    found = {}
    for one in rules_and_bases(on=localdate(request.at), kind=kind):
        words = "；".join(f"《{basis.article.policy.title}》{basis.article.label}" for basis in one.citations)
        found[one.rule.key] = Cell(words, small=one.rule.basis) if words else Cell("", shown=_("没有依据"), state="bad")
    return found


def staffing_table(request: DeskRequest) -> Table:
    grounds = bases(request, "staffing")
    rows = [
        [
            row.get_kind_display(),
            str(Role(row.role).label),
            row.symbol,
            row.fewest,
            span(row, request),
            grounds.get(f"{row.kind}:{row.role}", ""),
        ]
        for row in StaffingRule.objects.order_by("-kind", "position", "valid_from")
    ]
    columns = [
        Column(_("网格类别"), 8), Column(_("岗位"), 8), Column(_("公式里")), Column(_("每格至少（人）")), Column(_("有效期"), 12),
        Column(_("依据"), 16),
    ]  # fmt: skip
    return Table(_("配备标准"), columns, rows)


def source_table(request: DeskRequest) -> Table:
    grounds = bases(request, "source")
    rows = [
        [
            str(Role(row.role).label),
            row.source.name,
            Cell(row.get_strength_display(), state="soon" if row.strength == "exception" else ""),
            "、".join(str(CONDITION_NAMES.get(code, code)) for code in row.needs),
            span(row, request),
            grounds.get(f"{row.role}:{row.source.code}", ""),
        ]
        for row in SourceRule.objects.select_related("source").order_by("role", "strength", "source__position")
    ]
    columns = [
        Column(_("岗位"), 8), Column(_("来源"), 16), Column(_("强度"), 6), Column(_("还要满足"), 20), Column(_("有效期"), 12),
        Column(_("依据"), 16),
    ]  # fmt: skip
    notes = [
        _(
            "“一般来源”可以直接安排；“例外来源”和没有满足的条件，写明理由可以安排；没有列出的来源不能安排；单位必须写明。"
        )
    ]
    return Table(_("来源规则"), columns, rows, notes=notes)


def show(request: DeskRequest, staffing: StaffingRuleForm, source: SourceRuleForm, status: int = 200) -> HttpResponse:
    blocks: list[Any] = [staffing_table(request), source_table(request)]
    if request.actor.may("staff.rule", area=settings.DISTRICT):
        blocks[1:1] = [
            Fill(
                staffing,
                _("定下"),
                seal(),
                _("改配备标准"),
                reverse("support:people:standards") + "?of=staffing",
                is_folded=True,
            )
        ]
        blocks.append(
            Fill(
                source,
                _("定下"),
                seal(),
                _("加一个来源或改来源规则"),
                reverse("support:people:standards") + "?of=source",
                is_folded=True,
            )
        )
    lead = _("标准和规则是有起止日期的行：新的从某天起，旧的到前一天止，过去的日子按当时的算。")
    tools = [excel_tool(reverse("support:people:standards-workbook"))]
    return show_sheet(request, Page(_("标准和规则"), blocks, lead, tools), room=ROOM, status=status)


@require_http_methods(["GET", "POST"])
@for_support("staff.see")
def page(request: DeskRequest) -> HttpResponse:
    initial = {"valid_from": localdate(request.at)}
    staffing, source = StaffingRuleForm(initial=initial), SourceRuleForm(initial=initial)
    if request.method != "POST":
        return show(request, staffing, source)
    back = reverse("support:people:standards")
    if request.GET.get("of") == "source":
        source = SourceRuleForm(request.POST)
        return act(
            request,
            source,
            lambda given: (
                set_source_rule(given.pop("role"), given.pop("source"), actor=request.actor, at=request.at, **given)
                and _("来源规则已定下。")
            ),
            lambda status: show(request, staffing, source, status),
            back=back,
        )
    staffing = StaffingRuleForm(request.POST)
    return act(
        request,
        staffing,
        lambda given: (
            set_staffing_rule(given.pop("kind"), given.pop("role"), actor=request.actor, at=request.at, **given)
            and _("配备标准已定下。")
        ),
        lambda status: show(request, staffing, source, status),
        back=back,
    )


@require_safe
@for_support("staff.see")
def workbook(request: DeskRequest) -> HttpResponse:
    return as_workbook(request, _("标准和规则"), staffing_table(request), source_table(request))
