"""Ends sessions that were left alone, and those begun before the user's `sessions_after`.

What was being typed is not lost: it waits, sealed, for the same person to sign in again and is then shown as a message.
"""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from gezhi.accounts import kept

BEGUN, SEEN = "begun_at", "seen_at"
# Noting every request would cost a write each; a note a minute makes the timeout end at most a minute early.
NOTE_EVERY = 60
SAFE = ("GET", "HEAD", "OPTIONS")
# A page that asks by itself for what is new says so: nobody touched anything.
WAITING = "Gezhi-Waiting"


class IdleTimeout:
    """Signs out a user who asked for nothing during `settings.IDLE_TIMEOUT`, or whose sessions were ended from elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        at = timezone.now()
        if request.user.is_authenticated:
            if is_over(request, at):
                return signed_out(request, at)
            kept.show(request, at)
        response = self.get_response(request)
        # Also after the request that signed in, so that the session's beginning is known from its first moment.
        if request.user.is_authenticated:
            note(request, at)
        return response


def note(request: HttpRequest, at: datetime) -> None:
    if request.headers.get(WAITING) == "1":
        return
    now = at.timestamp()
    request.session.setdefault(BEGUN, now)
    if now - request.session.get(SEEN, 0) >= NOTE_EVERY:
        request.session[SEEN] = now


def is_over(request: HttpRequest, at: datetime) -> bool:
    now = at.timestamp()
    begun, seen = request.session.get(BEGUN, now), request.session.get(SEEN, now)
    limit = getattr(request.user, "sessions_after", None)
    if limit is not None and begun < limit.timestamp():
        return True
    return bool(now - seen > settings.IDLE_TIMEOUT.total_seconds())


def signed_out(request: HttpRequest, at: datetime) -> HttpResponse:
    """The answer that leads to the sign-in page and from there back to where the person was."""
    user_id = request.user.pk or 0
    logout(request)
    minutes = int(settings.IDLE_TIMEOUT.total_seconds() // 60)
    message = _("登录已结束：超过 %(minutes)d 分钟没有操作，或者账号在别处退出了登录。请重新登录。") % {
        "minutes": minutes
    }
    if wants_json(request):
        problem = {
            "type": "about:blank",
            "title": _("需要登录"),
            "status": 401,
            "detail": message,
            "code": "signed_out",
        }
        return JsonResponse(problem, status=401, content_type="application/problem+json")
    was_typing = request.method not in SAFE and kept.keep(request, user_id, at)
    messages.warning(request, message + (_("您刚才填写的内容已经保留，登录后可以看到。") if was_typing else ""))
    to_sign_in = redirect_to_login(back_to(request), resolve_url(settings.LOGIN_URL))
    if not is_htmx(request):
        to_sign_in.status_code = 302 if request.method in SAFE else 303
        return to_sign_in
    return HttpResponse(status=401, headers={"HX-Redirect": to_sign_in["Location"]})


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def wants_json(request: HttpRequest) -> bool:
    return not is_htmx(request) and (
        request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json")
    )


def back_to(request: HttpRequest) -> str:
    """The page the person was looking at: for a form or a fragment the page around it, otherwise the one asked for."""
    if request.method in SAFE and not is_htmx(request):
        return request.get_full_path()
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(page)
        return urlunsplit(("", "", parts.path or "/", parts.query, ""))
    return resolve_url(settings.LOGIN_REDIRECT_URL)
