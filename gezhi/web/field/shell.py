"""The installable page: one shell for everybody, the worker script that keeps it, and the door at which a phone is enrolled.

The shell holds nothing of anybody. All of its words stand in its templates, so the script has none; what it shows comes from the phone's store.
"""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page

from gezhi import __version__
from gezhi.accounts.models import User
from gezhi.fieldwork.actions.phones import enrol
from gezhi.kernel.refusals import Refused
from gezhi.web.middleware import DeskRequest

# What the shell asks for by its plain name: modules that import each other. What stands in the page has the name that `static` gives it.
MODULES = "field"
SHARED = "web/gcj.js"
AT_THE_DOOR = ("app", "dom", "held", "queue", "store", "sync")
STYLES = ("web/icons.svg", "field/field.css", "web/mark.svg")


@gzip_page
def page(request: HttpRequest) -> HttpResponse:
    """The same for everybody: it can be kept by the phone, and by nobody in between. Nothing secret is in it, so it may be packed.

    The modules are named at its head, so that a slow network fetches them side by side and not one after the other as they ask for each other.
    """
    response = render(request, "field/shell.html", {"modules": preloaded()})
    response["Cache-Control"] = "no-cache"
    return response


@never_cache
@login_required
def enrolment(request: DeskRequest) -> HttpResponse:
    """Name this phone; its token is then handed to the page once, which puts it into the phone's store."""
    words: dict[str, object] = {"label": _("工作手机")}
    if request.method == "POST":
        words["label"] = request.POST.get("label", "")
        try:
            user = User.objects.get(pk=request.user.pk)
            phone, token = enrol(user, actor=request.actor, at=request.at, label=str(words["label"]))
        except Refused as refusal:
            words["refused"] = refusal.message
        else:
            words |= {"phone": phone, "token": token}
    return render(request, "field/enrol.html", words, status=422 if "refused" in words else 200)


def service_worker(request: HttpRequest) -> HttpResponse:
    files = [*sorted(kept_files()), reverse("field:app")]
    words = {"files": files, "version": version(get_language() or "")}
    response = render(request, "field/sw.js", words, content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


def manifest(request: HttpRequest) -> JsonResponse:
    here = reverse("field:app")
    mark = {"src": static("web/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    return JsonResponse(
        {
            "name": _("格治网格员"),
            "short_name": _("网格员"),
            "id": here,
            "start_url": here,
            "scope": here,
            "display": "standalone",
            "background_color": "#f4f6f8",
            "theme_color": "#1f5fae",
            "icons": [mark],
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


def modules() -> list[str]:
    """The names of the app's modules below the static files."""
    folder = Path(finders.find(MODULES) or settings.STATIC_ROOT / MODULES)
    return [f"{MODULES}/{file.name}" for file in sorted(folder.glob("*.js"))]


def preloaded() -> list[str]:
    """What `app.js` asks for before any page is opened."""
    return [f"{settings.STATIC_URL}{MODULES}/{name}.js" for name in AT_THE_DOOR]


def kept_files() -> set[str]:
    """Every address that the app needs without a network."""
    plain = {f"{settings.STATIC_URL}{name}" for name in (*modules(), SHARED)}
    return plain | {static(name) for name in (*STYLES, "field/app.js", "web/theme.js")}


@cache
def version(language: str) -> str:
    """Changes with any of the files: then the phone fetches them anew, all of them or none."""
    digest = hashlib.sha256(f"{__version__} {language}".encode())
    for name in (*modules(), SHARED, *STYLES):
        found = finders.find(name) or settings.STATIC_ROOT / name
        digest.update(Path(str(found)).read_bytes())
    for template in sorted((Path(__file__).parent.parent / "templates" / "field").iterdir()):
        digest.update(template.read_bytes())
    return digest.hexdigest()[:16]
