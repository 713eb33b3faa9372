"""The demo's landing page: enter as anybody, without a password.

Three locks, each looked at on every request: `GEZHI_DEMO=1`, a database that was born as a demo (`gezhi.kernel.installation`), and an account
that the demo invented. Where one of them is shut, these addresses do not exist.
"""

import re
from typing import Any

from django.contrib.auth import login, logout
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gezhi.accounts.models import User
from gezhi.cases.models import Case
from gezhi.kernel.installation import is_demo_mode
from gezhi.people.models import Post
from gezhi.people.roles import Role
from gezhi.territory.queries import list_names, tally
from gezhi.web.demo.cast import cast
from gezhi.web.middleware import DeskRequest

KEY = re.compile(r"[0-9]{1,18}", re.ASCII)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# Counting stops here: a landing page need not know whether there are 10,000 or 400,000.
MOST_COUNTED = 100_000


def require_demo() -> None:
    if not is_demo_mode():
        raise Http404


@require_safe
@never_cache
def home(request: DeskRequest) -> HttpResponse:
    require_demo()
    context = {"parts": cast(on=timezone.localdate(request.at)), "town": town_facts()}
    return render(request, "demo/home.html", context)


@require_POST
@never_cache
def enter(request: DeskRequest) -> HttpResponse:
    """Sign in as an invented person. A session of somebody else in this browser ends first."""
    require_demo()
    key = request.POST.get("user", "")
    user = User.objects.filter(pk=key, is_invented=True, is_active=True).first() if KEY.fullmatch(key) else None
    if user is None:
        raise Http404
    logout(request)
    login(request, user, backend=BACKEND)
    return redirect("desk")


def town_facts() -> dict[str, Any]:
    """What stands in the demo town, in few statements."""
    grids = tally("")
    return {
        "streets": len(list_names("street")),
        "communities": len(list_names("community")),
        "residential": grids.residential,
        "dedicated": grids.dedicated,
        "full_timers": workers(Role.GRID_WORKER),
        "part_timers": workers(Role.PART_TIME_WORKER),
        "cases": Case.objects.all()[:MOST_COUNTED].count(),
        "open_cases": Case.objects.open()[:MOST_COUNTED].count(),
    }


def workers(role: Role) -> int:
    return Post.objects.filter(role=role, until_on__isnull=True).values("user").distinct().count()
