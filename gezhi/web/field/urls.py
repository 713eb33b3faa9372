from django.urls import path

from gezhi.web.field import entry, shell

app_name = "field"
urlpatterns = [
    path("", shell.page, name="app"),
    path("enrol/", shell.enrolment, name="enrol"),
    path("enter/", entry.enter, name="enter"),
    path("bind/", entry.binding, name="bind"),
    path("sw.js", shell.service_worker, name="service-worker"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
]
