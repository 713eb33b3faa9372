"""What the pages of this room share: a register, a record with its sections, a form that does one thing once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Refused
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.page import is_signed_in, to_sign_in, whole_number
from gezhi.web.support.page import P, View, show
from gezhi.web.support.workforce.forms import DeedForm
from gezhi.web.support.workforce.tables import PAPER, WORKBOOK, Table, as_file

ROOM = "workforce"
A_PAGE = 100


def for_everybody(view: View[P]) -> View[P]:
    """For whoever works here, also before a post gives any right: one's own courses, things and shifts. The three officers have none."""

    @wraps(view)
    def checked(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not is_signed_in(request):
            return to_sign_in(request)
        if request.actor.officer:
            return redirect("desk")
        response = view(request, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return checked


@dataclass(frozen=True, slots=True)
class Button:
    """A way to do something: a link to its form, or where nothing is to be filled in a form of its own."""

    label: Any
    href: str
    tone: str = "plain"
    key: str = ""
    is_direct: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    label: Any
    href: str
    is_chosen: bool


def choices(request: DeskRequest, name: str, offered: Sequence[tuple[str, Any]]) -> list[Choice]:
    """Links that choose one value of a filter and keep the others."""
    given = {key: value for key, value in request.GET.items() if key not in (name, "as", "page")}
    chosen = request.GET.get(name, "")
    return [
        Choice(label, "?" + urlencode({**given, **({name: value} if value else {})}), value == chosen)
        for value, label in offered
    ]


@dataclass(frozen=True)
class Register:
    """A page that is a table: what it says above, how to filter and search it, what may be begun from it."""

    table: Table
    lead: Any = ""
    buttons: Sequence[Button] = ()
    filters: Sequence[tuple[Any, Sequence[Choice]]] = ()
    search: str | None = None
    more: Sequence[Table] = ()


def register_page(request: DeskRequest, register: Register) -> HttpResponse:
    """The register as the page, or as the file that the address asks for. A hundred rows a page; the file has them all."""
    file = as_file(request, register.table)
    if file is not None:
        return file
    given = {key: value for key, value in request.GET.items() if key not in ("as", "page")}
    number = max(whole_number(request.GET.get("page", "")) or 1, 1)
    lines = register.table.lines
    shown = lines[(number - 1) * A_PAGE : number * A_PAGE]
    context = {
        "title": register.table.title,
        "register": register,
        "table": register.table,
        "lines": shown,
        "total": len(lines),
        "workbook": "?" + urlencode({**given, "as": WORKBOOK}),
        "paper": "?" + urlencode({**given, "as": PAPER}),
        "previous": "?" + urlencode({**given, "page": number - 1}) if number > 1 else "",
        "next": "?" + urlencode({**given, "page": number + 1}) if number * A_PAGE < len(lines) else "",
        "kept": {key: value for key, value in given.items() if key != "q"},
    }
    return show(request, "support/workforce/register.html", context, room=ROOM)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a record: a table, words, or both; and what may be done there."""

    title: Any
    table: Table | None = None
    words: Any = ""
    buttons: Sequence[Button] = ()


@dataclass(frozen=True)
class Record:
    """One thing with all that is known of it. `story` are lines of what happened."""

    title: Any
    back: str
    back_label: Any
    state: Any = ""
    tone: str = "quiet"
    lead: Any = ""
    facts: Sequence[tuple[Any, Any]] = ()
    buttons: Sequence[Button] = ()
    sections: Sequence[Section] = ()
    story: Sequence[Any] = ()
    papers: Sequence[tuple[Any, str]] = ()
    seen: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


def record_page(request: DeskRequest, record: Record, *, status: int = 200) -> HttpResponse:
    context = {"title": record.title, "record": record, "seal": uuid4().hex, "seen": record.seen, **record.extra}
    return show(request, "support/workforce/record.html", context, room=ROOM, status=status)


def deed_page(
    request: DeskRequest,
    form: DeedForm,
    do: Callable[[dict[str, Any]], object],
    *,
    title: Any,
    back: str,
    submit: Any,
    done: Any,
    lead: Any = "",
    seen: int | None = None,
    room: str = ROOM,
    then: Callable[[], str] | None = None,
    links: Sequence[tuple[Any, str, bool]] = (),
) -> HttpResponse:
    """A form that does one thing, once however often it is sent. After a refusal everything typed is still there.

    `then` gives the address to go to afterwards where it isn't the one before; `links` choose what the form is about.
    """
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = dict(form.cleaned_data)

            def run() -> tuple[int, Any]:
                do(given)
                return 200, then() if then is not None else back

            content = {
                name: request.POST.getlist(name) for name in request.POST if name not in ("csrfmiddlewaretoken", "seal")
            }
            try:
                (_status, target), _replayed = once(
                    f"desk:{request.user.pk}", request.POST.get("seal", ""), [request.path, content], run, at=request.at
                )
            except Refused as error:
                form.refuse(error.field, error.message)
                status = error.status
            else:
                messages.success(request, str(done))
                return HttpResponseRedirect(target)
    context = {
        "title": title,
        "lead": lead,
        "form": form,
        "seal": request.POST.get("seal") or uuid4().hex,
        "submit": submit,
        "back": back,
        "seen": seen,
        "links": links,
    }
    return show(request, "support/workforce/form.html", context, room=room, status=status)


def seen_of(request: DeskRequest) -> int | None:
    """The version that the person looked at."""
    return whole_number(request.POST.get("seen", ""))
