"""Volunteering for residents: what is ahead, signing up, one's confirmed time by the code of the sign-up. No account."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.cobuild.actions import sign_up, withdraw
from gezhi.cobuild.models import SignUp, Team, VolunteerActivity
from gezhi.cobuild.queries import volunteer_totals
from gezhi.cobuild.rules import ActivityStage
from gezhi.kernel.access import Actor
from gezhi.kernel.numbers import parse_receipt_code
from gezhi.kernel.refusals import Refused
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.portal import throttle
from gezhi.web.portal.following import TOO_MANY_GUESSES, TOO_OFTEN
from gezhi.web.portal.forms import PHONE

NOT_THERE = _("没有找到这个报名码。请核对后再试，字母不分大小写。")


class SignUpForm(forms.Form):
    name = forms.CharField(label=_("怎样称呼您"), max_length=40)
    phone = forms.CharField(
        label=_("电话"),
        max_length=30,
        help_text=_("只用来通知活动变动，半年后删去。"),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"]).strip()
        if not PHONE.fullmatch(phone):
            raise forms.ValidationError(_("电话号码只写数字，例如 13800000000 或 0531-86000000。"))
        return phone


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What is ahead, the teams with what they can do, and the numbers so far."""
    ahead = VolunteerActivity.objects.filter(stage=ActivityStage.OPEN, starts_at__gt=timezone.now())
    teams = Team.objects.filter(ended_on__isnull=True).select_related("area").prefetch_related("sub_teams", "grids")
    context = {
        "ahead": ahead.select_related("team", "sub_team").order_by("starts_at", "pk")[:60],
        "teams": [(one, name_path(one.area.code)) for one in teams[:60]],
        "totals": volunteer_totals(""),
    }
    return render(request, "portal/volunteers.html", context)


# Without a CSRF token, which would put a cookie on the page: whoever forged it would only sign up their own words.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def activity(request: DeskRequest, pk: int) -> HttpResponse:
    row = VolunteerActivity.objects.filter(pk=pk).select_related("team", "sub_team").first()
    if row is None:
        raise Http404
    if request.method != "POST":
        return shown(request, row, SignUpForm(label_suffix=""))
    form = SignUpForm(request.POST, label_suffix="")
    if throttle.is_over(throttle.SENDING, request, at=request.at):
        form.add_error(None, str(TOO_OFTEN))
        return shown(request, row, form, status=429)
    throttle.count(throttle.SENDING, request, at=request.at)
    if not form.is_valid():
        return shown(request, row, form, status=422)
    try:
        made = sign_up(row, actor=Actor.resident(), at=request.at, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        return shown(request, row, form, status=refusal.status)
    return redirect("portal:sign-up", code=made.code)


def shown(request: DeskRequest, row: VolunteerActivity, form: SignUpForm, *, status: int = 200) -> HttpResponse:
    there = row.sign_ups.filter(withdrawn_at__isnull=True).count()
    context: dict[str, Any] = {
        "row": row,
        "form": form,
        "left": max(row.places - there, 0),
        "is_open": row.stage == ActivityStage.OPEN and row.starts_at > request.at,
    }
    return render(request, "portal/volunteer_activity.html", context, status=status)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def mine(request: DeskRequest, code: str) -> HttpResponse:
    """A sign-up by its code: when and where, the time that was confirmed; and taking it back."""
    if throttle.is_over(throttle.GUESSING, request, at=request.at):
        return render(request, "portal/sign_up.html", {"message": TOO_MANY_GUESSES}, status=429)
    rows = SignUp.objects.filter(code=parse_receipt_code(code) or "").select_related("activity__team")
    row = rows.first()
    if row is None:
        throttle.count(throttle.GUESSING, request, at=request.at)
        return render(request, "portal/sign_up.html", {"message": NOT_THERE}, status=404)
    message: Any = ""
    status = 200
    if request.method == "POST":
        try:
            withdraw(row, actor=Actor.resident(), at=request.at)
            return redirect("portal:sign-up", code=row.code)
        except Refused as refusal:
            message, status = refusal.message, refusal.status
    may = row.withdrawn_at is None and row.minutes is None and row.activity.stage == ActivityStage.OPEN
    context = {"row": row, "activity": row.activity, "may_withdraw": may, "message": message}
    return render(request, "portal/sign_up.html", context, status=status)
