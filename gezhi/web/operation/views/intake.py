"""Taking down what somebody says at the counter or on the telephone, and what was found and solved on the spot."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.cases import actions, worklist
from gezhi.cases.access import get_case
from gezhi.cases.models import Source
from gezhi.cases.workflow import STEPS, Step
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.models import StoredFile
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Missing, Refused
from gezhi.people.models import DeskKind
from gezhi.people.queries import directory
from gezhi.territory.locate import require_located
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.forms import IntakeForm, SolveForm, keep_uploads, matter_choices, token_of
from gezhi.web.operation.forms.choices import area_choices
from gezhi.web.operation.listing import Row
from gezhi.web.operation.page import at_desk, show, whole
from gezhi.web.operation.views.maps import extent

NEAR_METRES, NEAR_CASES = 150.0, 5


@require_http_methods(["GET", "POST"])
@at_desk
def new(request: DeskRequest) -> HttpResponse:
    """代录."""
    return intake(request, STEPS["report"], IntakeForm(area_choices(request.actor, "case.report"), **sent(request)))


@require_http_methods(["GET", "POST"])
@at_desk
def solve(request: DeskRequest) -> HttpResponse:
    """即查即办."""
    form = SolveForm(area_choices(request.actor, "case.solve"), matter_choices(request.at), **sent(request))
    return intake(request, STEPS["solve"], form)


def sent(request: DeskRequest) -> dict[str, Any]:
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


def intake(request: DeskRequest, step: Step, form: IntakeForm) -> HttpResponse:
    """The form; sent once or twice, it makes one case. What is refused comes back with all that was typed and attached."""
    if not request.actor.has(step.right):
        raise Denied(step.right)
    kept, status = request.POST.get("kept", ""), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            facts = dict(form.cleaned_data)
            try:
                files = keep_uploads(facts.pop("files"), kept=kept, user_id=request.user.pk, at=request.at)
                kept = token_of(files, request.user.pk)
                return arrived(request, step, recorded(request, step, facts, files))
            except Refused as error:
                form.refuse(error.field, error.message)
                status = error.status
    context = {
        "step": step,
        "form": form,
        "seal": uuid4().hex,
        "kept": kept,
        "extent": extent(request.actor.areas(step.right)),
    }
    return show(request, "operation/intake.html", context, status=status)


def recorded(request: DeskRequest, step: Step, facts: dict[str, Any], files: list[StoredFile]) -> dict[str, Any]:
    """The case that came of it, as its key, number and receipt code; the same ones when the form was sent twice."""

    def do() -> tuple[int, Any]:
        if step.name == "solve":
            case = actions.solve(actor=request.actor, at=request.at, files=files, **facts)
        else:
            source = source_of(request.actor)
            case = actions.report(actor=request.actor, at=request.at, files=files, source=source, **facts)
        return 200, {"case": case.pk, "number": case.number, "receipt": case.receipt_code}

    content = {**facts, "files": [file.sha256 for file in files], "step": step.name}
    seal = request.POST.get("seal", "")
    (_status, answer), _replayed = once(f"desk:{request.user.pk}", seal, content, do, at=request.at)
    return dict(answer)


def source_of(actor: Actor) -> Source:
    """Who sits in a grid alone reports what was found there; everybody else takes down what others say."""
    desks = directory().desks
    kinds = {desks[desk_id].kind for desk_id in actor.desks if desk_id in desks}
    return Source.WORKER if kinds == {DeskKind.GRID} else Source.COUNTER


def arrived(request: DeskRequest, step: Step, answer: dict[str, Any]) -> HttpResponse:
    """On to the new case; where somebody is waiting at the counter, with the receipt code to be read out to them."""
    if step.name == "solve":
        words = _("已记下，等待别人核查。")
    elif source_of(request.actor) == Source.WORKER:
        words = _("已上报。")
    else:
        words = _("已登记。回执码 %(code)s，请告诉来访人，凭它可以查进展。") % {"code": answer["receipt"]}
    try:
        case = get_case(request.actor, answer["case"])
    except Missing:
        messages.success(request, words)
        return HttpResponseRedirect(reverse("operation:worklist"))
    url = reverse("operation:case", args=[case.number])
    messages.success(request, format_html('{} <a href="{}">{}</a>', words, url, case.number))
    return HttpResponseRedirect(url)


@require_safe
@at_desk
def near(request: DeskRequest) -> HttpResponse:
    """For a point on the map: which grid it is, who will get the report, and what is already reported around it."""
    context: dict[str, Any] = {}
    try:
        lng, lat = float(request.GET.get("lng", "")), float(request.GET.get("lat", ""))
        located = require_located(lng, lat)
        cases = worklist.near(lng, lat, request.actor, metres=NEAR_METRES, limit=NEAR_CASES)
        context = {
            "place": name_path(located.code),
            "desk": directory().intake_for(located.code),
            "is_mine": request.actor.may("case.report", area=located.code),
            "rows": [Row.of(case, request.actor, request.at) for case in cases],
        }
    except ValueError:
        context = {"problem": _("坐标不正确，请在地图上选点。")}
    except Refused as error:
        context = {"problem": error.message}
    return whole(request, "operation/near.html", context)
