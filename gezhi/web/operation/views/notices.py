"""What the desk was told: the bell, the page, and the strip that stays until somebody has seen it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from gezhi.cases.access import covers
from gezhi.cases.models import Case
from gezhi.fieldwork.models import Campaign
from gezhi.kernel.access import Actor
from gezhi.people import notices
from gezhi.people.actions import acknowledge
from gezhi.people.models import Notice
from gezhi.territory.models import Plan
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.bell import cases_behind, news
from gezhi.web.operation.land.wording import told as told_of_plan
from gezhi.web.operation.names import desk_name, place_name
from gezhi.web.operation.page import at_desk, show_alone, whole, whole_number
from gezhi.web.operation.wording import told

MOST_AT_ONCE = 200
# Where a notice that is about no case leads: its page by the key of the subject, and who may open it.
ELSEWHERE = {
    "application": ("support:matters:application", gettext_lazy("准入退出申请"), "matter.see"),
    "outside_request": ("support:matters:outside-one", gettext_lazy("清单外任务"), "matter.see"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A notice with its case; title and link only for who may see it, since a desk may be told of what lies elsewhere."""

    notice: Notice
    sentence: str
    note: str
    who: str
    desk: str
    case: Case | None
    place: str
    href: str = ""
    title: Any = ""


def lines(several: Sequence[Notice], request: DeskRequest) -> list[Line]:
    """One statement for all the cases, one for all the plans, one for all the campaigns."""
    cases, plans = cases_behind(several), plans_behind(several, request)
    campaigns = campaigns_behind(several, request.actor)
    found = []
    for one in several:
        if one.subject_kind == Plan.subject_kind:
            found.append(line_of_plan(one, plans.get(one.subject_id), request))
            continue
        case = cases.get(one.subject_id) if one.subject_kind == Case.subject_kind else None
        is_seen = case is not None and covers(request.actor, "case.see", case)
        said = told(one.event)
        found.append(
            Line(
                one,
                said.sentence,
                said.note if is_seen else "",
                said.who,
                desk_name(one.desk_id) if len(request.actor.desks) > 1 else "",
                case if is_seen else None,
                place_name(case) if case is not None else "",
                *leads_to(one, request, campaigns),
            )
        )
    return found


def plans_behind(several: Sequence[Notice], request: DeskRequest) -> dict[int, Plan]:
    """The re-division plans that notices speak of, as far as the actor may see them."""
    keys = {one.subject_id for one in several if one.subject_kind == Plan.subject_kind}
    if not keys:
        return {}
    return {
        plan.pk: plan for plan in Plan.objects.visible_to(request.actor).filter(pk__in=keys).select_related("scope")
    }


def line_of_plan(one: Notice, plan: Plan | None, request: DeskRequest) -> Line:
    """Who may not see the plan reads that the land changes, and not what people said about it."""
    said = told_of_plan(one.event)
    desk = desk_name(one.desk_id) if len(request.actor.desks) > 1 else ""
    note = said.note if plan is not None else ""
    where = (reverse("operation:land:plan", args=[plan.pk]), plan.title) if plan is not None else ("", "")
    return Line(one, said.sentence, note, said.who, desk, None, _("区划调整方案"), *where)


def leads_to(one: Notice, request: DeskRequest, campaigns: dict[int, Campaign]) -> tuple[str, Any]:
    """The page of a subject that is no case, for whoever may open such pages; its own access is checked there."""
    if one.subject_kind == Campaign.subject_kind:
        campaign = campaigns.get(one.subject_id)
        return (reverse("operation:fieldwork:campaign", args=[campaign.pk]), campaign.title) if campaign else ("", "")
    name, title, right = ELSEWHERE.get(one.subject_kind, ("", "", ""))
    if not name or not request.actor.has(right):
        return "", ""
    return reverse(name, args=[one.subject_id]), title


def campaigns_behind(several: Sequence[Notice], actor: Actor) -> dict[int, Campaign]:
    """The campaigns that notices speak of, as far as the actor sees them. One statement where there are any."""
    keys = {one.subject_id for one in several if one.subject_kind == Campaign.subject_kind}
    return {one.pk: one for one in Campaign.objects.visible_to(actor).filter(pk__in=keys)} if keys else {}


@require_safe
@at_desk
def page(request: DeskRequest) -> HttpResponse:
    """The newest first, fifty a page. Unseen ones alone, unless all are asked for."""
    is_all = request.GET.get("all") == "1"
    before = whole_number(request.GET.get("before", ""))
    several = notices.latest(request.actor, before=before, unseen_only=not is_all)
    context = {
        "title": _("消息"),
        "lines": lines(several, request),
        "is_all": is_all,
        "unseen": [one.pk for one in several if one.seen_at is None],
        "next": f"?before={several[-1].pk}{'&all=1' if is_all else ''}" if len(several) == notices.A_PAGE else "",
    }
    return show_alone(request, "operation/notices.html", context)


@require_safe
@at_desk
def fragment(request: DeskRequest) -> HttpResponse:
    """The bell and the strip by themselves, asked for now and then by the page."""
    return whole(request, "operation/bell.html", news(request))


@require_POST
@at_desk
def seen(request: DeskRequest) -> HttpResponse:
    """Somebody at the desk has seen these. What a colleague saw in the meantime counts as seen."""
    keys = [key for text in request.POST.getlist("notice")[:MOST_AT_ONCE] if (key := whole_number(text)) is not None]
    acknowledge(keys, actor=request.actor, at=request.at)
    if request.htmx:
        return whole(request, "operation/bell.html", news(request))
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if is_ours else reverse("operation:notices"))
