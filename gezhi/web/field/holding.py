"""The cases that a phone holds: open ones on one's desks, and those in one's hands, the most pressing first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from gezhi.cases.models import Attachment, Case, Reporter
from gezhi.cases.queries import steps_for
from gezhi.cases.workflow import PROMISED
from gezhi.fieldwork.sync.commands import COMMANDS
from gezhi.kernel.access import Actor
from gezhi.people.queries import directory, seats_with
from gezhi.web.operation.names import desk_name, matter_name, place_name
from gezhi.web.operation.wording import stage_words

# A phone holds what one can work on, not an archive.
MOST_HELD, A_PAGE = 300, 50
LONGEST_TEXT = 2_000
SEATS = ("case.claim", "case.sign", "case.work")
STAGES = [stage.value for stage in PROMISED]


def held_by(actor: Actor) -> dict[int, int]:
    """Id and version of every case that the phone is to hold, the most pressing first. One query."""
    desks = sorted({seat for right in SEATS for seat in seats_with(right, actor)})
    rows = Case.objects.open().filter(Q(desk_id__in=desks) | Q(holder_id=actor.user_id), stage__in=STAGES)
    return dict(rows.order_by("-is_emergency", "due_at", "pk").values_list("pk", "version")[:MOST_HELD])


def different(actor: Actor, at: datetime, have: Mapping[int, int]) -> tuple[list[dict[str, Any]], list[int], bool]:
    """The cases that are new or have moved on, a page of them; those to be let go; and whether there are more."""
    held = held_by(actor)
    wanted = [pk for pk, version in held.items() if have.get(pk) != version]
    page = wanted[:A_PAGE]
    cases = shown(page, actor, at)
    # One that moved between the two queries comes again next time, with its new version.
    return cases, [pk for pk in have if pk not in held], len(wanted) > len(page)


def shown(keys: list[int], actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """Cases as the phone shows them, in this order. Three queries, none for none."""
    if not keys:
        return []
    rows = {case.pk: case for case in Case.objects.filter(pk__in=keys).select_related("holder")}
    files: dict[int, list[int]] = {}
    for case_id, file_id in (
        Attachment.objects.filter(case_id__in=keys).order_by("pk").values_list("case_id", "file_id")
    ):
        files.setdefault(case_id, []).append(file_id)
    known = set(Reporter.objects.filter(case_id__in=keys).values_list("case_id", flat=True))
    return [
        case_on_phone(rows[key], actor, at, files=files.get(key, []), has_reporter=key in known)
        for key in keys
        if key in rows
    ]


def case_on_phone(case: Case, actor: Actor, at: datetime, *, files: list[int], has_reporter: bool) -> dict[str, Any]:
    desk = directory().get(case.desk_id)
    return {
        "id": case.pk,
        "number": case.number,
        "version": case.version,
        "stage": case.stage,
        "stage_words": stage_words(case),
        "title": case.title,
        "text": case.text[:LONGEST_TEXT],
        "is_cut": len(case.text) > LONGEST_TEXT,
        "address": case.address,
        "place": place_name(case),
        "grid": case.grid_code,
        "lng": case.lng,
        "lat": case.lat,
        "desk": {"id": desk.id, "name": desk_name(desk.id)},
        "matter": matter_name(case.matter_id),
        "matter_id": case.matter_id,
        "holder": case.holder.name if case.holder is not None else "",
        "is_mine": case.holder_id is not None and case.holder_id == actor.user_id,
        "reported_at": case.reported_at.isoformat(),
        "arrived_at": case.arrived_at.isoformat(),
        "due_at": case.due_at.isoformat(),
        "warn_at": case.warn_at.isoformat() if case.warn_at is not None else None,
        "hold_until": case.hold_until.isoformat() if case.hold_until is not None else None,
        "is_suspended": case.suspended_at is not None,
        "is_emergency": case.is_emergency,
        "is_confidential": case.is_confidential,
        "card": case.card_shown,
        "owes_reply": case.supervision == "open",
        "result": case.result,
        "has_reporter": has_reporter,
        "files": files,
        "steps": [step.name for step in steps_for(case, actor, at) if f"case.{step.name}" in COMMANDS],
    }
