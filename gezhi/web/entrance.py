"""The first door after signing in, and the choice of language."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from gezhi.accounts.models import Officer
from gezhi.web.middleware import DeskRequest
from gezhi.web.workspaces import workspaces_of

A_YEAR = 365 * 24 * 3600


@login_required
def desk(request: DeskRequest) -> HttpResponse:
    """To the workspace that fits the actor; an account that has none is told so in words."""
    mine = workspaces_of(request.actor)
    if mine:
        return redirect(mine[0].url_name)
    duty = Officer(request.actor.officer).label if request.actor.officer else ""
    return render(request, "web/no_cases.html", {"duty": duty})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie and go back to the page one came from."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    code = request.POST.get("language", "")
    if check_for_language(code) and code in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=A_YEAR, samesite="Lax", secure=request.is_secure()
        )
    return response
