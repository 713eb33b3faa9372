"""Somebody at the desk of mediation: what a browser sends, and disputes of today."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from gezhi.disputes.tests.mediation import Mediation
from gezhi.testing import Town
from gezhi.web.tests.desk import seal_in

HOME = "/operation/disputes/"
NINE_HOURS = timedelta(hours=9)


def url_of(mediation: Mediation, step: str = "") -> str:
    return f"{HOME}{mediation.pk}/" + (f"steps/{step}/" if step else "")


def today(town: Town, who: str = "leader", **over: Any) -> Mediation:
    """Pages live in the present, and so does this dispute."""
    return Mediation(town, who, at=timezone.now() - NINE_HOURS, **over)


def send_step(client: Client, mediation: Mediation, step: str, **inputs: Any) -> Any:
    """Open the form of a step as the page shows it, fill it in, send it."""
    form = client.get(url_of(mediation, step)).content.decode()
    data = {"seal": seal_in(form), "seen": str(mediation.dispute.version), **inputs}
    return client.post(url_of(mediation, step), data)
