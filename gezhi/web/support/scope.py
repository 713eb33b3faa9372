"""Which part of the land a page of the support workspace is about: what the person may see, narrowed by the address."""

from urllib.parse import urlencode

from gezhi.kernel.access import Actor
from gezhi.territory.queries import area_name, list_names
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.listing import Choice


def area_asked(request: DeskRequest, right: str) -> str:
    """The code that `?area=` names, if the person holds `right` there; "" otherwise."""
    code = request.GET.get("area", "")
    if code.isascii() and code.isdigit() and area_name(code) is not None and request.actor.may(right, area=code):
        return code
    return ""


def areas_for(request: DeskRequest, right: str) -> tuple[str, ...]:
    """The subtrees that a page covers: the area of the address, or all in which the person holds `right`."""
    asked = area_asked(request, right)
    return (asked,) if asked else request.actor.areas(right)


def street_choices(request: DeskRequest, right: str, **kept: str) -> list[Choice]:
    """One chip a street that has grids, for people who see several; chosen once more it is taken away."""
    asked = area_asked(request, right)
    divided = {grid.code[:9] for grid in list_names("grid")}
    found = []
    for top in request.actor.areas(right):
        if len(top) > 6:
            continue
        for street in list_names("street", within=top):
            if street.code not in divided:
                continue
            is_chosen = asked.startswith(street.code)
            query = {name: value for name, value in kept.items() if value}
            if not is_chosen:
                query["area"] = street.code
            found.append(Choice(street.short_name, "?" + urlencode(query), is_chosen))
    return found


def is_wide(actor: Actor, right: str) -> bool:
    """Does the person see more than one street?"""
    return any(len(code) <= 6 for code in actor.areas(right))


def short(code: str) -> str:
    known = area_name(code)
    return known.short_name if known is not None else code
