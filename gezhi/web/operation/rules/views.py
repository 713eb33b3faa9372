"""The pages of the rules: what holds, what held, who decided it; a form for the next row, which can be tried before it is kept."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gezhi.kernel.access import Denied
from gezhi.kernel.models import Event
from gezhi.kernel.refusals import Missing, Refused
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.page import at_desk, whole
from gezhi.web.operation.rules.forms import RuleForm
from gezhi.web.operation.rules.kinds import KINDS, RuleKind
from gezhi.web.operation.rules.trying import TRIALS

RIGHT = "matter.edit"
MOST_EVENTS = 50


def kind_of(request: DeskRequest, name: str) -> RuleKind:
    if not request.actor.may(RIGHT, area=settings.DISTRICT):
        raise Denied(RIGHT)
    kind = KINDS.get(name)
    if kind is None:
        raise Http404
    return kind


@require_http_methods(["GET", "POST"])
@at_desk
def page(request: DeskRequest, name: str = "plans") -> HttpResponse:
    """The rows with their spans and their history. A POST tries the new row (`try`) or keeps it."""
    kind = kind_of(request, name)
    if request.method != "POST":
        return show(request, name, kind, kind.form(request.at))
    form = kind.form(request.at, request.POST)
    if not form.is_valid():
        return show(request, name, kind, form, status=422)
    if "try" in request.POST and kind.tried in TRIALS:
        return show(request, name, kind, form, trial=TRIALS[kind.tried](form, request))
    try:
        kind.keep(form, request.actor, request.at)
    except Refused as error:
        form.refuse(error.field, error.message)
        return show(request, name, kind, form, status=error.status)
    messages.success(request, _("已保存，到时自动生效。"))
    return HttpResponseRedirect(reverse("operation:rules", args=[name]))


@require_POST
@at_desk
def end(request: DeskRequest, name: str, pk: int) -> HttpResponse:
    """Let a row hold until a day, where no other takes its place."""
    kind = kind_of(request, name)
    row = kind.model._default_manager.filter(pk=pk).first()
    if row is None or kind.end is None:
        raise Missing("no_such_rule", _("没有这一条。"))
    try:
        last = date.fromisoformat(request.POST.get("valid_until", ""))
        kind.end(row, request.actor, request.at, last)
    except ValueError:
        messages.error(request, _("请填写到哪一天为止。"))
    except Refused as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("已保存，到那一天为止。"))
    return HttpResponseRedirect(reverse("operation:rules", args=[name]))


def show(
    request: DeskRequest, name: str, kind: RuleKind, form: RuleForm, *, status: int = 200, trial: Any = None
) -> HttpResponse:
    context = {
        "name": name,
        "kind": kind,
        "form": form,
        "trial": trial,
        "rows": [row_of(row, kind, request.at) for row in kind.rows()],
        "told": told(kind),
        "kinds": [(str(one.label), reverse("operation:rules", args=[key]), key == name) for key, one in KINDS.items()],
        "try_href": f"{reverse('operation:try-rule')}?what={kind.tried}" if kind.tried in ("rung", "share") else "",
        "may_try": kind.tried in TRIALS,
        "today": request.at.date().isoformat(),
    }
    return whole(request, "operation/figures/rules.html", context, status=status)


def row_of(row: Any, kind: RuleKind, at: datetime) -> dict[str, Any]:
    first, last = kind.span(row)
    return {
        "row": row,
        "words": kind.words(row),
        "first": first,
        "last": last,
        "may_end": kind.end is not None and not last,
    }


def told(kind: RuleKind) -> list[dict[str, Any]]:
    """Who decided what, the newest first. Two statements."""
    events = Event.objects.filter(subject_kind=kind.model.subject_kind).order_by("-id")[:MOST_EVENTS]
    rows = kind.model._default_manager.in_bulk([event.subject_id for event in events])
    return [
        {
            "at": event.at,
            "who": event.actor_name,
            "what": _("结束") if event.name.endswith(".ended") else _("设定"),
            "words": kind.words(rows[event.subject_id]).split("\n")[0] if event.subject_id in rows else "",
        }
        for event in events
    ]
