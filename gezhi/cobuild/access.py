"""Fetching is checking: what an actor may not see looks like what is not there.

The register of an area is seen by whoever holds `cobuild.see` there, and what lies above it too: a unit of the street may help any of its grids.
"""

from contextlib import suppress
from typing import TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.cobuild.models import Need, Offer, Partner, Project, ServiceComplaint
from gezhi.kernel.access import Actor
from gezhi.kernel.numbers import parse_receipt_code
from gezhi.kernel.refusals import Missing

SEE, EDIT, ANSWER = "cobuild.see", "cobuild.edit", "complaint.answer"
NOT_THERE = _("没有找到，或者它不在您的范围内。")
Row = TypeVar("Row", bound=models.Model)


def seen(actor: Actor, right: str = SEE, *, above: bool = False) -> Q:
    """The rows whose `area` lies where the actor holds the right; with `above` also those of the areas around it."""
    condition = Q(pk__in=())
    for code in actor.areas(right):
        condition |= Q(area__code__startswith=code)
        if above:
            condition |= Q(area__code__in=[code[:length] for length in (6, 9, 12) if length < len(code)])
    return condition


def fetch(rows: "models.QuerySet[Row]", key: int) -> Row:
    with suppress(OverflowError):
        found = rows.filter(pk=key).first()
        if found is not None:
            return found
    raise Missing("not_there", NOT_THERE)


def get_partner(actor: Actor, key: int, right: str = SEE) -> Partner:
    """The unit by id. Raises `Missing` if absent or not the actor's."""
    return fetch(Partner.objects.filter(seen(actor, right, above=right == SEE)).select_related("area"), key)


def get_offer(actor: Actor, key: int, right: str = SEE) -> Offer:
    rows = Offer.objects.filter(seen(actor, right, above=right == SEE))
    return fetch(rows.select_related("area", "partner__area"), key)


def get_need(actor: Actor, key: int, right: str = SEE) -> Need:
    return fetch(Need.objects.filter(seen(actor, right)).select_related("area", "project", "case"), key)


def get_project(actor: Actor, key: int, right: str = SEE) -> Project:
    return fetch(Project.objects.filter(seen(actor, right, above=right == SEE)).select_related("area"), key)


def complaints_for(actor: Actor) -> "models.QuerySet[ServiceComplaint]":
    """What the actor may answer; what is about the whole district only for who answers for all of it."""
    condition = Q(pk__in=())
    for code in actor.areas(ANSWER):
        if len(code) <= 6:
            return ServiceComplaint.objects.all()
        condition |= Q(area_code__startswith=code)
    return ServiceComplaint.objects.filter(condition)


def get_complaint(actor: Actor, key: int) -> ServiceComplaint:
    return fetch(complaints_for(actor), key)


def complaint_by_receipt(code: str) -> ServiceComplaint | None:
    """That of a receipt code; the code is the key."""
    tidy = parse_receipt_code(code)
    return ServiceComplaint.objects.filter(receipt_code=tidy).first() if tidy else None
