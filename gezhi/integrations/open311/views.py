"""The addresses of GeoReport v2. Reading is open to all; sending needs an API key, which is an access token of this house."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from gezhi.accounts.tokens import user_for
from gezhi.integrations.open311 import records
from gezhi.integrations.open311.asking import Wrong, question
from gezhi.integrations.open311.documents import TYPES, as_json, as_xml
from gezhi.integrations.open311.taking import take_in
from gezhi.kernel.refusals import Refused

CHANGESET = "2026-11-26T00:00:00+08:00"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"


def respond(form: str, root: str, member: str, content: Any, status: int = 200) -> HttpResponse:
    body = as_json(content) if form == "json" else as_xml(root, member, content)
    answer = HttpResponse(body, status=status, content_type=TYPES[form])
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def said_wrong(form: str, status: int, words: Any) -> HttpResponse:
    return respond(form, "errors", "error", [{"code": status, "description": str(words)}], status)


def address(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """One address: its methods, its jurisdiction, and every refusal as a list of code and description."""

    def around(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, form: str, **parts: str) -> HttpResponse:
            if not settings.OPEN311_MATTERS:
                raise Http404
            if form not in TYPES:
                return said_wrong("xml", 404, "the formats are xml and json")
            try:
                if request.method not in methods:
                    answer = said_wrong(form, 405, f"this address takes {', '.join(methods)}")
                    answer["Allow"] = ", ".join(methods)
                    return answer
                wanted = request.GET.get("jurisdiction_id") or request.POST.get("jurisdiction_id")
                if wanted and wanted != settings.DISTRICT:
                    raise Wrong(404, "jurisdiction_id was not found")
                return view(request, form, **parts)
            except Wrong as wrong:
                return said_wrong(form, wrong.status, wrong.words)
            except Refused as refusal:
                return said_wrong(form, 400, refusal.message)

        return guarded

    return around


@address("GET", "HEAD")
def discovery(request: HttpRequest, form: str) -> HttpResponse:
    url = request.build_absolute_uri(reverse("open311:discovery", args=["xml"])).removesuffix("/discovery.xml")
    endpoints = [
        {
            "specification": SPECIFICATION,
            "url": url,
            "changeset": CHANGESET,
            "type": kind,
            "formats": ["text/xml", "application/json"],
        }
        for kind in ("production", "test")
        if kind == "production" or settings.DEMO
    ]
    content = {
        "changeset": CHANGESET,
        "contact": "",
        "key_service": "",
        "endpoints": endpoints,
    }
    return respond(form, "discovery", "", content)


@address("GET", "HEAD")
def services(request: HttpRequest, form: str) -> HttpResponse:
    rows = [records.service_record(matter) for matter in records.services(timezone.now())]
    return respond(form, "services", "service", rows)


@address("GET", "HEAD")
def definition(request: HttpRequest, form: str, code: str) -> HttpResponse:
    """A report needs nothing beyond its place and words, so no matter has attributes."""
    matter = records.service(code, timezone.now())
    return respond(form, "service_definition", "", {"service_code": matter.code, "attributes": []})


@address("GET", "HEAD", "POST")
def requests(request: HttpRequest, form: str) -> HttpResponse:
    now = timezone.now()
    if request.method == "POST":
        key = request.POST.get("api_key") or request.GET.get("api_key", "")
        if user_for(key.strip(), at=now) is None:
            raise Wrong(403, "api_key is missing or does not hold")
        case = take_in(request.POST, request.FILES.getlist("media"), at=now)
        row = {
            "service_request_id": case.number,
            # Whoever sent it may follow it, urge it and rate the answer.
            "service_notice": f"receipt code {case.receipt_code}",
            "account_id": "",
        }
        return respond(form, "service_requests", "request", [row], 201)
    asked = question(request.GET.dict(), now=now, zone=timezone.get_default_timezone())
    rows = [records.request_record(case) for case in records.asked(asked)]
    return respond(form, "service_requests", "request", rows)


@address("GET", "HEAD")
def single(request: HttpRequest, form: str, number: str) -> HttpResponse:
    return respond(form, "service_requests", "request", [records.request_record(records.one(number))])


@address("GET", "HEAD")
def token(request: HttpRequest, form: str, number: str) -> HttpResponse:
    """A number is given at once here, so a token is the number itself."""
    case = records.one(number)
    row = {"service_request_id": case.number, "token": case.number}
    return respond(form, "service_requests", "request", [row])
