"""What the pages of the room 共驻共建 share: a form of a deed, the areas to choose from."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from gezhi.cobuild.access import EDIT
from gezhi.territory.models import Area
from gezhi.territory.queries import list_names, name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.cobuild.forms import DeedForm, Fields
from gezhi.web.support.party.page import form_page

ROOM = "cobuild"


def url(name: str, *args: Any) -> str:
    return reverse(f"support:cobuild:{name}", args=args)


def deed_page(
    request: DeskRequest,
    fields: Callable[[], Fields],
    act: Callable[[dict[str, Any]], tuple[str, Any] | None],
    *,
    title: Any,
    back: str,
    hint: Any = "",
    initial: dict[str, Any] | None = None,
) -> HttpResponse:
    """A form and what it does; where `act` names no address one goes back."""

    def done(given: dict[str, Any]) -> tuple[str, Any]:
        return act(given) or (back, _("%(what)s：已办好。") % {"what": title})

    return form_page(
        request,
        lambda **kwargs: DeedForm(fields(), initial=initial or {}, **kwargs),
        done,
        title=title,
        submit=title,
        back=back,
        hint=hint,
        room=ROOM,
    )


def areas_of(request: DeskRequest, within: str) -> list[tuple[str, str]]:
    """The area itself and those below it in which the person keeps the lists, as far as a list can be read."""
    levels = {6: ("street",), 9: ("community",), 12: ("grid",)}.get(len(within), ())
    found = [(within, name_path(within))] if request.actor.may(EDIT, area=within) else []
    for level in levels:
        found += [(one.code, one.short_name) for one in list_names(level, within=within)]  # type: ignore[arg-type]
    return found


def area_named(code: str) -> Area:
    return Area.objects.get(code=code)
