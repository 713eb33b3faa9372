"""The pages of allauth that this house opens: sign in and out, one's own password, the second factor. Included under /account/.

Sign-up, e-mail and reset by mail are closed: accounts are entered by the district and have no address. Who has no password yet gets one from
a system officer, so the page that sets a first one keeps only its name, for which allauth asks.
"""

from allauth.account import views
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path


def closed(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", closed, name="account_set_password"),
    path("2fa/", include("allauth.mfa.urls")),
]
