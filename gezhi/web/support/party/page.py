"""What the pages of the party share: a table that is also a workbook, a form that is sent once, the area that one looks at."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpResponse, HttpResponseRedirect

from gezhi.kernel.calendar import local_day
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Refused
from gezhi.kernel.workbooks import Column, Sheet
from gezhi.territory.queries import AreaName, area_name, list_names, name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.disputes.forms import Refusable
from gezhi.web.support.export import exported
from gezhi.web.support.page import show

ROOM = "party"
Row = TypeVar("Row", bound=models.Model)
BELOW = {6: "street", 9: "community", 12: "grid"}


# --- tables -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with what stands around it on the page; the workbook takes the value alone. `state` colours it, the words say it too."""

    value: Any
    href: str = ""
    small: Any = ""
    state: str = ""
    depth: int = 0

    @property
    def is_number(self) -> bool:
        return isinstance(self.value, int)

    @property
    def is_day(self) -> bool:
        return isinstance(self.value, date)

    @property
    def shown(self) -> Any:
        """A day as it is written here in every language; nothing for an empty cell."""
        return "" if self.value is None else self.value.isoformat() if self.is_day else self.value


@dataclass(frozen=True, slots=True)
class Listing:
    """A table: headings, lines of cells or plain values, and what the page says where it is empty."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    title: Any = ""
    empty: Any = ""
    name: str = ""

    @property
    def lines(self) -> list[list[Cell]]:
        return [[one if isinstance(one, Cell) else Cell(one) for one in row] for row in self.rows]

    @property
    def headings(self) -> list[tuple[Any, bool]]:
        """With whether the column is one of numbers."""
        lines = self.lines
        return [(column.title, any(line[at].is_number for line in lines)) for at, column in enumerate(self.columns)]


def plain(value: Any) -> Any:
    return value.value if isinstance(value, Cell) else value


def workbook(request: DeskRequest, name: str, *listings: Listing, notes: Sequence[Any] = ()) -> HttpResponse:
    """The tables of a page for Excel, or with `?as=docx` for Word."""
    sheets = [
        Sheet(one.title or name, one.columns, [[plain(value) for value in row] for row in one.rows], notes)
        for one in listings
    ]
    return exported(request, name, sheets)


# --- the area -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scope:
    """The area that a page is about ("" where only what the person serves is seen), the way up and the ways down."""

    code: str
    name: str
    up: str
    below: list[AreaName]


def scope_of(request: DeskRequest, right: str) -> Scope:
    """From the address, inside what the person's right reaches; the first of those where the address says nothing that makes sense."""
    areas = request.actor.areas(right)
    code = request.GET.get("area", "")
    known = area_name(code) is not None and any(code.startswith(area) for area in areas)
    code = code if known else (areas[0] if areas else "")
    up = code[:-3] if any(code[:-3].startswith(area) for area in areas) and len(code) > 6 else ""
    level = BELOW.get(len(code))
    below = list_names(level, within=code) if level in {"street", "community"} else []  # type: ignore[arg-type]
    return Scope(code, name_path(code) if code else "", up, below)


def today(request: DeskRequest) -> Any:
    return local_day(request.at)


# --- forms --------------------------------------------------------------------------------------------------------------


def form_page(
    request: DeskRequest,
    make: Callable[..., Refusable],
    act: Callable[[dict[str, Any]], tuple[str, Any]],
    *,
    title: Any,
    submit: Any,
    back: str,
    seen: int | None = None,
    template: str = "support/party/form.html",
    room: str = ROOM,
    **context: Any,
) -> HttpResponse:
    """Show a form, or do once what was sent. `act` is given the cleaned inputs, calls the action, and says where to go and what to say.

    After a refusal the form comes back with everything that was typed and the reason beside the field.
    """
    around = {"title": title, "submit": submit, "back": back, "seen": seen, "seal": uuid4().hex, **context}
    if request.method != "POST":
        return show(request, template, {**around, "form": make()}, room=room)
    form = make(data=request.POST, files=request.FILES)
    status = 422
    if form.is_valid():
        try:
            content = {"path": request.path, **form.cleaned_data}
            seal = request.POST.get("seal", "")

            def do() -> tuple[int, Any]:
                href, words = act(dict(form.cleaned_data))
                return 200, [href, str(words)]

            (_status, (href, words)), _replayed = once(f"desk:{request.user.pk}", seal, content, do, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.field, refusal.message)
            status = refusal.status
        else:
            messages.success(request, words)
            return HttpResponseRedirect(href)
    return show(request, template, {**around, "form": form}, room=room, status=status)


def version_seen(request: DeskRequest) -> int | None:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def named(rows: Iterable[Row], key: str) -> Row:
    """The row of a choice field: the field itself takes only keys of these rows."""
    return next(row for row in rows if str(row.pk) == key)


class Nothing(Refusable):
    """A step that only has to be confirmed."""

    nothing = forms.CharField(required=False, widget=forms.HiddenInput)
