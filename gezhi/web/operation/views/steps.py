"""Taking a step: its form, what becomes of it, and the next case."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.cases import worklist
from gezhi.cases.access import get_case
from gezhi.cases.actions import take
from gezhi.cases.actions.place import place_of, place_of_case
from gezhi.cases.actions.route import explained_route
from gezhi.cases.models import Case
from gezhi.cases.queries import steps_for
from gezhi.cases.situation import situation_of
from gezhi.cases.workflow import STEPS, Stage, Step, Who, refusal
from gezhi.kernel.access import Denied
from gezhi.kernel.events import STALE
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.people.queries import directory
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.beside import request_shown
from gezhi.web.operation.forms import StepForm, keep_uploads, token_of
from gezhi.web.operation.forms.parts import asks_for_rows
from gezhi.web.operation.listing import list_context
from gezhi.web.operation.names import matter_info
from gezhi.web.operation.page import at_desk, filters_of, show, wants, whole, whole_number
from gezhi.web.operation.views.case import case_context
from gezhi.web.operation.views.mains import mains_of
from gezhi.web.operation.views.maps import extent
from gezhi.web.operation.wording import done_words, why

RESIDENT_READS = ("answer", "decline", "verify", "admit", "dismiss")
# Steps that answer what the holder has asked for.
DECIDES = ("grant_extension", "refuse_extension", "suspend", "refuse_suspension")


@require_http_methods(["GET", "POST"])
@at_desk
def step(request: DeskRequest, number: str, name: str) -> HttpResponse:
    """GET the form of a step, POST to take it."""
    found = get_case(request.actor, number)
    row = STEPS.get(name)
    if row is None or row.creates or row.door or Who.STAFF not in row.by:
        raise Missing("no_such_step", _("没有这一步。"))
    if request.method == "POST":
        return taken(request, found, row)
    if row not in steps_for(found, request.actor, request.at):
        why_not = refusal(row, situation_of(found, request.actor, request.at))
        problem = why_not.otherwise if why_not is not None else _("您的岗位现在不能做这一步。")
        return step_page(request, found, row, StepForm(row, found, request.actor, request.at), problem=problem)
    return step_page(request, found, row, StepForm(row, found, request.actor, request.at))


def step_page(
    request: DeskRequest,
    found: Case,
    row: Step,
    form: StepForm,
    *,
    status: int = 200,
    problem: Any = "",
    kept: str = "",
) -> HttpResponse:
    """The form within its case; alone where the case is already on the screen. After a refusal with everything that was typed."""
    context: dict[str, Any] = {
        "case": found,
        "step": row,
        "form": form,
        "seal": uuid4().hex,
        "kept": kept,
        "problem": problem,
        "is_open": row in steps_for(found, request.actor, request.at),
        "is_read_by_resident": row.name in RESIDENT_READS and "answer" in form.fields,
        "destination": destination_of(found, form) if "matter_id" in form.fields else None,
        "request_shown": request_shown(found) if row.name in DECIDES else None,
        **choosing(request, found, form),
    }
    if status == 200 and wants(request, "step"):
        query = request.GET.urlencode()
        return whole(request, "operation/step.html", {**context, "query": f"?{query}" if query else ""})
    return show(
        request,
        "operation/case.html",
        {**case_context(request, found), **context, "clash": status == 409},
        opened=found.pk,
        status=status,
    )


def choosing(request: DeskRequest, found: Case, form: StepForm) -> dict[str, Any]:
    """What stands beside the fields to choose from: cases that are alike, the map of what the actor sees."""
    if "main_id" in form.fields:
        mains = mains_of(found, request)
        chosen = form["main_id"].value()
        return {"mains": mains, "chosen_main": chosen, "shown_mains": [one.row.case.number for one in mains]}
    return {"extent": extent(request.actor.areas("case.see"))} if "area_code" in form.fields else {}


def destination_of(found: Case, form: StepForm) -> dict[str, Any] | None:
    """Where the chosen matter would send the case, and why: shown before it is sent."""
    try:
        chosen = form["matter_id"].value()
        return destination_context(found, int(chosen)) if chosen else None
    except ValueError:
        return None


def destination_context(found: Case, matter_id: int) -> dict[str, Any] | None:
    matter = matter_info(matter_id)
    if matter is None:
        return None
    desk, explanation = explained_route(matter, place_of_case(found), is_emergency=found.is_emergency)
    return {"desk": desk, "why": why(explanation)}


@require_safe
@at_desk
def destination(request: DeskRequest, number: str) -> HttpResponse:
    """The same for a matter that was just picked."""
    found = get_case(request.actor, number)
    matter = whole_number(request.GET.get("matter_id", ""))
    context = destination_context(found, matter) if matter is not None else None
    return whole(request, "operation/destination.html", {"destination": context})


@require_safe
@at_desk
def place(request: DeskRequest, number: str) -> HttpResponse:
    """For a point on the map: which grid it is, and who would handle this case there."""
    found = get_case(request.actor, number)
    try:
        new = place_of(lng=float(request.GET.get("lng", "")), lat=float(request.GET.get("lat", "")))
        matter = matter_info(found.matter_id)
        if found.stage == Stage.RECEIVED or matter is None:
            desk, is_handled = directory().intake_for(new.code), False
        else:
            desk, is_handled = explained_route(matter, new, is_emergency=found.is_emergency)[0], True
        context = {"place": name_path(new.code), "desk": desk, "is_handled": is_handled}
    except ValueError:
        context = {"problem": _("坐标不正确，请在地图上选点。")}
    except Refused as error:
        context = {"problem": error.message}
    return whole(request, "operation/place.html", context)


# --- taking it ------------------------------------------------------------------------------------------------------


def taken(request: DeskRequest, found: Case, row: Step) -> HttpResponse:
    """Take the step once, however often it was sent; then on to the next case unless this one stays with the person."""
    form = StepForm(row, found, request.actor, request.at, data=request.POST, files=request.FILES)
    if asks_for_rows(request.POST):
        form.is_valid()
        form.errors.clear()
        return step_page(request, found, row, form, kept=request.POST.get("kept", ""))
    seen = whole_number(request.POST.get("seen", ""))
    kept = request.POST.get("kept", "")
    filters = filters_of(request)
    if not form.is_valid():
        return step_page(request, found, row, form, status=422, kept=kept)
    user_id, at = request.user.pk, request.at
    following = worklist.next_after(found, filters, request.actor, at)
    inputs = form.inputs()
    try:
        files = keep_uploads(form.cleaned_data.get("files", []), kept=kept, user_id=user_id, at=at)
        kept = token_of(files, user_id)
        if "files" in form.fields:
            inputs["files"] = files

        def do() -> tuple[int, Any]:
            moved = take(row.name, found, actor=request.actor, at=at, seen=seen, **inputs)
            return 200, {"case": moved.pk, "words": done_words(row.name, moved)}

        content = {**inputs, "files": [file.sha256 for file in files], "case": found.pk, "step": row.name}
        (_status, answer), _replayed = once(f"desk:{user_id}", request.POST.get("seal", ""), content, do, at=at)
    except Denied:
        if seen is None or seen == found.version:
            raise
        # The case lies elsewhere by now: what is missing is not the right but the news.
        return refused(request, found, form, Conflict("stale", STALE), kept)
    except Refused as error:
        return refused(request, found, form, error, kept)
    return onwards(request, found, following, answer["words"])


def refused(request: DeskRequest, found: Case, form: StepForm, error: Refused, kept: str) -> HttpResponse:
    """The form again, with what was typed, the case as it is now, and the reason."""
    if isinstance(error, Conflict):
        fresh = get_case(request.actor, found.pk)
        return step_page(request, fresh, form.step, form, status=409, problem=error.message, kept=kept)
    form.refuse(error.field, error.message)
    return step_page(request, found, form.step, form, status=error.status, kept=kept)


def onwards(request: DeskRequest, found: Case, following: Case | None, words: str) -> HttpResponse:
    """Show this case again while it is this person's to carry forward, else the next of the list, else that all is done."""
    here = get_or_none(request, found.pk)
    stays = here is not None and any(is_mine(one) for one in steps_for(here, request.actor, request.at))
    shown = here if stays else get_or_none(request, following.pk) if following is not None else None
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    url = reverse("operation:case", args=[shown.number]) if shown is not None else reverse("operation:worklist")
    link = reverse("operation:case", args=[found.number]) + query
    message = format_html('{} <a href="{}">{}</a>', words, link, found.number) if here is not None else words
    if not request.htmx:
        messages.success(request, message)
        return HttpResponseRedirect(url + query)
    context = {
        **list_context(request, filters_of(request), opened=shown.pk if shown is not None else None),
        **(case_context(request, shown) if shown is not None else {}),
        "pane": "operation/case.html" if shown is not None else "operation/nothing_open.html",
        "message": message,
    }
    response = whole(request, "operation/after_step.html", context)
    response["HX-Push-Url"] = url + query
    return response


def is_mine(step: Step) -> bool:
    """Does it carry the case forward, by the person who looks at it now?"""
    return step.tone == "forward" and not step.door


def get_or_none(request: DeskRequest, pk: int) -> Case | None:
    """The case afresh; None when the step took it out of this person's sight."""
    try:
        return get_case(request.actor, pk)
    except Missing:
        return None
