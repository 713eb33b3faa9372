from django.urls import path

from gezhi.web.field import shell

app_name = "field"
urlpatterns = [
    path("", shell.page, name="app"),
    path("enrol/", shell.enrolment, name="enrol"),
    path("sw.js", shell.service_worker, name="service-worker"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
]
