"""Reads that serve the pages of building together: the lists with their suggestions, what nobody matches, and the figures with their definitions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from gezhi.cobuild.matching import Have, Suggestion, Want, homes_reached, suggestions
from gezhi.cobuild.models import Benefit, Need, Offer, Project, SignUp, VolunteerActivity
from gezhi.cobuild.rules import ActivityStage, ProjectStage


def within(code: str) -> Q:
    """Rows whose area lies in this one."""
    return Q(area__code__startswith=code)


def around(code: str) -> Q:
    """Rows whose area lies in this one or around it."""
    return within(code) | Q(area__code__in=[code[:length] for length in (6, 9, 12) if length < len(code)])


def offers_on(day: date) -> "QuerySet[Offer]":
    """Resources that are there, or will be."""
    rows = Offer.objects.filter(Q(until_on__isnull=True) | Q(until_on__gte=day))
    return rows.select_related("area", "partner")


def open_needs() -> "QuerySet[Need]":
    rows = Need.objects.filter(project__isnull=True, dropped_on__isnull=True)
    return rows.select_related("area")


@dataclass(frozen=True, slots=True)
class Matched:
    """A need with the resources that may meet it, the likeliest first; none: nobody has anything."""

    need: Need
    offers: Sequence[tuple[Offer, Suggestion]]


def matched(needs: Sequence[Need], *, on: date) -> list[Matched]:
    """The needs with their suggestions: one statement for the resources."""
    offers = {row.pk: row for row in offers_on(on)}
    haves = [Have(row.pk, row.topic, row.area.code, row.from_on, row.until_on) for row in offers.values()]
    wants = [Want(row.pk, row.topic, row.area.code, row.wanted_by) for row in needs]
    found = suggestions(haves, wants, on=on)
    return [Matched(need, [(offers[one.have.key], one) for one in found[need.pk]]) for need in needs]


def idle_offers(code: str, *, on: date) -> list[Offer]:
    """Resources of an area that no project uses."""
    rows = offers_on(on).filter(within(code)).exclude(parts__project__stage__in=LIVE)
    return list(rows.order_by("area__code", "pk"))


LIVE = (ProjectStage.RUNNING, ProjectStage.FINISHED, ProjectStage.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that never stands without what it counts."""

    name: str
    label: Any
    number: int
    definition: Any


def figures(code: str, *, first: date | None = None, last: date) -> list[Figure]:
    """The three figures of an area over some days, and the households counted per project beside them. Three statements."""
    since = {"started_on__gte": first} if first else {}
    projects = Project.objects.filter(within(code), stage__in=LIVE, started_on__lte=last, **since).count()
    met = Need.objects.filter(within(code), is_problem=True, met_on__lte=last)
    solved = (met.filter(met_on__gte=first) if first else met).count()
    reached = Benefit.objects.filter(within(code), project__stage=ProjectStage.ACCEPTED, project__accepted_on__lte=last)
    if first:
        reached = reached.filter(project__accepted_on__gte=first)
    parts = list(reached.values_list("area__code", "households"))
    return [
        Figure("projects", _("共建项目"), projects, _("开始了、没有终止的项目个数，含实施中和待验收的。")),
        Figure("problems", _("解决问题"), solved, _("需求清单里标为“问题”、承接它的项目已经居民验收通过的条数。")),
        Figure(
            "households",
            _("惠及群众（户）"),
            homes_reached(parts),
            _("居民验收通过的项目惠及的户数。同一网格有几个项目的，只取户数最多的一个，所以一户不会算两次。"),
        ),
        Figure(
            "by_project",
            _("惠及户次"),
            sum(households for _grid, households in parts),
            _("各项目户数相加：一户在一个项目里只计一次，得益于两个项目的计两次。"),
        ),
    ]


def volunteer_totals(code: str) -> dict[str, int]:
    """What the teams of an area did: activities held, whole hours confirmed, people helped by activities. Two statements."""
    held = VolunteerActivity.objects.filter(team__area__code__startswith=code, stage=ActivityStage.HELD)
    helped = list(held.values_list("beneficiaries", flat=True))
    minutes = SignUp.objects.filter(activity__in=held).aggregate(total=Sum("minutes"))["total"] or 0
    return {"held": len(helped), "hours": minutes // 60, "people": sum(number or 0 for number in helped)}
