"""The least that Django can do: one view, no middleware, no database. What the server and our own load generator can do at most."""

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

ANSWER = b'{"number": "370103-260302-0000001", "stage": "waiting"}'


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ANSWER, status=201, content_type="application/json", headers={"Content-Length": len(ANSWER)})


urlpatterns = [path("<path:rest>", lambda request, rest: hello(request)), path("", hello)]

if not settings.configured:
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="bench", MIDDLEWARE=[])
    django.setup(set_prefix=False)
application = WSGIHandler()
