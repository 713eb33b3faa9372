"""What workers say, with its answer; and the lists 四倡导、六必访、六个做、七个好."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.fieldwork.access import answers, get_suggestion
from gezhi.fieldwork.actions import define_entry, take_suggestion
from gezhi.fieldwork.checklists import checklists
from gezhi.fieldwork.models import Addressee, ChecklistGroup, Suggestion, SuggestionKind
from gezhi.fieldwork.models.checklist import SIZES
from gezhi.fieldwork.workflow import SuggestionStage
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.secrets import blind_index
from gezhi.kernel.workbooks import Column, Sheet
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.fieldwork.page import as_workbook
from gezhi.web.operation.listing import Choice
from gezhi.web.operation.page import whole_number
from gezhi.web.support.fieldwork.forms import AnswerForm, EntryForm
from gezhi.web.support.fieldwork.rooms import ANSWER, LISTS
from gezhi.web.support.page import for_support, show

ROOM = "fieldwork"
MOST_SHOWN = 200


def to_answer(request: DeskRequest) -> tuple[str, list[dict[str, Any]]]:
    """The stage asked for and the rows, what waits longest first; nobody's own. One statement."""
    stage = request.GET.get("stage", SuggestionStage.OPEN)
    stage = stage if stage in SuggestionStage.values else SuggestionStage.OPEN
    rows = Suggestion.objects.visible_to(request.actor).exclude(author_id=request.actor.user_id)
    order = "sent_at" if stage == SuggestionStage.OPEN else "-sent_at"
    found = [
        {
            "one": one,
            "kind": SuggestionKind(one.kind).label,
            "addressee": Addressee(one.addressee).label,
            "place": name_path(one.street_code) if one.street_code else _("全区"),
        }
        for one in rows.filter(stage=stage).order_by(order, "pk")[:MOST_SHOWN]
    ]
    return stage, found


@require_safe
@for_support(*ANSWER)
def suggestions(request: DeskRequest) -> HttpResponse:
    stage, rows = to_answer(request)
    context = {
        "title": _("投诉建议"),
        "rows": rows,
        "stage": stage,
        "stages": [Choice(str(one.label), f"?stage={one.value}", one.value == stage) for one in SuggestionStage],
        "is_cut": len(rows) == MOST_SHOWN,
    }
    return show(request, "support/fieldwork/suggestions.html", context, room=ROOM)


@require_safe
@for_support(*ANSWER)
def workbook(request: DeskRequest) -> HttpResponse:
    """When and of what sort, without words and authors: a file goes further than a page."""
    _stage, rows = to_answer(request)
    lines = [(row["kind"], row["addressee"], row["place"], row["one"].sent_at, row["one"].answered_at) for row in rows]
    columns = [
        Column(_("类别")),
        Column(_("由谁答复"), 10),
        Column(_("街道"), 10),
        Column(_("提出时间"), 10),
        Column(_("答复时间"), 10),
    ]
    return as_workbook("suggestions.xlsx", Sheet(_("投诉建议"), columns, lines, [_("内容加密保存，不进表格。")]))


@require_http_methods(["GET", "POST"])
@for_support(*ANSWER)
def suggestion(request: DeskRequest, pk: int) -> HttpResponse:
    """One of them, and the form of the answer while it waits."""
    found = get_suggestion(request.actor, pk)
    form = AnswerForm(data=request.POST if request.method == "POST" else None)
    status, problem = 200, ""
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                answered(request, found, form.cleaned_data["answer"])
                messages.success(request, _("已答复，提出的人在手机上看得到。"))
                return HttpResponseRedirect(reverse("support:fieldwork:suggestions"))
            except Refused as error:
                status, problem = error.status, str(error.message)
                found = get_suggestion(request.actor, pk)
    context = {
        "title": SuggestionKind(found.kind).label,
        "found": found,
        "stage": SuggestionStage(found.stage).label,
        "addressee": Addressee(found.addressee).label,
        "place": name_path(found.street_code) if found.street_code else _("全区"),
        "form": form,
        "may_answer": found.stage == SuggestionStage.OPEN
        and answers(request.actor, found)
        and found.author_id != request.actor.user_id,
        "problem": problem,
        "seal": uuid4().hex,
        "seen": found.version,
        "submit": _("答复"),
        "back": reverse("support:fieldwork:suggestions"),
    }
    return show(request, "support/fieldwork/suggestion.html", context, room=ROOM, status=status)


def answered(request: DeskRequest, found: Suggestion, words: str) -> None:
    """Once, however often it was sent. Of the words only a blind mark is kept for that."""
    seen = whole_number(request.POST.get("seen", ""))

    def do() -> tuple[int, Any]:
        take_suggestion("answer", found, actor=request.actor, at=request.at, seen=seen, answer=words)
        return 200, {}

    content = {"suggestion": found.pk, "answer": blind_index(words, context="support.fieldwork")}
    once(f"desk:{request.user.pk}", request.POST.get("seal", ""), content, do, at=request.at)


def require_lists(actor: Actor) -> None:
    """They are the district's: a street's support reads them on the form of a visit."""
    if not actor.may("checklist.edit", area=settings.DISTRICT):
        raise Denied("checklist.edit")


@require_safe
@for_support(*LISTS)
def lists(request: DeskRequest) -> HttpResponse:
    """The four lists; the district changes them."""
    known = checklists()
    context = {
        "title": _("走访清单"),
        "groups": [
            {"label": group.label, "size": SIZES[group], "entries": known.of(group, active_only=False)}
            for group in ChecklistGroup
        ],
        "may_edit": request.actor.may("checklist.edit", area=settings.DISTRICT),
    }
    return show(request, "support/fieldwork/checklists.html", context, room=ROOM)


@require_http_methods(["GET", "POST"])
@for_support(*LISTS)
def entry(request: DeskRequest, code: str) -> HttpResponse:
    """Other words for an entry."""
    require_lists(request.actor)
    found = checklists().entries.get(code)
    if found is None:
        raise Missing("no_such_entry", _("清单里没有这一项。"))
    names = ("name", "position", "is_confirmed", "is_active")
    initial = {name: getattr(found, name) for name in names}
    form = EntryForm(initial=initial, data=request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                define_entry(actor=request.actor, at=request.at, group=found.group, code=code, **form.cleaned_data)
                messages.success(request, _("已保存，手机下次联网就会换上。"))
                return HttpResponseRedirect(reverse("support:fieldwork:checklists"))
            except Refused as error:
                form.refuse(error.field, error.message)
                status = error.status
    context = {
        "title": f"{ChecklistGroup(found.group).label} · {found.name}",
        "form": form,
        "submit": _("保存"),
        "back": reverse("support:fieldwork:checklists"),
    }
    return show(request, "support/fieldwork/entry.html", context, room=ROOM, status=status)
