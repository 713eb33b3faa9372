"""Work outside the catalogue as it is read: the sentence of a day, the list, and the figures by who asked."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused
from gezhi.matters.models import OutsideRequest, OutsideRequestQuerySet, StandingSentence


def sentence_on(day: date) -> str:
    """With which words work outside the catalogue is refused this day. Raises `Refused` where the district has set none."""
    row = StandingSentence.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    if row is None:
        raise Refused("no_sentence", _("还没有设定答复清单外任务的话，请先设定。"))
    return row.text


@dataclass(frozen=True, slots=True)
class AskerFigures:
    """How often one department or office asked for work outside the catalogue in a span of days, of how many streets, and when last."""

    department_id: int | None
    name: str
    count: int
    areas: int
    last_on: date


def listed(actor: Actor, *, first: date, last: date, department_id: int | None = None) -> OutsideRequestQuerySet:
    """What the actor may see of these days, the newest first."""
    rows = OutsideRequest.objects.visible_to(actor).filter(asked_on__gte=first, asked_on__lte=last)
    if department_id is not None:
        rows = rows.filter(department_id=department_id)
    return rows.select_related("department", "refused_by").order_by("-asked_on", "-pk")


def by_asker(actor: Actor, *, first: date, last: date) -> list[AskerFigures]:
    """The figures of these days, who asks most first. One query."""
    rows = (
        OutsideRequest.objects.visible_to(actor)
        .filter(asked_on__gte=first, asked_on__lte=last)
        .values("department_id", "department__name", "asker")
        .annotate(count=Count("pk"), areas=Count("area_code", distinct=True), last_on=Max("asked_on"))
        .order_by("-count", "department__name", "asker")
    )
    return [
        AskerFigures(
            row["department_id"], row["department__name"] or row["asker"], row["count"], row["areas"], row["last_on"]
        )
        for row in rows
    ]
