"""我的一天: what waits for me, and what my desk waits for from others. Each number is the list behind it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.calls.queries import rows_of
from gezhi.cases import tasks, worklist
from gezhi.cases.filters import ClockState, Filters, Scope
from gezhi.cases.saved_filters import kept_for
from gezhi.cases.tasks import CAP, Counted
from gezhi.disputes import worklist as disputes
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.disputes.listing import query_of as disputes_query
from gezhi.web.operation.listing import query_of
from gezhi.web.operation.page import at_desk, show_alone
from gezhi.web.operation.views.saved import shown as saved_shown


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the page, and the way to what it counts. `state` colours it; the words say it too."""

    label: str
    hint: str
    number: str
    href: str
    state: str = ""
    is_none: bool = False


@require_safe
@at_desk
def page(request: DeskRequest) -> HttpResponse:
    """A statement a number, and some for the calls: a bounded number, whatever lies in the district."""
    actor, at = request.actor, request.at
    hand = in_hand(request) if actor.has("case.work") else []
    mine = [*(number_of(one) for one in tasks.counted(tasks.MINE, actor, at)), *in_other_rooms(request)]
    context = {
        "title": _("我的一天"),
        "hand": hand,
        "mine": mine,
        "is_quiet": all(one.is_none for one in (*hand, *mine)),
        "others": [number_of(one) for one in tasks.counted(tasks.OTHERS, actor, at)],
        "saved": [saved_shown(one, actor) for one in kept_for(actor)],
    }
    return show_alone(request, "operation/day.html", context)


def in_hand(request: DeskRequest) -> list[Number]:
    """What I hold, by its clock. One statement."""
    filters = Filters(scope=Scope.MINE.value)
    counts = worklist.counts_of(filters, request.actor, request.at)
    rest = counts.todo - counts.overdue - counts.soon
    several: list[tuple[Any, Any, int, Filters, str]] = [
        (_("已超期"), _("先办这些"), counts.overdue, filters.but(clock=ClockState.OVERDUE.value), "overdue"),
        (_("快到期"), _("到了预警时间，抓紧办"), counts.soon, filters.but(clock=ClockState.SOON.value), "soon"),
        (_("期限内"), _("还有时间，含挂账"), rest, filters, "ok"),
    ]
    return [
        Number(str(label), str(hint), f"{number:,}", to_list(query_of(chosen)), state, number == 0)
        for label, hint, number, chosen, state in several
    ]


def in_other_rooms(request: DeskRequest) -> list[Number]:
    """Calls that wait for me, and the disputes that I mediate: what is no case and still my work."""
    actor, at = request.actor, request.at
    found = []
    if actor.has("call.see"):
        calls = len(rows_of("todo", actor, at)[0])
        hint = _("轮到您的呼叫：分办、签收、办理、销号、评分")
        found.append(Number(_("街呼区应"), hint, f"{calls:,}", reverse("operation:calls"), is_none=not calls))
    if actor.has("dispute.mediate"):
        filters = disputes.Filters(scope=disputes.Scope.MINE.value)
        open_ = disputes.counts_of(filters, actor, at).open
        href = reverse("operation:disputes:list") + disputes_query(filters)
        found.append(Number(_("我调解的纠纷"), _("指定给您、还没有结案的"), f"{open_:,}", href, is_none=not open_))
    return found


def number_of(one: Counted) -> Number:
    number = f"{CAP:,}+" if one.is_more else f"{one.number:,}"
    href = to_list(query_of(Filters(task=one.name)))
    return Number(str(one.question.label), str(one.question.hint), number, href, is_none=one.number == 0)


def to_list(query: str) -> str:
    return reverse("operation:worklist") + query
