"""Fetching an application is checking: what an actor may not see looks like what is not there."""

from contextlib import suppress

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Missing
from gezhi.matters.models import Application, OutsideRequest
from gezhi.matters.workflow import APPLY, APPROVE, REVIEW, ApplicationKind, Step, right_of
from gezhi.people.models import DeskKind
from gezhi.people.queries import DeskInfo, directory


def covers(actor: Actor, step: Step, application: Application) -> bool:
    """Does the actor hold the right of a step for this application? Each belongs to one desk. No query."""
    desk = desk_of(step, application)
    if desk is None:
        return False
    return actor.may(right_of(step, application.kind), area=desk.area_code, desk_id=desk.id)


def desk_of(step: Step, application: Application) -> DeskInfo | None:
    """The desk at which a step is taken: the applicant's, the examiner's, or that of the district."""
    desks = directory()
    if step.right == APPLY:
        return desks.get(application.desk_id)
    if step.right == REVIEW and application.review_desk_id is not None:
        return desks.get(application.review_desk_id)
    return district_desk() if step.right == APPROVE else None


def district_desk() -> DeskInfo | None:
    return directory().at(DeskKind.DISTRICT, settings.DISTRICT)


def desks_to_apply(actor: Actor, kind: str) -> list[DeskInfo]:
    """At which desks the actor may hand in an application of this kind."""
    right = "matter.apply" if kind == ApplicationKind.ADMISSION else "matter.ask_exit"
    desks = directory().desks
    mine = (desks[seat] for seat in sorted(actor.desks) if seat in desks)
    return [desk for desk in mine if desk.is_open and actor.may(right, area=desk.area_code, desk_id=desk.id)]


def missing() -> Missing:
    return Missing("no_such_application", _("没有找到这份申请，或者它不在您的范围内。"))


def get_application(actor: Actor, key: int) -> Application:
    """The application by id, with what its page names: one query. Raises `Missing` if absent or not the actor's to see."""
    with suppress(Application.DoesNotExist, OverflowError):
        rows = Application.objects.visible_to(actor)
        return rows.select_related("category", "department", "matter", "successor", "submitted_by", "reviewed_by").get(
            pk=key
        )
    raise missing()


def get_outside_request(actor: Actor, key: int) -> OutsideRequest:
    with suppress(OutsideRequest.DoesNotExist, OverflowError):
        return OutsideRequest.objects.visible_to(actor).select_related("department", "refused_by").get(pk=key)
    raise Missing("no_such_request", _("没有找到这一条，或者它不在您的范围内。"))
