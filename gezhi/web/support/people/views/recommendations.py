"""推荐: what units recommend, what waits for the street, what became of it."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gezhi.kernel.events import timeline
from gezhi.kernel.refusals import Missing
from gezhi.kernel.workbooks import Column
from gezhi.people.access import get_recommendation
from gezhi.people.actions import decide, recommend
from gezhi.people.actions.recommendations import DOOR
from gezhi.people.models import Desk, Recommendation
from gezhi.people.workflow import RECOMMENDATION_STEPS, Outcome
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.listing import Choice
from gezhi.web.operation.page import whole_number
from gezhi.web.operation.wording import moment
from gezhi.web.support.acting import act, seal
from gezhi.web.support.page import for_support
from gezhi.web.support.people.forms import RecommendForm, StepForm
from gezhi.web.support.people.steps import step_blocks
from gezhi.web.support.sheets import Cell, Facts, Fill, Page, Table, Tool, Words, as_workbook, excel_tool, show_sheet

ROOM = "staff"
RIGHTS = ("staff.see", "staff.recommend", "staff.approve")
MOST = 500
STATES = {Outcome.WAITING: "soon", Outcome.APPROVED: "good", Outcome.REFUSED: "bad", Outcome.WITHDRAWN: "quiet"}


def table(request: DeskRequest) -> Table:
    rows_of = Recommendation.objects.visible_to(request.actor).select_related("desk__area", "source", "recommended_by")
    if request.GET.get("all") != "1":
        rows_of = rows_of.filter(stage=Outcome.WAITING)
    rows = [
        [
            Cell(row.name, href=reverse("support:people:recommendation", args=[row.pk])),
            row.unit,
            row.source.name,
            name_path(row.desk.area.code),
            row.recommended_by.name if row.recommended_by is not None else "",
            localdate(row.recommended_at),
            Cell(row.get_stage_display(), state=STATES[Outcome(row.stage)]),
        ]
        for row in rows_of.order_by("-pk")[:MOST]
    ]
    columns = [
        Column(_("姓名"), 8), Column(_("推荐单位"), 16), Column(_("来源"), 12), Column(_("网格"), 20), Column(_("推荐人"), 8),
        Column(_("推荐日期"), 7), Column(_("状态"), 6),
    ]  # fmt: skip
    empty = _("没有等着审核的推荐。驻区单位、“两新”组织推荐的人，由社区或街道录入，街道审核。")
    return Table(_("推荐"), columns, rows, empty)


@require_safe
@for_support(*RIGHTS)
def page(request: DeskRequest) -> HttpResponse:
    is_all = request.GET.get("all") == "1"
    chips = [Choice(_("等审核的"), "?", not is_all), Choice(_("全部"), "?all=1", is_all)]
    tools = [excel_tool(reverse("support:people:recommendations-workbook") + ("?all=1" if is_all else ""))]
    if request.actor.has("staff.recommend"):
        tools.insert(0, Tool(_("推荐"), reverse("support:people:recommend"), "plus", "n", is_primary=True))
    lead = _("单位推荐、街道审核。推荐的人不能自己审核；同意以后系统开账号、安排岗位，不同意的当场抹去电话。")
    return show_sheet(request, Page(_("兼职网格员推荐"), [table(request)], lead, tools, [chips]), room=ROOM)


@require_safe
@for_support(*RIGHTS)
def workbook(request: DeskRequest) -> HttpResponse:
    return as_workbook(request, _("兼职网格员推荐"), table(request))


@require_http_methods(["GET", "POST"])
@for_support("staff.recommend")
def new(request: DeskRequest) -> HttpResponse:
    back = reverse("support:people:recommendations")
    today = localdate(request.at)

    def show(form: RecommendForm, status: int) -> HttpResponse:
        fill = Fill(form, _("推荐"), seal(), back=back)
        return show_sheet(request, Page(_("推荐兼职网格员"), [fill], back=back), room=ROOM, status=status)

    if request.method == "POST":
        form = RecommendForm(request.POST, actor=request.actor, on=today)

        def do(given: dict[str, Any]) -> str:
            desk = Desk.objects.select_related("area").get(pk=given["desk_id"])
            row = recommend(
                desk,
                given["source_id"],
                unit_name=given["unit"],
                name=given["name"],
                work_phone=given["work_phone"],
                reason=given["reason"],
                actor=request.actor,
                at=request.at,
            )
            return _("%(name)s的推荐已送街道审核。") % {"name": row.name}

        return act(request, form, do, lambda status: show(form, status), back=back)
    return show(RecommendForm(actor=request.actor, on=today), 200)


@require_safe
@for_support(*RIGHTS)
def one(request: DeskRequest, pk: int) -> HttpResponse:
    return show_one(request, get_recommendation(request.actor, pk))


def show_one(
    request: DeskRequest, row: Recommendation, *, status: int = 200, bound: tuple[str, StepForm] | None = None
) -> HttpResponse:
    facts = Facts(
        [
            (_("状态"), Cell(row.get_stage_display(), state=STATES[Outcome(row.stage)])),
            (_("推荐单位"), row.unit),
            (_("来源"), row.source.name),
            (_("网格"), name_path(row.desk.area.code)),
            (_("工作电话"), row.work_phone or "—"),
            (_("推荐理由"), row.reason or "—"),
        ]
    )
    offered = DOOR.offered(row, request.actor, request.at)

    def address(name: str) -> str:
        return reverse("support:people:recommendation-step", args=[row.pk, name])

    blocks = [
        facts,
        *step_blocks(offered, address, version=row.version, initial={"from_on": localdate(request.at)}, bound=bound),
        Words(
            "\n".join(
                f"{moment(event.at)}  {event.actor_name}  {LABELS.get(event.name, event.name)}  {event.note}"
                for event in timeline(row)
            ),
            _("经过"),
        ),
    ]
    page = Page(row.name, blocks, back=reverse("support:people:recommendations"))
    return show_sheet(request, page, room=ROOM, status=status)


LABELS = {step.event: step.label for step in RECOMMENDATION_STEPS.values()}


@require_POST
@for_support(*RIGHTS)
def step(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    row = get_recommendation(request.actor, pk)
    taken = RECOMMENDATION_STEPS.get(name)
    if taken is None or taken.creates:
        raise Missing("no_such_step", _("没有这一步。"))
    form = StepForm(taken, request.POST)
    seen = whole_number(request.POST.get("seen", ""))

    def do(given: dict[str, Any]) -> str:
        decide(name, row, actor=request.actor, at=request.at, seen=seen, **given)
        return str(_("%(name)s：%(step)s。") % {"name": row.name, "step": taken.label})

    def again(status: int) -> HttpResponse:
        return show_one(request, get_recommendation(request.actor, pk), status=status, bound=(name, form))

    return act(request, form, do, again, back=reverse("support:people:recommendation", args=[pk]))
