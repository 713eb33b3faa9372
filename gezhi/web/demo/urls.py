"""The door of the demo."""

from django.urls import path

from gezhi.web.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.home, name="home"),
    path("enter/", views.enter, name="enter"),
]
