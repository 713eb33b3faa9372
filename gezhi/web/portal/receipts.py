"""The digest of a receipt, computed by everybody: from the three lines that one kept. Nothing is looked up and nothing is remembered."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from gezhi.cases.models import Case
from gezhi.cases.receipt_digest import receipt_digest, stamp_of
from gezhi.kernel.numbers import parse_receipt_code
from gezhi.kernel.texts import LONGEST_TEXT
from gezhi.web.middleware import DeskRequest
from gezhi.web.portal.forms import LongText


class ReceiptForm(forms.Form):
    """What stands on the receipt."""

    code = forms.CharField(label=_("回执码"), max_length=40)
    stamp = forms.CharField(label=_("时间（世界时）"), max_length=20, help_text=_("例如 2026-03-02T02:00:00Z"))
    text = LongText(label=_("情况"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 7}))
    digest = forms.CharField(label=_("您留的校验码"), max_length=64, required=False)

    def clean_code(self) -> str:
        code = parse_receipt_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(_("这不是回执码，请核对。"))
        return code


def digest_facts(case: Case) -> dict[str, str]:
    """The digest of a case and the instant that goes into it."""
    stamp = stamp_of(case.reported_at)
    return {"digest": receipt_digest(case.receipt_code, stamp, case.text), "stamp": stamp}


# Without a CSRF token, which would put a cookie on the page: nothing is changed here. A POST, so that words stay out of histories and logs.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check(request: DeskRequest) -> HttpResponse:
    form = ReceiptForm(request.POST if request.method == "POST" else None, label_suffix="")
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        context["digest"] = receipt_digest(given["code"], given["stamp"].strip(), given["text"])
        context["kept"] = given["digest"].strip().lower()
        context["is_same"] = context["digest"] == context["kept"]
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "portal/receipt_check.html", context, status=status)
