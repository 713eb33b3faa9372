"""Rating by a link with a random token: two questions, two taps, once a round. Works without JavaScript: each level is a button of its own."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.cases import actions
from gezhi.cases.conditions import POOR
from gezhi.cases.invitations import invited
from gezhi.cases.models import Answer, Case, Rating
from gezhi.cases.queries import rehandled_by
from gezhi.cases.workflow import REPLIED, Stage
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.web.middleware import DeskRequest
from gezhi.web.portal.forms import RatingForm
from gezhi.web.portal.wording import LABELS, LEVELS, spoken


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def rate(request: DeskRequest, token: str) -> HttpResponse:
    """First the service (a plain GET, nothing is written), then the result (a POST that writes both)."""
    answer = invited(token)
    case = answer.case
    refusal = said_before(request, answer)
    if refusal is not None:
        return refusal
    if request.method == "POST":
        return keep_rating(request, case, token)
    chosen = [level.value for level in LEVELS if str(level.value) == request.GET.get("service")]
    return question_page(request, case, RatingForm(), chosen[0] if chosen else None)


def keep_rating(request: DeskRequest, case: Case, token: str) -> HttpResponse:
    form = RatingForm(request.POST)
    if not form.is_valid():
        service = form.cleaned_data.get("service")
        return question_page(request, case, form, service, status=422)
    try:
        actions.take("rate", case, actor=Actor.resident(), at=request.at, **form.cleaned_data)
    except Conflict:
        # A double tap: the first one counted, the page below says so.
        return redirect("portal:rate", token=token)
    except Refused as error:
        return end_page(request, gettext("这一次没有评成"), str(error.message), status=422)
    return redirect("portal:rate", token=token)


def said_before(request: DeskRequest, answer: Answer) -> HttpResponse | None:
    """Why this link rates nothing any more, or not yet; None when it may."""
    case = answer.case
    rating = Rating.objects.filter(case=case, round=answer.round).first()
    if rating is not None:
        title = gettext("谢谢您的评价")
        message = gettext("您已经评价过，每次办理只评一次。")
        return end_page(
            request, title, message, rating=rating, case=case, status=409 if request.method == "POST" else 200
        )
    if answer.round != case.round:
        message = gettext("这个链接是上一次办理的。这件事正在重新办理，答复后请从进展页评价。")
        return end_page(request, gettext("这个链接已经过时"), message, status=410)
    if case.stage == Stage.ANSWERED and case.rate_until is not None and request.at < case.rate_until:
        return None
    if case.stage in REPLIED:
        message = gettext("评价期已过，这一件已经结案。问题又出现的，请重新反映。")
        return end_page(request, gettext("评价期已过"), message, status=410)
    return end_page(request, gettext("现在还不能评价"), gettext("这件事还没有答复您，答复后再请您评价。"), status=409)


def question_page(
    request: DeskRequest, case: Case, form: RatingForm, service: int | None, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"case": case, "form": form, "levels": LEVELS, "service": service}
    if service is not None:
        context["service_label"] = LABELS[service]
    return render(request, "portal/rate.html", context, status=status)


def end_page(
    request: DeskRequest,
    title: str,
    message: str,
    *,
    rating: Rating | None = None,
    case: Case | None = None,
    status: int,
) -> HttpResponse:
    context: dict[str, Any] = {"title": title, "message": message, "rating": rating}
    if rating is not None and case is not None:
        context["consequence"] = consequence(case, rating, request.at)
        context |= {"service_label": LABELS[rating.service], "outcome_label": LABELS[rating.outcome]}
    return render(request, "portal/rated.html", context, status=status)


def consequence(case: Case, rating: Rating, at: datetime) -> str:
    """What follows from a poor rating, in a sentence; "" for any other."""
    if min(rating.service, rating.outcome) > POOR:
        return ""
    until = rehandled_by(case, service=rating.service, outcome=rating.outcome, at=at) if is_last(case, rating) else None
    if until is not None:
        return gettext("您不满意，这件事会自动重新办理，%(until)s前再给您一次答复，您可以再评价。") % {
            "until": spoken(until, at)
        }
    if is_last(case, rating):
        return gettext("您还是不满意。已经重新办理过一次，接下来由工作人员联系您，和您商量怎么办。")
    return gettext("您不满意，这件事已经重新办理过，进展见进展页。")


def is_last(case: Case, rating: Rating) -> bool:
    """Is this about the last thing that was done, or has the case been answered again since?"""
    return rating.round == case.round or (rating.round == case.round - 1 and case.stage not in REPLIED)
