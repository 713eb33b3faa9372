"""Doing what a form of the support workspace asks for: once, however often it was sent, and with everything typed given back after a refusal."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect

from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Missing, Refused
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.disputes.forms import Refusable


def seal() -> str:
    """Makes a double click harmless: a hidden value of the form, good for one deed."""
    return uuid4().hex


def act(
    request: DeskRequest,
    form: Refusable,
    do: Callable[[dict[str, Any]], Any],
    again: Callable[[int], HttpResponse],
    *,
    back: str,
) -> HttpResponse:
    """Run `do(cleaned)` if the form is right; what it returns is said on the page behind `back`. Refused: `again(status)` shows the form anew,
    with the sentence beside its field."""
    if not form.is_valid():
        return again(422)
    try:

        def deed() -> tuple[int, Any]:
            return 200, str(do(dict(form.cleaned_data)) or "")

        content = {name: str(value) for name, value in form.cleaned_data.items()}
        stamp = request.POST.get("seal", "")[:64]
        (_status, words), _replayed = once(f"support:{request.user.pk}", stamp, content, deed, at=request.at)
    except Missing:
        raise
    except Refused as refused:
        form.refuse(refused.field, refused.message)
        return again(refused.status)
    if words:
        messages.success(request, words)
    return HttpResponseRedirect(back)


def press(request: DeskRequest, do: Callable[[], Any], *, back: str) -> HttpResponse:
    """Run what a button asks for and go back; a refusal is said there."""
    try:

        def deed() -> tuple[int, Any]:
            return 200, str(do() or "")

        stamp = request.POST.get("seal", "")[:64]
        (_status, words), _replayed = once(f"support:{request.user.pk}", stamp, [request.path], deed, at=request.at)
    except Missing:
        raise
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        if words:
            messages.success(request, words)
    return HttpResponseRedirect(back)
