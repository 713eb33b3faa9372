"""What one has to say about the service itself: sent without an account, followed by its own receipt code."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.cobuild.access import complaint_by_receipt
from gezhi.cobuild.actions import complain
from gezhi.cobuild.actions.complaints import LONGEST
from gezhi.cobuild.rules import About
from gezhi.kernel.access import Actor
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Refused
from gezhi.kernel.secrets import blind_index
from gezhi.territory.queries import list_names
from gezhi.web.middleware import DeskRequest
from gezhi.web.portal import throttle
from gezhi.web.portal.following import TOO_MANY_GUESSES, TOO_OFTEN
from gezhi.web.portal.forms import LongText

SCOPE = "portal.complaint"
NOT_THERE = _("没有找到这个回执码。请核对后再试，字母不分大小写。")


class ComplaintForm(forms.Form):
    about = forms.ChoiceField(
        label=_("关于"),
        choices=About.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个类别。")},
    )
    area_code = forms.ChoiceField(label=_("哪个街道"), required=False)
    words = LongText(
        label=_("您要说的"),
        max_length=LONGEST,
        help_text=_("发生了什么、什么时候、希望怎样改。不用写自己是谁，也不要写身份证号。"),
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("请写下要说的。")},
    )
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        streets = [(one.code, one.short_name) for one in list_names("street")]
        self.fields["area_code"].choices = [("", _("不清楚，或者全区")), *streets]  # type: ignore[attr-defined]


# Without a CSRF token, which would put a cookie on the page: whoever forged it would only send words of their own.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def page(request: DeskRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "portal/complaint.html", {"form": ComplaintForm()})
    form = ComplaintForm(request.POST)
    if throttle.is_over(throttle.SENDING, request, at=request.at):
        return render(request, "portal/complaint.html", {"form": form, "message": TOO_OFTEN}, status=429)
    throttle.count(throttle.SENDING, request, at=request.at)
    if form.is_valid() and not form.cleaned_data.pop("website"):
        try:
            return redirect("portal:complaint-follow", code=sent(request, form.cleaned_data))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
    return render(request, "portal/complaint.html", {"form": form}, status=422)


def sent(request: DeskRequest, given: dict[str, Any]) -> str:
    """The receipt code: the same one for the same words sent twice within the hour."""
    content = {"about": given["about"], "area": given["area_code"], "words": blind_index(given["words"], context=SCOPE)}
    key = f"{content['words'][:40]}{request.at:%Y%m%d%H}"

    def do() -> tuple[int, Any]:
        row = complain(actor=Actor.resident(), at=request.at, **given)
        return 201, {"receipt": row.receipt_code}

    (_status, answer), _replayed = once(SCOPE, key, content, do, at=request.at)
    return str(answer["receipt"])


@require_safe
@never_cache
def follow(request: DeskRequest, code: str) -> HttpResponse:
    """What was sent and what was answered, for whoever holds the code."""
    if throttle.is_over(throttle.GUESSING, request, at=request.at):
        return render(request, "portal/complaint_follow.html", {"message": TOO_MANY_GUESSES}, status=429)
    row = complaint_by_receipt(code)
    if row is None:
        throttle.count(throttle.GUESSING, request, at=request.at)
        return render(request, "portal/complaint_follow.html", {"message": NOT_THERE}, status=404)
    return render(request, "portal/complaint_follow.html", {"row": row})
