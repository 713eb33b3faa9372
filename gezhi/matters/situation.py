"""What the conditions of the workflow look at, read from an application, its batches and forms, and the one who acts."""

from datetime import datetime

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.matters.admission import grounds, unanswered
from gezhi.matters.dictionary import FieldInfo, fields
from gezhi.matters.models import Application, DemandField
from gezhi.matters.queries import catalogue
from gezhi.matters.workflow import ApplicationKind, Situation


def held_fields(application: Application) -> list[tuple[DemandField, FieldInfo]]:
    """What its forms ask although the house holds it, with where; what this very application has brought in doesn't count. One query."""
    known = fields()
    asked = DemandField.objects.filter(demand__application=application).select_related("demand").order_by("pk")
    found = ((one, known.held(one.name)) for one in asked)
    own = application.matter_id
    return [(one, held) for one, held in found if held is not None and (own is None or held.matter_id != own)]


def situation_of(application: Application, actor: Actor, at: datetime) -> Situation:
    """Two queries for an admission, none for an exit."""
    today = local_day(at)
    is_applicant = application.submitted_by_id is not None and application.submitted_by_id == actor.user_id
    is_reviewer = application.reviewed_by_id is not None and application.reviewed_by_id == actor.user_id
    known = catalogue()
    if application.kind == ApplicationKind.EXIT:
        matter = known.matters.get(application.matter_id or 0)
        next_one = known.matters.get(application.successor_id) if application.successor_id is not None else None
        has_gone = next_one is None and application.successor_id is not None
        return Situation(
            application.kind,
            today,
            day=application.ends_on,
            is_matter_in_force=matter is not None and matter.is_valid_on(today) and matter.valid_until is None,
            is_successor_in_force=not has_gone and (next_one is None or next_one.valid_until is None),
            is_applicant=is_applicant,
            is_reviewer=is_reviewer,
        )
    batches = list(application.batches.values_list("starts_on", "yearly_fen"))
    return Situation(
        application.kind,
        today,
        has_basis=bool(application.legal_basis),
        has_content=bool(application.content),
        has_authority=bool(application.authority),
        has_duty=bool(application.duty),
        has_place=application.category_id is not None and bool(application.default_desk),
        has_batches=bool(batches),
        brings_funds=bool(batches) and all(fen > 0 for _day, fen in batches),
        day=min((day for day, _fen in batches), default=None),
        is_answered=not unanswered(application.answers),
        is_objected=bool(grounds(application.nature, application.answers)),
        asks_what_is_held=bool(held_fields(application)),
        is_name_taken=any(
            matter.name == application.name and matter.id != application.matter_id and matter.valid_until is None
            for matter in known.matters.values()
        ),
        is_applicant=is_applicant,
        is_reviewer=is_reviewer,
    )
