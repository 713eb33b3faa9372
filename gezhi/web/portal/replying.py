"""What the holder of a receipt code writes later: an appeal 申诉 against a decline, or what a desk asked to be added 补充."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from gezhi.cases.access import case_by_receipt
from gezhi.cases.actions import take
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused
from gezhi.web.middleware import DeskRequest
from gezhi.web.portal import photos, throttle
from gezhi.web.portal.following import TOO_OFTEN, Written, case_page, follow_url, guarded_case, not_opened


@require_POST
@never_cache
def appeal(request: DeskRequest) -> HttpResponse:
    return written(request, "appeal", "reason")


@require_POST
@never_cache
def supplement(request: DeskRequest) -> HttpResponse:
    """Words, and pictures where they help."""
    return written(request, "supplement", "text")


def written(request: DeskRequest, step: str, wire: str) -> HttpResponse:
    """Take the step once. What is refused comes back with all that was typed, and the pictures stay taken in."""
    code, words = request.POST.get("code", "").strip(), request.POST.get(wire, "").replace("\r\n", "\n")
    kept = photos.kept_before(request.POST.getlist("kept"))
    try:
        case = guarded_case(request, code)
    except Refused as error:
        return not_opened(request, code, error)
    if throttle.is_over(throttle.SENDING, request, at=request.at):
        return case_page(request, case, written=Written(step, words, TOO_OFTEN, tuple(kept)), status=429)
    throttle.count(throttle.SENDING, request, at=request.at)
    wrong = photos.take_in(request.FILES.getlist("photos"), kept, at=request.at) if step == "supplement" else []
    if wrong:
        return case_page(request, case, written=Written(step, words, wrong[0], tuple(kept)), status=422)
    given: dict[str, Any] = {wire: words}
    if kept:
        given["files"] = [photo.file for photo in kept]
    try:
        take(step, case, actor=Actor.resident(), at=request.at, **given)
    except Refused as error:
        fresh = case_by_receipt(case.receipt_code)
        return case_page(request, fresh, written=Written(step, words, error.message, tuple(kept)), status=error.status)
    # Asked for anew, so that reloading the page sends nothing twice.
    return redirect(f"{follow_url(case)}&{step}=1")
