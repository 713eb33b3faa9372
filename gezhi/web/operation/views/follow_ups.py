"""回访: whom to call next."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.cases.access import covers
from gezhi.cases.follow_ups_due import PAGE, due_counts, follow_ups_due
from gezhi.cases.models.answer import GROUPS
from gezhi.kernel.access import Denied
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.names import desk_name, matter_name, place_name
from gezhi.web.operation.page import at_desk, whole

LATE = "late"


@require_safe
@at_desk
def page(request: DeskRequest) -> HttpResponse:
    """Two statements. What must be done first stands first; each leads to its case, where the step 回访 waits."""
    if not request.actor.has("case.follow_up"):
        raise Denied("case.follow_up")
    groups = dict(GROUPS)
    chosen = request.GET.get("group", "")
    is_late = chosen == LATE
    group = chosen if chosen in groups else ""
    found = follow_ups_due(request.actor, at=request.at, group=group, is_late=is_late)
    rows = [
        {
            "answer": one,
            "case": one.case,
            "is_seen": covers(request.actor, "case.see", one.case),
            "place": place_name(one.case),
            "matter": matter_name(one.matter_id),
            "desk": desk_name(one.desk_id),
            "is_own": one.case.finished_by_id == request.user.pk,
        }
        for one in found
    ]
    context = {
        "rows": rows,
        "counts": due_counts(request.actor, at=request.at),
        "is_late": is_late,
        "is_cut": len(found) == PAGE,
        "choices": [
            (_("全部"), "?", not group and not is_late),
            *[(str(label), f"?group={code}", code == group) for code, label in GROUPS],
            (_("过了时间没有打成的"), f"?group={LATE}", is_late),
        ],
    }
    return whole(request, "operation/figures/follow_ups.html", context)
