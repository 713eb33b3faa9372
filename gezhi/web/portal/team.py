"""Who serves in my grid, and whether a plate is genuine. Shown only where the feature is open, and only those who consented."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from gezhi.people.models import Plate, Publication
from gezhi.people.plates import public_keys, standing_of
from gezhi.people.public import is_shown, public_team
from gezhi.people.signing import LONGEST, Content, verify
from gezhi.territory.queries import area_name, list_names, name_path

FAULTS = {
    "malformed": gettext_lazy("这不是管家牌上的码。"),
    "unknown_key": gettext_lazy("这块牌不是本区签发的，或者签发的密钥已经换过。"),
    "forged": gettext_lazy("这块牌上的内容被改动过，或者是伪造的。"),
}


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Street, community, grid: a tap each, and no address that a resident would have to know."""
    within = request.GET.get("in", "")
    known = area_name(within) if within else None
    if known is not None and known.level not in ("street", "community"):
        known = None
    level = {"street": "community", "community": "grid"}.get(known.level if known else "", "street")
    places = list_names(level, within=known.code if known else "")  # type: ignore[arg-type]
    context = {
        "places": places,
        "is_grids": level == "grid",
        "path": name_path(known.code) if known else "",
    }
    return render(request, "portal/team_find.html", context)


@require_safe
def team(request: HttpRequest, code: str) -> HttpResponse:
    """The team of a grid: name, phone of the work, services of those who consented. Elsewhere this page does not exist."""
    on = localdate(timezone.now())
    area = area_name(code)
    if area is None or area.level != "grid" or not area.is_active or not is_shown(code, on=on):
        raise Http404
    context = {"grid": area, "path": name_path(code), "groups": public_team(code, on=on), "on": on}
    response = render(request, "portal/team.html", context)
    # Whoever withdraws is gone with the next look: no copy outlives it.
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """What a plate proves, and whether it still holds. Says nothing that does not stand on the plate itself."""
    text = request.GET.get("p", "").strip()[:LONGEST]
    context: dict[str, Any] = {"asked": text}
    if text:
        context |= proved(text)
    response = render(request, "portal/plate_check.html", context)
    patch_cache_control(response, private=True, no_store=True)
    # The text in the address holds a name: it goes nowhere from here.
    response["Referrer-Policy"] = "no-referrer"
    return response


def proved(text: str) -> dict[str, Any]:
    """Whoever types the whole address of the code means the part in it."""
    if "://" in text:
        text = parse_qs(urlsplit(text).query).get("p", [""])[0]
    proof = verify(text, public_keys())
    if proof.content is None:
        return {"fault": FAULTS[proof.fault]}
    return {"content": proof.content, "why_not": why_not(proof.content)}


def why_not(content: Content) -> str:
    """Why a genuine plate should not be trusted any more; "" for one that holds."""
    plate = Plate.objects.filter(number=content.number).select_related("post__user", "post__desk__area").first()
    if plate is None:
        return _("系统里没有这个编号。")
    publication = Publication.objects.filter(user_id=plate.post.user_id, withdrawn_at__isnull=True).first()
    standing = standing_of(plate, publication, on=localdate(timezone.now()))
    return standing.why


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys, a line each: name and 64 hex digits. For whoever verifies plates without us."""
    lines = [f"{name} {public.hex()}\n" for name, public in public_keys().items()]
    return HttpResponse("".join(lines), content_type="text/plain; charset=utf-8")
