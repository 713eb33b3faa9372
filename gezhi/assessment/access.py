"""Whose rates an actor may read: those of the areas in which cases may be seen, and of the desks at which one sits."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.assessment.models import Exclusion
from gezhi.cases.models import Answer, CaseQuerySet
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Missing
from gezhi.people.queries import directory, seats_with

ASK, DECIDE = "case.exclude_ask", "case.exclude_decide"


@dataclass(frozen=True, slots=True)
class Scope:
    """An area with everything in it, or the desks of somebody who sees no area."""

    area: str
    desks: tuple[int, ...] = ()

    @property
    def condition(self) -> Q:
        if self.desks:
            return Q(desk_id__in=self.desks)
        return Q() if len(self.area) <= 6 else CaseQuerySet.place_within(self.area)


def get_scope(actor: Actor, area: str = "") -> Scope:
    """The scope that somebody asks for, or may see at most. Raises `Missing` for what is not there or not for these eyes."""
    areas = actor.areas("case.see")
    if area:
        if not any(area.startswith(code) for code in areas) or not is_area(area):
            raise Missing("no_such_area", _("没有这个区域，或者它不在您的范围内。"))
        return Scope(area)
    if areas:
        return Scope(areas[0] or settings.DISTRICT)
    desks = seats_with("case.see", actor)
    if not desks:
        raise Missing("nothing_to_see", _("您的岗位看不到事件，也就没有指标可看。"))
    return Scope("", tuple(desks))


def is_area(code: str) -> bool:
    return code.isascii() and code.isdigit() and len(code) in (6, 9, 12, 15)


def may_exclude(actor: Actor, right: str, answer: Answer) -> bool:
    """Checked at the place and the desk of the answer, in whose rates it counts, and at those that the case has gone to since."""
    return any(
        actor.may(right, area=row.place_code or settings.DISTRICT)
        or actor.may(right, area=directory().get(row.desk_id).area_code, desk_id=row.desk_id)
        for row in (answer, answer.case)
    )


def get_answer(actor: Actor, key: int, right: str = ASK) -> Answer:
    """An answer with its case, for somebody who may ask to exclude it. Raises `Missing`."""
    answer = Answer.objects.select_related("case").filter(pk=key).first()
    if answer is None or not may_exclude(actor, right, answer):
        raise Missing("no_such_answer", _("没有找到这一次答复，或者它不在您的范围内。"))
    return answer


def get_exclusion(actor: Actor, key: int, right: str = DECIDE) -> Exclusion:
    """Raises `Missing`."""
    exclusion = Exclusion.objects.select_related("answer__case", "reason", "asked_by").filter(pk=key).first()
    if exclusion is None or not may_exclude(actor, right, exclusion.answer):
        raise Missing("no_such_exclusion", _("没有找到这个剔除申请，或者它不在您的范围内。"))
    return exclusion
