"""The mediation desk as a page: the list of disputes beside one of them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from gezhi.disputes.workflow import STEPS
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.disputes.listing import list_context
from gezhi.web.operation.listing import desk_names
from gezhi.web.operation.page import is_signed_in, to_sign_in, whole

P = ParamSpec("P")
View = Callable[Concatenate[DeskRequest, P], HttpResponseBase]
RIGHTS = ("dispute.see", "dispute.mediate")


def for_mediation(view: View[P]) -> View[P]:
    """For people who see disputes or may mediate some: others are sent to sign in, or to the desk that is theirs. No cache keeps anything."""

    @wraps(view)
    def checked(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not is_signed_in(request):
            return to_sign_in(request)
        if not any(request.actor.has(right) for right in RIGHTS):
            return redirect("desk")
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return checked


def show(
    request: DeskRequest, pane: str, context: dict[str, Any], *, opened: int | None = None, status: int = 200
) -> HttpResponse:
    """The template `pane` on the right, the list on the left."""
    listed = list_context(request, opened=opened)
    return whole(
        request, "operation/disputes/desk.html", {**listed, **alone(request), "pane": pane, **context}, status=status
    )


def alone(request: DeskRequest) -> dict[str, Any]:
    """What every page of mediation says at its top."""
    return {
        "desk_names": desk_names(request.actor),
        "actor": request.actor,
        "step_keys": [(step.key, str(step.label)) for step in STEPS.values() if step.key],
        "workspace": _("调解"),
    }
