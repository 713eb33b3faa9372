"""The frame of the pages of the land: who may enter, what stands around every page, downloads, and forms that are sent once."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from gezhi.kernel.receipts import once
from gezhi.kernel.workbooks import KIND, Sheet, write
from gezhi.territory.access import EDIT, sees_land
from gezhi.territory.models import GridSubtype
from gezhi.territory.models.planning import ASK_PLANNER
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.listing import Choice, desk_names
from gezhi.web.operation.page import is_signed_in, to_sign_in, whole

P = ParamSpec("P")
View = Callable[Concatenate[DeskRequest, P], HttpResponseBase]


def for_land(view: View[P]) -> View[P]:
    """For people who serve a piece of land: others are sent to sign in, or to the desk that is theirs. No cache keeps anything."""

    @wraps(view)
    def checked(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not is_signed_in(request):
            return to_sign_in(request)
        if not sees_land(request.actor):
            return redirect("desk")
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return checked


def show(request: DeskRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A template of the land within its frame."""
    frame = {
        "desk_names": desk_names(request.actor),
        "actor": request.actor,
        "workspace": _("区划网格"),
        "may_edit": request.actor.has(EDIT),
        "may_propose": any(request.actor.has(right) for right in ASK_PLANNER),
    }
    return whole(request, f"operation/land/{template}.html", {**frame, **context}, status=status)


def choice(label: Any, query: dict[str, str], *, is_chosen: bool = False, count: int | None = None) -> Choice:
    """A link that narrows or widens a list; empty choices have no place in an address."""
    said = {name: value for name, value in query.items() if value}
    return Choice(str(label), f"?{urlencode(said)}", is_chosen, "" if count is None else f"{count:,}")


def subtype_names() -> dict[str, str]:
    """The dictionary of dedicated grids by code. One statement."""
    return dict(GridSubtype.objects.values_list("code", "name"))


def workbook(name: str, *sheets: Sheet) -> HttpResponse:
    return download(write(*sheets), KIND, f"{name}.xlsx")


def download(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file that no browser opens by itself."""
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def done_once(request: DeskRequest, content: dict[str, Any], do: Callable[[], Any]) -> Any:
    """What `do` answered, however often the form was sent; the answer is a key or nothing."""
    seal = request.POST.get("seal", "")
    (_status, answer), _replayed = once(
        f"desk:{request.user.pk}", seal, {"path": request.path, **content}, lambda: (200, do() or {}), at=request.at
    )
    return answer
