"""Activities: what is ahead and what was held, one with its steps, the notice on paper."""

from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.kernel.files import open_file
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Missing
from gezhi.kernel.workbooks import Column
from gezhi.party.access import get_activity, get_org
from gezhi.party.actions import activity_steps, plan_activity, roll_of, take_activity_step
from gezhi.party.models import Activity, ActivityFile, Attendance, PartyOrg
from gezhi.party.workflows.activities import STEPS, ActivityStage
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.forms.uploads import keep_uploads
from gezhi.web.operation.page import whole_number
from gezhi.web.support.page import for_support, show
from gezhi.web.support.party.forms import PlanForm, StepForm, activity_fields
from gezhi.web.support.party.page import ROOM, Cell, Listing, form_page, named, today, version_seen, workbook
from gezhi.web.support.party.views.coverage import lagging_for
from gezhi.web.support.party.wording import story

RIGHTS = ("party.activity", "party.serve")
A_PAGE, MOST_ROWS = 100, 20_000
STATES = {
    ActivityStage.PLANNED: "quiet",
    ActivityStage.NOTICED: "soon",
    ActivityStage.HELD: "good",
    ActivityStage.CANCELLED: "quiet",
}
ENDINGS = {StoredFile.Kind.JPEG: "jpg", StoredFile.Kind.PNG: "png", StoredFile.Kind.PDF: "pdf"}


def orgs_for(request: DeskRequest) -> Any:
    return PartyOrg.objects.visible_to(request.actor, "party.activity", on=today(request)).standing()


def chosen(request: DeskRequest) -> tuple[Any, PartyOrg | None, str]:
    key, stage = whole_number(request.GET.get("org", "")), request.GET.get("stage", "")
    rows = Activity.objects.filter(
        org__in=PartyOrg.objects.visible_to(request.actor, "party.activity", on=today(request))
    )
    rows = rows.select_related("org__area").defer("minutes")
    org = get_org(request.actor, key, "party.activity", on=today(request)) if key is not None else None
    if org is not None:
        rows = rows.filter(org=org)
    if stage in ActivityStage.values:
        rows = rows.filter(stage=stage)
    return rows, org, stage if stage in ActivityStage.values else ""


def listing_of(rows: Any) -> Listing:
    columns = [
        Column(_("日期"), 7), Column(_("主题"), 20), Column(_("类别"), 8), Column(_("党组织"), 18), Column(_("状态"), 6),
        Column(_("应到"), 5), Column(_("到会"), 5), Column(_("请假"), 5),
    ]  # fmt: skip
    lines = [
        [
            row.held_on or row.planned_on,
            Cell(row.title, reverse("support:party:activity", args=[row.pk])),
            str(row.get_kind_display()),
            Cell(row.org.name, small=name_path(row.org.area.code)),
            Cell(str(row.get_stage_display()), state=STATES[ActivityStage(row.stage)]),
            row.expected,
            row.present,
            row.excused,
        ]
        for row in rows
    ]
    return Listing(columns, lines, empty=_("还没有组织生活。先安排一次，发通知，开完由记录人记录。"))


@require_safe
@for_support(*RIGHTS)
def activities(request: DeskRequest) -> HttpResponse:
    rows, org, stage = chosen(request)
    behind = len({one.org.pk for one in lagging_for(request)})
    base = f"{reverse('support:party:activities')}?" + (f"org={org.pk}&" if org else "")
    chips: list[tuple[Any, str, bool]] = [(_("全部"), base, not stage)]
    chips += [(label, f"{base}stage={value}", value == stage) for value, label in ActivityStage.choices]
    query = request.GET.urlencode()
    context = {
        "title": org.name if org else _("组织生活"),
        "hint": _("三会一课和主题党日：安排、通知、记录。到会由记录人登记，党员不用签到。"),
        "chips": chips,
        "listings": [listing_of(rows[:A_PAGE])],
        "excel": f"{reverse('support:party:activities-workbook')}?{query}",
        "tools": [
            (_("安排"), reverse("support:party:new-activity") + (f"?org={org.pk}" if org else "")),
            (_("落后的党组织（%(n)s）") % {"n": behind}, reverse("support:party:lagging")),
        ],
    }
    return show(request, "support/party/list.html", context, room=ROOM)


@require_safe
@for_support(*RIGHTS)
def activities_workbook(request: DeskRequest) -> HttpResponse:
    rows, _org, _stage = chosen(request)
    return workbook(request, "party-activities", listing_of(rows[:MOST_ROWS]))


@require_http_methods(["GET", "POST"])
@for_support(*RIGHTS)
def new_activity(request: DeskRequest) -> HttpResponse:
    orgs = list(orgs_for(request).select_related("area", "parent__parent__parent__parent").order_by("area__code", "pk"))

    def act(given: dict[str, Any]) -> tuple[str, str]:
        org = named(orgs, given.pop("org"))
        row = plan_activity(org, actor=request.actor, at=request.at, **given)
        return reverse("support:party:activity", args=[row.pk]), _("已安排。")

    def make(**kwargs: Any) -> PlanForm:
        form = PlanForm(orgs, request.at, **kwargs)
        form.initial["org"] = request.GET.get("org", "")
        return form

    back = reverse("support:party:activities")
    return form_page(request, make, act, title=_("安排组织生活"), submit=_("安排"), back=back)


@require_safe
@for_support(*RIGHTS)
def activity(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_activity(request.actor, pk, on=today(request))
    marks = Attendance.objects.filter(activity=row).select_related("member").order_by("member__number")
    people = [[one.member.name, _("请假") if one.is_excused else _("到会")] for one in marks]
    when = f"{row.planned_on}" + (f" {row.starts:%H:%M}" if row.starts else "")
    facts: list[tuple[Any, Any, str]] = [
        (_("党组织"), row.org.name, reverse("support:party:org", args=[row.org_id])),
        (_("类别"), row.get_kind_display(), ""),
        (_("时间"), when, ""),
        (_("地点"), row.place or "—", ""),
        (_("状态"), row.get_stage_display(), ""),
    ]
    if row.stage == ActivityStage.HELD:
        numbers = _("应到 %(expected)s，到会 %(present)s，请假 %(excused)s")
        facts.append(
            (_("人数"), numbers % {"expected": row.expected, "present": row.present, "excused": row.excused}, "")
        )
    deeds: list[tuple[Any, str, str]] = [
        (step.label, reverse("support:party:activity-step", args=[pk, step.name]), step.tone)
        for step in activity_steps(row, actor=request.actor, at=request.at)
    ]
    if row.stage in (ActivityStage.PLANNED, ActivityStage.NOTICED):
        deeds.append((_("打印通知"), reverse("support:party:activity-notice", args=[pk]), "plain"))
    files = ActivityFile.objects.filter(activity=row).select_related("file").order_by("pk")
    context = {
        "title": row.title,
        "back": reverse("support:party:activities"),
        "facts": facts,
        "deeds": deeds,
        "words_title": _("会议记录"),
        "words": row.minutes,
        "files": [(reverse("support:party:activity-file", args=[pk, one.pk]), one.file) for one in files],
        "listings": [Listing([Column(_("姓名")), Column(_("到会情况"))], people, _("到会"))] if people else [],
        "story": story(row),
    }
    return show(request, "support/party/detail.html", context, room=ROOM)


@require_http_methods(["GET", "POST"])
@for_support(*RIGHTS)
def activity_step(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    """The form of a step; one without inputs only has to be confirmed."""
    row = get_activity(request.actor, pk, on=today(request))
    step = STEPS.get(name)
    if step is None or step.creates:
        raise Missing("no_such_step", _("没有这一步。"))
    fields = activity_fields(list(roll_of(row.org).order_by("number")))
    initial: dict[str, Any] = {"on": today(request)}
    if name == "correct":
        marks = list(Attendance.objects.filter(activity=row))
        initial = {
            "minutes": row.minutes,
            "present": [str(one.member_id) for one in marks if not one.is_excused],
            "excused": [str(one.member_id) for one in marks if one.is_excused],
        }

    def act(given: dict[str, Any]) -> tuple[str, str]:
        for people in ("present", "excused"):
            given[people] = [int(key) for key in given.get(people, ())]
        given["files"] = keep_uploads(given.get("files") or (), kept="", user_id=request.user.pk, at=request.at)
        take_activity_step(name, row, actor=request.actor, at=request.at, seen=version_seen(request), **given)
        return reverse("support:party:activity", args=[pk]), _("%(what)s：已办好。") % {"what": step.label}

    return form_page(
        request,
        lambda **kwargs: StepForm(step, fields, initial=initial, **kwargs),
        act,
        title=step.label,
        hint=f"{row.title} · {row.org.name} · {row.planned_on}",
        submit=step.label,
        back=reverse("support:party:activity", args=[pk]),
        seen=row.version,
    )


@require_safe
@for_support(*RIGHTS)
def notice(request: DeskRequest, pk: int) -> HttpResponse:
    """A sheet for the board: what, when, where, who invites. No list of people."""
    row = get_activity(request.actor, pk, on=today(request))
    context = {"title": row.title, "row": row, "place": name_path(row.org.area.code)}
    return show(request, "support/party/notice.html", context, room=ROOM)


@require_safe
@for_support(*RIGHTS)
def file(request: DeskRequest, pk: int, key: int) -> HttpResponseBase:
    """A picture or paper of an activity, for those who may see the activity."""
    row = get_activity(request.actor, pk, on=today(request))
    attached = ActivityFile.objects.filter(pk=key, activity=row).select_related("file").first()
    if attached is None:
        raise Missing("no_such_file", _("没有找到这个文件，或者它不在您的范围内。"))
    stored = attached.file
    name = f"activity-{pk}-{key}.{ENDINGS.get(StoredFile.Kind(stored.kind), 'bin')}"
    response = FileResponse(
        open_file(stored), as_attachment=not stored.is_picture, filename=name, content_type=stored.kind
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
