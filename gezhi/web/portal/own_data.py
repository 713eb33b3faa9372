"""A resident's own data by receipt code: what is kept of them with this report, who read it; to be corrected, to be deleted."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from gezhi.cases.actions import correct_reporter, erase_reporter
from gezhi.cases.models import Case, Reporter
from gezhi.kernel.access import Actor
from gezhi.kernel.events import timeline
from gezhi.kernel.refusals import Refused
from gezhi.kernel.secrets import mask_name, redact
from gezhi.web.middleware import DeskRequest
from gezhi.web.portal import throttle
from gezhi.web.portal.following import TOO_OFTEN, follow_url, guarded_case
from gezhi.web.portal.forms import PHONE
from gezhi.web.portal.receipts import digest_facts

CORRECTED, ERASED = _("已经改正。"), _("姓名和电话已经删去，留过的地方都没有了。")


class ReporterForm(forms.Form):
    name = forms.CharField(label=_("怎样称呼您"), max_length=40, required=False)
    phone = forms.CharField(
        label=_("电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )
    may_be_contacted = forms.BooleanField(label=_("需要时可以联系我"), required=False)

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"]).strip()
        if phone and not PHONE.fullmatch(phone):
            raise forms.ValidationError(_("电话号码只写数字，例如 13800000000 或 0531-86000000；也可以不填。"))
        return phone


# Without a CSRF token, which would put a cookie on the page: the receipt code in the form is a secret that no forger has.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def page(request: DeskRequest) -> HttpResponse:
    """The code comes by POST or in the address, as on the page of the progress."""
    code = (request.POST.get("code") or request.GET.get("code") or "").strip()
    if not code:
        return render(request, "portal/own_data_find.html")
    try:
        case = guarded_case(request, code)
    except Refused as error:
        context = {"code": code[:40], "message": error.message}
        return render(request, "portal/own_data_find.html", context, status=error.status)
    step = request.POST.get("step", "")
    if request.method != "POST" or step not in ("correct", "erase"):
        return shown(request, case)
    if throttle.is_over(throttle.SENDING, request, at=request.at):
        return shown(request, case, message=TOO_OFTEN, status=429)
    throttle.count(throttle.SENDING, request, at=request.at)
    return changed(request, case, step)


def changed(request: DeskRequest, case: Case, step: str) -> HttpResponse:
    form = ReporterForm(request.POST, label_suffix="")
    try:
        if step == "erase":
            erase_reporter(case, actor=Actor.resident(), at=request.at)
        elif form.is_valid():
            correct_reporter(case, actor=Actor.resident(), at=request.at, **form.cleaned_data)
        else:
            return shown(request, case, form=form, status=422)
    except Refused as refusal:
        return shown(request, case, message=refusal.message, status=refusal.status)
    return redirect(f"{reverse('portal:own-data')}?code={case.receipt_code}&done={step}")


def shown(
    request: DeskRequest, case: Case, *, form: ReporterForm | None = None, message: Any = "", status: int = 200
) -> HttpResponse:
    reporter = Reporter.objects.filter(case=case).first()
    kept = {
        "name": reporter.name if reporter else "",
        "phone": reporter.phone if reporter else "",
        "may_be_contacted": reporter.may_be_contacted if reporter else True,
    }
    done = {"correct": CORRECTED, "erase": ERASED}.get(request.GET.get("done", ""), "")
    context = {
        "case": case,
        "reporter": reporter,
        "form": form or ReporterForm(initial=kept, label_suffix=""),
        "readings": readings(case),
        "photo_count": case.attachments.filter(step="report").count(),
        "message": message,
        "done": done if request.method != "POST" else "",
        "follow_url": follow_url(case),
        **digest_facts(case),
    }
    return render(request, "portal/own_data.html", context, status=status)


def readings(case: Case) -> list[dict[str, str]]:
    """Who read name and phone, when, why: the surname of the member of staff, because every reading answers for itself."""
    return [
        {
            "at": f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}",
            "who": gettext("工作人员 %(name)s") % {"name": mask_name(event.actor_name)},
            "why": redact(event.note),
        }
        for event in timeline(case)
        if event.name == "reporter.seen"
    ]
