"""Addresses of the support workspace: one line a theme."""

from django.urls import include, path

from gezhi.web.support import views

app_name = "support"
urlpatterns = [
    path("", views.home, name="home"),
    path("cobuild/", include("gezhi.web.support.cobuild.urls")),
    path("matters/", include("gezhi.web.support.matters.urls")),
    path("fieldwork/", include("gezhi.web.support.fieldwork.urls")),
    path("people/", include("gezhi.web.support.people.urls")),
    path("workforce/", include("gezhi.web.support.workforce.urls")),
    path("party/", include("gezhi.web.support.party.urls")),
]
