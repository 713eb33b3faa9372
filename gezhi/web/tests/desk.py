"""A clerk at the desk: what a browser sends, with and without htmx, and cases at every stage."""

import re
from datetime import datetime
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone

from gezhi.cases.access import get_case
from gezhi.cases.actions import take
from gezhi.cases.models import Case
from gezhi.testing import Town
from gezhi.web.tests.resident import words

HTMX = {"HX-Request": "true", "HX-Target": "pane"}


def url_of(case: Case, step: str = "") -> str:
    return f"/operation/cases/{case.number}/" + (f"steps/{step}/" if step else "")


def seal_in(page: str) -> str:
    found = re.search(r'name="seal" value="([0-9a-f]+)"', page)
    assert found, page
    return found[1]


def send_step(client: Client, case: Case, step: str, *, query: str = "", htmx: bool = False, **inputs: Any) -> Any:
    """Open the form of a step as the page shows it, fill it in, send it."""
    form = client.get(url_of(case, step)).content.decode()
    data = {"seal": seal_in(form), "seen": str(case.version), **inputs}
    return client.post(url_of(case, step) + query, data, headers=HTMX if htmx else {})


def moved(town: Town, case: Case, step: str, by: str, *, at: datetime | None = None, **inputs: Any) -> Case:
    """The case after somebody of the cast took a step; now, unless told otherwise."""
    at = at or timezone.now()
    actor = town.actor(by, at=at)
    return take(step, get_case(actor, case.pk), actor=actor, at=at, **inputs)


def titles(answer: Any) -> list[str]:
    """The titles in the list, from top to bottom."""
    found = re.findall(r'class="row-words">([^<]*)<', answer.content.decode())
    return [unescape(title) for title in found]


__all__ = ["HTMX", "moved", "seal_in", "send_step", "titles", "url_of", "words"]
