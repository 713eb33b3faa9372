"""试算: try a changed rule on a recorded month. Nothing is written."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.cases.dry_run import Comparison, Example, ShareChange
from gezhi.cases.models import Case
from gezhi.cases.models.rung import DEEDS
from gezhi.cases.trials import MOST_CASES, try_rule
from gezhi.kernel.access import Denied
from gezhi.kernel.months import before, month_of, start_of
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.figures import months_to_choose
from gezhi.web.operation.names import desk_name, place_name
from gezhi.web.operation.page import at_desk, whole
from gezhi.web.operation.trying import FORMS, LEFT_OUT, BeforeAfter, TrialForm

RIGHT = "matter.edit"


@require_safe
@at_desk
def page(request: DeskRequest) -> HttpResponse:
    """The form; filled in, it is its own address, so that a colleague can open the same trial."""
    if not request.actor.has(RIGHT):
        raise Denied(RIGHT)
    what = request.GET.get("what", "limit")
    what = what if what in FORMS else "limit"
    is_asked = "month" in request.GET
    data = request.GET if is_asked else None
    initial = {"month": before(month_of(request.at)), "unit": "working_days"}
    form = FORMS[what][1](request.at, months_to_choose(request.at), data, initial)
    context: dict[str, Any] = {
        "form": form,
        "what": what,
        "choices": [(str(words), f"?what={name}", name == what) for name, (words, _form) in FORMS.items()],
    }
    status = 200
    if is_asked:
        if form.is_valid():
            context |= tried(form, request)
        else:
            status = 422
    return whole(request, "operation/figures/try.html", context, status=status)


def tried(form: TrialForm, request: DeskRequest) -> dict[str, Any]:
    month = form.cleaned_data["month"]
    change = form.change()
    found = try_rule(change, first=start_of(month), last=start_of(before(month, -1)), at=request.at)
    return {
        "found": found,
        "is_share": isinstance(change, ShareChange),
        "numbers": numbers(found, is_share=isinstance(change, ShareChange)),
        "moved": [(desk_name(one), desk_name(other), count) for (one, other), count in found.moved.most_common()],
        "left_out": [(str(LEFT_OUT[reason]), count) for reason, count in found.left_out.most_common()],
        "examples": examples(found),
        "is_cut": found.cases + sum(found.left_out.values()) >= MOST_CASES,
    }


def numbers(found: "Comparison[int]", *, is_share: bool) -> list[BeforeAfter]:
    if is_share:
        return [BeforeAfter(_("抽中回访"), *found.drawn)]
    names = dict(DEEDS)
    return [
        BeforeAfter(_("超期"), *found.overdue),
        *[BeforeAfter(str(names[deed]), *both) for deed, both in found.deeds.items()],
    ]


def examples(found: "Comparison[int]") -> list[dict[str, Any]]:
    """The cases themselves, by one statement."""
    cases = Case.objects.in_bulk([one.subject for one in found.examples])
    return [example(one, cases[one.subject]) for one in found.examples if one.subject in cases]


def example(one: "Example[int]", case: Case) -> dict[str, Any]:
    return {
        "case": case,
        "place": place_name(case),
        "before": one.before,
        "after": one.after,
        "desk_before": desk_name(one.before.desk_id),
        "desk_after": desk_name(one.after.desk_id) if one.after.desk_id != one.before.desk_id else "",
        "is_due_changed": one.shift.total_seconds() != 0,
        "deeds_before": deeds(one.before.deeds),
        "deeds_after": deeds(one.after.deeds) if one.after.deeds != one.before.deeds else None,
    }


def deeds(codes: tuple[str, ...]) -> str:
    names = dict(DEEDS)
    return "、".join(str(names[code]) for code in codes) or _("无")
