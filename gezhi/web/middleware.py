"""What every request of a page carries: the instant it came in, who acts, and an answer in words when a rule says no."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django_htmx.middleware import HtmxDetails

from gezhi.accounts.models import User
from gezhi.kernel import registers
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.refusals import Refused
from gezhi.people.access import actor_for
from gezhi.web import errors


class DeskRequest(HttpRequest):
    """A request as views of signed-in staff see it. For types only; Django makes its own."""

    user: User
    actor: Actor
    at: datetime
    htmx: HtmxDetails


class ActorMiddleware:
    """Sets `request.at` (read once, so that a whole page speaks of one instant) and `request.actor` (looked up when first asked for).

    Forgets the stamps of the registers: the first one asked for in this request reads them anew, by one query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        registers.forget()
        at = timezone.now()
        request.at = at  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: actor_of(request, at))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Refusals that no view answered itself become pages in words: 403, 404, 409 or 422."""
        if isinstance(error, Denied):
            return errors.denied(request, error)
        if isinstance(error, Refused):
            return errors.refused(request, error)
        return None


def actor_of(request: HttpRequest, at: datetime) -> Actor:
    if isinstance(request.user, User):
        return actor_for(request.user, at=at)
    return Actor.resident()
