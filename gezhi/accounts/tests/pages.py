"""A small house for the tests of sign-in: allauth's pages as this app opens them, and a page, a form and an API behind them.

The real pages stand in the layer above; what is tested here must hold whatever they look like.
"""

from django.contrib.auth.decorators import login_required
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


@login_required
def page(request: HttpRequest) -> HttpResponse:
    said = "|".join(str(message) for message in get_messages(request))
    return HttpResponse(f"{request.user}: {request.POST.get('text', '')} {said}")


urlpatterns = [
    path("", page, name="home"),
    path("desk/", page, name="desk"),
    path("case/", page, name="case"),
    path("api/v1/cases", page),
    path("account/", include("gezhi.accounts.urls")),
]
