"""The web view of a mini-program: a ticket signs in who is bound, and lets who is not bind themselves after signing in by hand.

A ticket in somebody else's link must not bind or sign in anybody, so it opens in the mini-program alone, and binding always begins with a sign-in of
its own.
"""

from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from gezhi.accounts.models import User
from gezhi.integrations.identity.actions import NO_TICKET, bind, open_with
from gezhi.kernel.refusals import Refused
from gezhi.web.middleware import DeskRequest

# What the web view of a mini-program says of itself, beside what a browser says.
WEB_VIEW = "miniprogram"
BINDING = "identity.ticket"


@never_cache
def enter(request: DeskRequest) -> HttpResponse:
    """Open with the ticket in the address. Who had signed in here before is signed out first."""
    logout(request)
    try:
        if WEB_VIEW not in request.headers.get("User-Agent", "").lower():
            raise NO_TICKET
        ticket, user = open_with(request.GET.get("ticket", ""), at=request.at)
    except Refused as refusal:
        return refused(request, refusal)
    if user is None:
        request.session[BINDING] = ticket.pk
        return redirect(f"{reverse('account_login')}?{urlencode({'next': reverse('field:bind')})}")
    # The second factor, where somebody has one, is still asked for.
    answer: HttpResponse = perform_login(request, user, redirect_url=reverse("field:app"))
    return answer


@never_cache
@login_required
def binding(request: DeskRequest) -> HttpResponse:
    """Who has just signed in in this web view says that this is the own account of the platform."""
    key = request.session.get(BINDING)
    if key is None:
        return redirect("field:app")
    if request.method == "POST":
        user = User.objects.get(pk=request.user.pk)
        try:
            bind(key, user, actor=request.actor, at=request.at)
        except Refused as refusal:
            return refused(request, refusal)
        del request.session[BINDING]
        return redirect("field:enrol")
    return render(request, "field/bind.html", {"name": request.actor.name})


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return render(request, "field/bind.html", {"refused": refusal.message, "title": _("没有进入")}, status=422)
