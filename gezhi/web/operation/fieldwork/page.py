"""A page of the field work: who may come in, and the way to the other ones."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from gezhi.kernel.access import Denied
from gezhi.kernel.workbooks import KIND, Sheet, write
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.listing import Choice
from gezhi.web.operation.page import at_desk, show_alone
from gezhi.web.operation.views.supervisions import attachment

P = ParamSpec("P")
View = Callable[Concatenate[DeskRequest, P], HttpResponseBase]


def holding(*rights: str) -> Callable[[View[P]], View[P]]:
    """For people at a desk who hold one of these rights somewhere; others are told which they lack."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not any(request.actor.has(right) for right in rights):
                raise Denied(rights[0])
            return view(request, *args, **kwargs)

        return at_desk(checked)

    return guard


def tabs(request: DeskRequest, here: str) -> list[Choice]:
    """The pages that this person may open."""
    several = [
        ("campaigns", _("排查任务"), ("campaign.see",)),
        ("visits", _("入户户次"), ("fieldwork.count",)),
        ("looks", _("巡查次数"), ("fieldwork.count",)),
        ("spots", _("巡查点"), ("spot.edit",)),
    ]
    return [
        Choice(label, reverse(f"operation:fieldwork:{name}"), name == here)
        for name, label, rights in several
        if any(request.actor.has(right) for right in rights)
    ]


def show(request: DeskRequest, template: str, context: dict[str, Any], *, tab: str, status: int = 200) -> HttpResponse:
    """A sheet as wide as the screen, with the tabs above it."""
    return show_alone(
        request, f"operation/fieldwork/{template}.html", {"tabs": tabs(request, tab), **context}, status=status
    )


def as_workbook(name: str, *sheets: Sheet) -> HttpResponse:
    """An Excel file to be kept."""
    response = HttpResponse(write(*sheets), content_type=KIND)
    response["Content-Disposition"] = attachment(name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
