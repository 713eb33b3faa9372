"""Addresses of the support workspace: one line a theme."""

from django.urls import include, path

from gezhi.web.support import views

app_name = "support"
urlpatterns = [
    path("", views.home, name="home"),
    path("people/", include("gezhi.web.support.people.urls")),
]
