"""A page of the support workspace: who may come in, and what stands around it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from gezhi.kernel.access import Denied
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.listing import desk_names
from gezhi.web.operation.page import is_signed_in, to_sign_in, whole
from gezhi.web.support.rooms import rooms_for

P = ParamSpec("P")
View = Callable[Concatenate[DeskRequest, P], HttpResponseBase]


def for_support(*rights: str) -> Callable[[View[P]], View[P]]:
    """For people who hold one of these rights somewhere; without any named, for whoever has a room here.

    Others are sent to sign in, or told which right they lack. No cache keeps anything.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not is_signed_in(request):
                return to_sign_in(request)
            if not rooms_for(request.actor):
                return redirect("desk")
            if rights and not any(request.actor.has(right) for right in rights):
                raise Denied(rights[0])
            response = view(request, *args, **kwargs)
            if not response.has_header("Cache-Control"):
                add_never_cache_headers(response)
            return response

        return checked

    return guard


def show(
    request: DeskRequest, template: str, context: dict[str, Any], *, room: str = "", status: int = 200
) -> HttpResponse:
    """A page that extends `support/page.html`. `room` is the name of the theme it belongs to, whose pages then stand in the second bar."""
    match = request.resolver_match
    around = {
        "desk_names": desk_names(request.actor),
        "actor": request.actor,
        "rooms": [
            {"room": one, "first": one.leaves_for(request.actor)[0], "key": str(position), "is_here": one.name == room}
            for position, one in enumerate(rooms_for(request.actor), start=1)
        ],
        "leaves": [
            leaf for one in rooms_for(request.actor) if one.name == room for leaf in one.leaves_for(request.actor)
        ],
        "here": match.view_name if match is not None else "",
    }
    return whole(request, template, {**around, **context}, status=status)
