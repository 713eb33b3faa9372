"""One step with a selection: what all of them allow, the form once, and then which stood and why the others did not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.cases.actions import take_many
from gezhi.cases.actions.bulk import MOST_AT_ONCE
from gezhi.cases.models import Case
from gezhi.cases.queries import steps_for
from gezhi.cases.workflow import INPUTS, STEPS, Step
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Missing, Refused
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.forms import StepForm, keep_uploads, token_of
from gezhi.web.operation.listing import Row, list_context, query_of
from gezhi.web.operation.page import at_desk, filters_of, show, whole, whole_number

# What is another thing for every case.
SINGLE = frozenset({"parts", "place"})
RESIDENT_READS = ("answer", "decline", "verify")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one of the selection; `row` is None for one that is out of sight by now."""

    key: int
    row: Row | None
    why: str


def keys_in(request: HttpRequest) -> list[int]:
    data = request.POST if request.method == "POST" else request.GET
    keys = (whole_number(text) for text in data.getlist("case"))
    return list(dict.fromkeys(key for key in keys if key is not None))


def selection(request: DeskRequest, keys: Sequence[int]) -> list[Case]:
    """What of it the actor sees, in the order in which it was chosen. One statement."""
    rows = Case.objects.visible_to(request.actor).filter(pk__in=keys[:MOST_AT_ONCE]).select_related("holder")
    found = {case.pk: case for case in rows}
    return [found[key] for key in keys if key in found]


def common_steps(cases: Sequence[Case], request: DeskRequest) -> list[Step]:
    """The steps that every one of them allows, in the order of the table. No statement."""
    if not cases:
        return []
    allowed = [{step.name for step in steps_for(case, request.actor, request.at)} for case in cases]
    names = set.intersection(*allowed)
    # A colleague sits at one desk, and a main case is one place's.
    if len({case.desk_id for case in cases}) > 1:
        names.discard("hand_over")
    return [step for step in STEPS.values() if step.name in names and fits_many(step)]


def fits_many(step: Step) -> bool:
    return not step.door and SINGLE.isdisjoint(INPUTS[name].kind for name in (*step.needs, *step.offers))


@require_safe
@at_desk
def chosen(request: DeskRequest) -> HttpResponse:
    """The selection, and what can be done with all of it."""
    keys = keys_in(request)
    cases = selection(request, keys)
    return bulk_page(request, cases, {"too_many": len(keys) > MOST_AT_ONCE})


@require_http_methods(["GET", "POST"])
@at_desk
def step(request: DeskRequest, name: str) -> HttpResponse:
    """GET the form, POST to take the step with all of them."""
    row = STEPS.get(name)
    if row is None or row.creates or not fits_many(row):
        raise Missing("no_such_step", _("没有这一步。"))
    cases = selection(request, keys_in(request))
    if request.method == "POST" and cases:
        return taken(request, cases, row)
    if row not in common_steps(cases, request):
        return bulk_page(request, cases, {"problem": _("选中的件里，有的现在不能做“%(step)s”。") % {"step": row.label}})
    return bulk_page(request, cases, form_context(request, cases, row))


def form_for(request: DeskRequest, cases: Sequence[Case], row: Step, **kwargs: Any) -> StepForm:
    return StepForm(row, cases[0], request.actor, request.at, is_for_many=True, **kwargs)


def form_context(
    request: DeskRequest, cases: Sequence[Case], row: Step, form: StepForm | None = None, kept: str = ""
) -> dict[str, Any]:
    form = form if form is not None else form_for(request, cases, row)
    return {
        "step": row,
        "form": form,
        "seal": uuid4().hex,
        "kept": kept,
        "is_read_by_resident": row.name in RESIDENT_READS and "answer" in form.fields,
    }


def taken(request: DeskRequest, cases: Sequence[Case], row: Step) -> HttpResponse:
    """Once, however often it was sent. What was refused stays chosen, with everything that was typed."""
    form = form_for(request, cases, row, data=request.POST, files=request.FILES)
    kept, at = request.POST.get("kept", ""), request.at
    if not form.is_valid():
        return bulk_page(request, cases, form_context(request, cases, row, form, kept), status=422)
    inputs, keys, user_id = form.inputs(), [case.pk for case in cases], request.user.pk
    try:
        files = keep_uploads(form.cleaned_data.get("files", []), kept=kept, user_id=user_id, at=at)
        kept = token_of(files, user_id)
        if "files" in form.fields:
            inputs["files"] = files

        def do() -> tuple[int, Any]:
            outcomes = take_many(row.name, keys, actor=request.actor, at=at, **inputs)
            return 200, {str(one.key): "" if one.case is not None else str(one.refusal) for one in outcomes}

        # What was sent, not what of it is still in sight: done once, a step may have taken some of them away.
        sent = {"cases": keys_in(request), "step": row.name, "files": [file.sha256 for file in files]}
        content = {**inputs, **sent}
        (_status, answer), _replayed = once(f"desk:{user_id}", request.POST.get("seal", ""), content, do, at=at)
    except Refused as error:
        form.refuse(error.field, error.message)
        return bulk_page(request, cases, form_context(request, cases, row, form, kept), status=error.status)
    return report(request, row, form, kept, {int(key): why for key, why in answer.items()})


def report(request: DeskRequest, row: Step, form: StepForm, kept: str, answer: dict[int, str]) -> HttpResponse:
    """Which stood; and the form again for those that did not, while the step is still open to all of them."""
    fresh = {case.pk: case for case in selection(request, list(answer))}
    results = [
        Result(key, Row.of(fresh[key], request.actor, request.at) if key in fresh else None, why)
        for key, why in answer.items()
    ]
    failed = [fresh[one.key] for one in results if one.why and one.key in fresh]
    context: dict[str, Any] = {
        "results": [one for one in results if one.why],
        "done": [one for one in results if not one.why],
        "done_step": row,
        "retry": "&".join(f"case={case.pk}" for case in failed),
    }
    if failed and row in common_steps(failed, request):
        context |= form_context(request, failed, row, form, kept)
    return bulk_page(request, failed, context, is_report=True)


def bulk_page(
    request: DeskRequest, cases: Sequence[Case], more: dict[str, Any], *, status: int = 200, is_report: bool = False
) -> HttpResponse:
    filters = filters_of(request)
    query = query_of(filters)
    selected = "&".join(f"case={case.pk}" for case in cases)
    context = {
        "title": _("批量办理"),
        "rows": [Row.of(case, request.actor, request.at, query) for case in cases],
        "selected": selected,
        "steps": [] if is_report else common_steps(cases, request),
        "query": "" if query == "?" else query,
        "joined": f"{query}&{selected}" if query != "?" else f"?{selected}",
        "most": MOST_AT_ONCE,
        **more,
    }
    # The list beside it speaks of rows and a query of its own, so the pane has its words under one name.
    pane: dict[str, Any] = {"bulk": context}
    pane |= {name: context[name] for name in ("title", "step", "form", "kept") if name in context}
    if is_report and request.htmx:
        return whole(request, "operation/after_bulk.html", {**list_context(request, filters), **pane}, status=status)
    return show(request, "operation/bulk.html", pane | {"query": context["query"]}, status=status)
