"""What the public reads of cases: what about, roughly where, how it stands. No word that a reporter or an answer wrote goes out.

A matter that is confidential, a tip, a case marked confidential and one without a matter are not here; to ask for one gives
the same as asking for none. A point is given to a thousandth of a degree, about a hundred metres: a street corner, not a door.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from gezhi.cases.models import Case, Kind
from gezhi.cases.workflow import REPLIED, Stage
from gezhi.integrations.open311.asking import Question, Wrong
from gezhi.kernel.calendar import local_day
from gezhi.kernel.numbers import parse_case_number
from gezhi.matters.queries import MatterInfo, catalogue
from gezhi.territory.queries import name_path

DECIMALS = 3
CLOSED = Q(stage__in=[stage.value for stage in REPLIED])


def services(at: datetime) -> list[MatterInfo]:
    return [matter for matter in catalogue().valid_on(local_day(at)) if is_open(matter)]


def is_open(matter: MatterInfo) -> bool:
    """What is about things in the street, by the district's own choice: a point beside 低保 or 欠薪 would point at a household."""
    return not matter.is_confidential and matter.code.startswith(tuple(settings.OPEN311_MATTERS))


def service(code: str, at: datetime) -> MatterInfo:
    found = catalogue().by_code(code)
    if found is None or not is_open(found) or not found.is_valid_on(local_day(at)):
        raise Wrong(404, "service_code was not found")
    return found


def service_record(matter: MatterInfo) -> dict[str, Any]:
    return {
        "service_code": matter.code,
        "service_name": matter.name,
        "description": f"{matter.category_name} / {matter.name}",
        "metadata": False,
        "type": "realtime",
        "keywords": ",".join(word.replace(",", " ") for word in matter.words),
        "group": matter.category_name,
    }


def public() -> Any:
    chosen = [matter.id for matter in catalogue().matters.values() if is_open(matter)]
    return Case.objects.filter(is_confidential=False, matter_id__in=chosen).exclude(kind=Kind.TIP)


def asked(question: Question) -> list[Case]:
    """Newest first; in one statement."""
    rows = public()
    if question.numbers:
        return numbered(question.numbers)
    rows = rows.filter(reported_at__gte=question.since, reported_at__lte=question.until)
    if question.codes:
        known = catalogue()
        rows = rows.filter(matter_id__in=[found.id for code in question.codes if (found := known.by_code(code))])
    if question.states == {"open"}:
        rows = rows.exclude(CLOSED)
    elif question.states == {"closed"}:
        rows = rows.filter(CLOSED)
    first = (question.page - 1) * question.size
    return list(rows.order_by("-reported_at", "-id")[first : first + question.size])


def numbered(numbers: Iterable[str]) -> list[Case]:
    ids = {parsed.id: text for text in numbers if (parsed := parse_case_number(text))}
    rows = public().filter(pk__in=[id for id in ids if id < 2**63]).order_by("-reported_at", "-id")
    return [case for case in rows if case.number == ids[case.pk].strip()]


def one(number: str) -> Case:
    found = numbered([number])
    if not found:
        raise Wrong(404, "service_request_id was not found")
    return found[0]


def request_record(case: Case) -> dict[str, Any]:
    assert case.matter_id is not None, "cases without a matter are not public"
    matter = catalogue().get(case.matter_id)
    times = (case.reported_at, case.accepted_at, case.finished_at, case.verified_at, case.answered_at, case.closed_at)
    return {
        "service_request_id": case.number,
        "status": "closed" if case.stage in REPLIED else "open",
        "status_notes": str(Stage(case.stage).label),
        "service_name": matter.name,
        "service_code": matter.code,
        "description": matter.name,
        "agency_responsible": matter.owner_name,
        "service_notice": "",
        "requested_datetime": written(case.reported_at),
        "updated_datetime": written(max(time for time in times if time is not None)),
        "expected_datetime": written(case.due_at),
        "address": name_path(case.grid_code or case.community_code or case.street_code) if case.street_code else "",
        "address_id": case.grid_code or case.community_code or case.street_code,
        "zipcode": "",
        "lat": None if case.lat is None else round(case.lat, DECIMALS),
        "long": None if case.lng is None else round(case.lng, DECIMALS),
        "media_url": "",
    }


def written(at: datetime) -> str:
    return timezone.localtime(at).replace(microsecond=0).isoformat()
