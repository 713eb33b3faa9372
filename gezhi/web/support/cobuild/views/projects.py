"""Projects: the list, one with its milestones, money and acceptance; and the figures."""

from typing import Any

from django.db.models import Sum
from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.cobuild.access import EDIT, SEE, fetch, get_project, seen
from gezhi.cobuild.actions import (
    abandon_project,
    accept_project,
    count_households,
    finish_project,
    plan_milestone,
    reach_milestone,
    start_project,
)
from gezhi.cobuild.models import Milestone, Need, Offer, Partner, Project
from gezhi.cobuild.queries import Figure, around, figures, offers_on, open_needs, within
from gezhi.cobuild.rules import ProjectStage
from gezhi.kernel.files import open_file
from gezhi.kernel.refusals import Missing
from gezhi.kernel.workbooks import Column
from gezhi.people.money import yuan
from gezhi.territory.queries import list_names
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.forms.uploads import keep_uploads
from gezhi.web.support.cobuild.forms import (
    acceptance_fields,
    evidence_fields,
    finish_fields,
    household_fields,
    milestone_fields,
    project_fields,
    reason_fields,
)
from gezhi.web.support.cobuild.page import ROOM, area_named, deed_page, url
from gezhi.web.support.cobuild.views.partners import said, who
from gezhi.web.support.cobuild.wording import place, story
from gezhi.web.support.page import for_support, show
from gezhi.web.support.party.page import Cell, Listing, Scope, scope_of, today, workbook

MOST_SHOWN = 500


def listing_of(request: DeskRequest, scope: Scope) -> Listing:
    rows = Project.objects.filter(within(scope.code), seen(request.actor))
    if (stage := request.GET.get("stage", "")) in ProjectStage.values:
        rows = rows.filter(stage=stage)
    rows = rows.select_related("area").prefetch_related("parts__partner").annotate(homes=Sum("benefits__households"))
    columns = [
        Column(_("项目"), 20),
        Column(_("在哪里"), 16),
        Column(_("共建单位"), 20),
        Column(_("阶段"), 8),
        Column(_("开始"), 8),
        Column(_("期限"), 8),
        Column(_("费用（元）"), 8),
        Column(_("受益户"), 6),
    ]
    lines = []
    for one in rows[:MOST_SHOWN]:
        names = "、".join(dict.fromkeys(part.partner.name for part in one.parts.all()))
        is_late = one.stage == ProjectStage.RUNNING and one.due_on < today(request)
        stage_cell = Cell(
            one.get_stage_display(), state="bad" if is_late else "", small=_("已过期限") if is_late else ""
        )
        lines.append(
            [
                Cell(one.title, url("project", one.pk)),
                place(one.area.code),
                names,
                stage_cell,
                one.started_on,
                one.due_on,
                yuan(one.cost_fen),
                one.homes,
            ]
        )
    return Listing(columns, lines, empty=_("这里还没有项目。从一项需求立项，或者直接新立一个。"))


@require_safe
@for_support(SEE)
def projects(request: DeskRequest) -> HttpResponse:
    scope, stage = scope_of(request, SEE), request.GET.get("stage", "")
    chips = [(_("全部"), f"?area={scope.code}", stage not in ProjectStage.values)]
    chips += [(str(one.label), f"?area={scope.code}&stage={one.value}", one.value == stage) for one in ProjectStage]
    may = request.actor.may(EDIT, area=scope.code)
    context = {
        "title": _("项目清单"),
        "hint": _("从立项到居民验收。做完的，至少问五户居民，三分之二满意才算通过。"),
        "scope": scope,
        "chips": chips,
        "listings": [listing_of(request, scope)],
        "tools": [(_("立项"), f"{url('new-project')}?area={scope.code}")] if may else [],
        "excel": f"{url('projects-workbook')}?area={scope.code}&stage={stage}",
    }
    return show(request, "support/party/list.html", context, room=ROOM)


@require_safe
@for_support(SEE)
def projects_workbook(request: DeskRequest) -> HttpResponse:
    scope = scope_of(request, SEE)
    return workbook(
        request, _("项目清单"), listing_of(request, scope), figure_listing(figures(scope.code, last=today(request)))
    )


def figure_listing(found: list[Figure]) -> Listing:
    columns = [Column(_("指标"), 12), Column(_("数字"), 8), Column(_("怎样算"), 40)]
    return Listing(columns, [[one.label, one.number, one.definition] for one in found], _("共建数字"))


@require_safe
@for_support(SEE)
def figures_page(request: DeskRequest) -> HttpResponse:
    """The figures of an area, each beside its definition."""
    scope = scope_of(request, SEE)
    context = {
        "title": _("共建数字"),
        "hint": _("截至 %(day)s。每个数字旁边写明怎样算，点项目清单可以看到背后的每一个项目。")
        % {"day": today(request)},
        "scope": scope,
        "listings": [figure_listing(figures(scope.code, last=today(request)))],
        "tools": [(_("项目清单"), f"{url('projects')}?area={scope.code}")],
        "excel": f"{url('projects-workbook')}?area={scope.code}",
    }
    return show(request, "support/party/list.html", context, room=ROOM)


# --- starting -----------------------------------------------------------------------------------------------------------


def part_choices(request: DeskRequest, code: str, topics: set[str]) -> list[tuple[str, str]]:
    """Units around an area with what they have; what fits the needs first."""
    found = []
    rows = offers_on(today(request)).filter(around(code), partner__left_on__isnull=True)
    for one in sorted(rows, key=lambda row: (row.topic not in topics, -len(row.area.code), row.pk)):
        found.append((f"o{one.pk}", f"{one.partner.name}：{one.title}"))
    units = Partner.objects.filter(around(code), left_on__isnull=True)
    return found + [(f"p{one.pk}", one.name) for one in units]


def parts_named(keys: list[str]) -> list[tuple[Partner, Offer | None]]:
    offers = {
        row.pk: row
        for row in Offer.objects.filter(pk__in=[key[1:] for key in keys if key[0] == "o"]).select_related("partner")
    }
    units = {row.pk: row for row in Partner.objects.filter(pk__in=[key[1:] for key in keys if key[0] == "p"])}
    found: list[tuple[Partner, Offer | None]] = []
    for key in keys:
        given = offers.get(int(key[1:])) if key[0] == "o" else None
        found.append((given.partner, given) if given is not None else (units[int(key[1:])], None))
    return found


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def new_project(request: DeskRequest) -> HttpResponse:
    scope = scope_of(request, EDIT)
    waiting = list(open_needs().filter(within(scope.code))[:100])
    asked = next((one for one in waiting if str(one.pk) == request.GET.get("need", "")), None)
    needs = [(str(one.pk), f"{one.title}（{place(one.area.code)}）") for one in waiting]
    parts = part_choices(request, scope.code, {asked.topic} if asked else set())

    def act(given: dict[str, Any]) -> tuple[str, Any]:
        chosen = list(Need.objects.filter(pk__in=given.pop("needs")).select_related("area"))
        given |= {"needs": chosen, "parts": parts_named(given["parts"]), "cost_fen": given.pop("cost") or 0}
        found = start_project(area=area_named(scope.code), **given, **who(request))
        return url("project", found.pk), _("已立项。接着写明节点。")

    initial = {
        "started_on": today(request),
        "needs": [str(asked.pk)] if asked else [],
        "title": asked.title if asked else "",
    }
    return deed_page(
        request,
        lambda: project_fields(needs, parts),
        act,
        title=_("立项"),
        back=f"{url('projects')}?area={scope.code}",
        hint=scope.name,
        initial=initial,
    )


# --- one ----------------------------------------------------------------------------------------------------------------

DEEDS = {
    ProjectStage.RUNNING: ("milestone", "households", "finish", "abandon"),
    ProjectStage.FINISHED: ("accept", "households", "abandon"),
}


def label_of(name: str) -> Any:
    return {
        "milestone": _("增加节点"),
        "households": _("登记受益户数"),
        "finish": _("做完了"),
        "accept": _("居民验收"),
        "abandon": _("终止"),
    }[name]


@require_safe
@for_support(SEE)
def project(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_project(request.actor, pk)
    may = request.actor.may(EDIT, area=found.area.code)
    names = DEEDS.get(ProjectStage(found.stage), ()) if may else ()
    facts = [
        (_("阶段"), found.get_stage_display(), ""),
        (_("在哪里"), place(found.area.code), ""),
        (_("开始"), str(found.started_on), ""),
        (_("期限"), str(found.due_on), ""),
        (_("费用"), _("%(yuan)s 元") % {"yuan": yuan(found.cost_fen)}, ""),
    ]
    steps = []
    for one in found.milestones.all():
        link = (
            Cell(_("写完成"), url("reach", one.pk))
            if may and one.reached_on is None and found.stage == ProjectStage.RUNNING
            else Cell(_("看附件"), url("evidence", one.pk))
            if one.file_id
            else ""
        )
        is_late = one.reached_on is None and one.due_on < today(request)
        state = Cell(
            one.reached_on or (_("已过期限") if is_late else _("进行中")),
            state="bad" if is_late else "good" if one.reached_on else "",
        )
        steps.append([one.title, one.due_on, state, one.evidence, link])
    parts = [
        [Cell(one.partner.name, url("partner", one.partner_id)), one.offer.title if one.offer else ""]
        for one in found.parts.select_related("partner", "offer")
    ]
    needs = [
        [Cell(one.title, url("need", one.pk)), place(one.area.code), one.met_on]
        for one in found.needs.select_related("area")
    ]
    homes = [
        [place(one.area.code), one.households] for one in found.benefits.select_related("area").order_by("area__code")
    ]
    rounds = [[one.held_on, one.asked, one.satisfied, one.words] for one in found.acceptances.all()]
    listings = [
        Listing(
            [Column(_("节点")), Column(_("期限")), Column(_("状态")), Column(_("凭据")), Column("")],
            steps,
            _("节点"),
            _("还没有节点。写明几步，每一步凭什么看出已经完成。"),
        ),
        Listing([Column(_("单位")), Column(_("用什么资源"))], parts, _("共建单位")),
        Listing(
            [Column(_("需求")), Column(_("在哪里")), Column(_("满足日期"))],
            needs,
            _("承接的需求"),
            _("没有从需求清单承接。"),
        ),
        Listing([Column(_("网格")), Column(_("受益户"))], homes, _("受益户数"), _("还没有登记受益户数。")),
        Listing(
            [Column(_("日期")), Column(_("问了")), Column(_("满意")), Column(_("居民说"))],
            rounds,
            _("居民验收"),
            _("还没有验收。"),
        ),
    ]
    tones = ("finish", "accept")
    context = {
        "title": found.title,
        "back": url("projects"),
        "facts": facts,
        "deeds": [
            (label_of(name), url("project-deed", found.pk, name), "forward" if name in tones else "plain")
            for name in names
        ],
        "words": "\n".join(part for part in (found.purpose, found.outcome) if part),
        "words_title": _("做什么、做成了什么"),
        "listings": listings,
        "story": story(found),
    }
    return show(request, "support/party/detail.html", context, room=ROOM)


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def project_deed(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    found = get_project(request.actor, pk, EDIT)
    if name not in DEEDS.get(ProjectStage(found.stage), ()):
        raise Missing("no_such_step", _("现在没有这一步。"))
    around_it = {"title": label_of(name), "back": url("project", found.pk), "hint": found.title}
    match name:
        case "milestone":
            return deed_page(
                request,
                milestone_fields,
                lambda given: said(plan_milestone(found, **given, **who(request))),
                **around_it,
            )
        case "households":
            grids = [(one.code, one.short_name) for one in list_names("grid", within=found.area.code[:12])]

            def count(given: dict[str, Any]) -> None:
                count_households(found, area_named(given["area"]), given["households"], **who(request))

            return deed_page(request, lambda: household_fields(grids), count, **around_it)
        case "finish":

            def finish(given: dict[str, Any]) -> None:
                finish_project(found, outcome=given["outcome"], cost_fen=given["cost"], **who(request))

            initial = {"cost": yuan(found.cost_fen).replace(",", "")}
            return deed_page(request, finish_fields, finish, initial=initial, **around_it)
        case "accept":
            return deed_page(
                request,
                acceptance_fields,
                lambda given: said(accept_project(found, **given, **who(request))),
                **around_it,
            )
        case _:
            return deed_page(
                request, reason_fields, lambda given: abandon_project(found, **given, **who(request)), **around_it
            )


def get_milestone(request: DeskRequest, pk: int, right: str) -> Milestone:
    row = fetch(Milestone.objects.select_related("project__area", "file"), pk)
    get_project(request.actor, row.project_id, right)
    return row


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def reach(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_milestone(request, pk, EDIT)

    def act(given: dict[str, Any]) -> None:
        files = keep_uploads(given["files"], kept="", user_id=request.user.pk or 0, at=request.at)
        reach_milestone(row, evidence=given["evidence"], file=files[0] if files else None, **who(request))

    back = url("project", row.project_id)
    return deed_page(request, evidence_fields, act, title=_("写完成"), back=back, hint=row.title)


@require_safe
@for_support(SEE)
def evidence(request: DeskRequest, pk: int) -> FileResponse:
    """The picture or paper of a milestone."""
    row = get_milestone(request, pk, SEE)
    if row.file is None:
        raise Missing("no_file", _("没有附件。"))
    response = FileResponse(open_file(row.file), content_type=row.file.kind)
    response["X-Content-Type-Options"] = "nosniff"
    return response
