"""The desk as a page: a list beside a pane. A browser that already shows it is sent only the part that changes."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from gezhi.cases.filters import Filters
from gezhi.cases.workflow import STEPS
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.listing import desk_names, list_context

P = ParamSpec("P")
# Digits of the largest key that both databases hold.
LONGEST_NUMBER = 18
View = Callable[Concatenate[DeskRequest, P], HttpResponseBase]


def at_desk(view: View[P]) -> View[P]:
    """For people who handle cases: others are sent to sign in, or told that there is nothing for them here.

    Any address of the desk also answers with the list alone, so choosing a filter leaves the pane and what was typed there untouched.
    """

    @wraps(view)
    def checked(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not is_signed_in(request):
            return to_sign_in(request)
        if not request.actor.has("case.see"):
            return redirect("desk")
        if request.method == "GET" and request.htmx and request.htmx.target == "list":
            opened = number_id(kwargs.get("number"))
            return whole(
                request, "operation/list.html", list_context(request, filters_of(request), opened=number_id(opened))
            )
        response = view(request, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return checked


def is_signed_in(request: HttpRequest) -> bool:
    return request.user.is_authenticated


def to_sign_in(request: DeskRequest) -> HttpResponse:
    """To the sign-in page and back; htmx is told to take the whole window there, not the pane."""
    if not request.htmx:
        return redirect_to_login(request.get_full_path())
    here = urlsplit(request.htmx.current_url or "")
    back = redirect_to_login(here.path + (f"?{here.query}" if here.query else "") if here.path else resolve_url("desk"))
    return HttpResponseClientRedirect(back["Location"])


def filters_of(request: DeskRequest) -> Filters:
    return Filters.of(request.GET)


def number_id(number: object) -> int | None:
    """The key of a case from its number, to mark its row."""
    return whole_number(str(number or "").rpartition("-")[2])


def whole_number(text: str) -> int | None:
    """What an address or a form names by number; None for anything that no key of a row can be."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None


def wants(request: DeskRequest, part: str) -> bool:
    """Does the browser ask only for this part? Going back in history always fetches the whole page."""
    return bool(request.htmx) and request.htmx.target == part and not request.htmx.history_restore_request


def whole(request: DeskRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A template as an answer that no cache keeps: the same address answers differently to htmx, and people's texts stand in it."""
    response = render(request, template, context, status=status)
    add_never_cache_headers(response)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def show(
    request: DeskRequest, pane: str, context: dict[str, Any], *, opened: int | None = None, status: int = 200
) -> HttpResponse:
    """The template `pane` on the right: alone where that is what the browser wants, else within the desk."""
    filters = filters_of(request)
    query = request.GET.urlencode()
    context = {"pane": pane, "query": f"?{query}" if query else "", "filters": filters, **context}
    if wants(request, "pane"):
        return whole(request, pane, context, status=status)
    listed = list_context(request, filters, opened=opened)
    return whole(
        request,
        "operation/desk.html",
        {
            **listed,
            **context,
            **frame(request),
        },
        status=status,
    )


def show_alone(request: DeskRequest, pane: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of its own, as wide as the screen: tables, my day, paper. No list beside it and no statement for one."""
    query = request.GET.urlencode()
    context = {"pane": pane, "query": f"?{query}" if query else "", **context}
    if wants(request, "pane"):
        return whole(request, pane, context, status=status)
    return whole(request, "operation/alone.html", {**frame(request), **context}, status=status)


def frame(request: DeskRequest) -> dict[str, Any]:
    """What stands around every page: the bar, the table of keys."""
    return {
        "desk_names": desk_names(request.actor),
        "actor": request.actor,
        "step_keys": step_keys(),
    }


def step_keys() -> list[tuple[str, str]]:
    """The letters of the steps and what they do, from the step table; steps that never meet share a letter."""
    labels: dict[str, list[str]] = {}
    for step in STEPS.values():
        if step.key:
            labels.setdefault(step.key, []).append(str(step.label))
    return [(key, " / ".join(several)) for key, several in labels.items()]
