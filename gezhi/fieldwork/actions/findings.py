"""What is found at a door, at a target, at a spot becomes a case at once: its words stand in the case alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from gezhi.cases.actions import report, solve
from gezhi.cases.models import Case, Source
from gezhi.fieldwork.models import NEED_KINDS
from gezhi.kernel.access import Actor
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Refused

KINDS = {kind.value for kind in NEED_KINDS}


@dataclass(frozen=True)
class Finding:
    """A problem, an opinion or a request (问题、意见、诉求). With `result` it was solved on the spot (即查即办), which needs a matter.

    Name and phone only with the consent to be contacted: without `may_be_contacted` neither is taken.
    """

    text: str
    kind: str = NEED_KINDS[0].value
    title: str = ""
    matter_id: int | None = None
    result: str = ""
    answer: str = ""
    reporter_name: str = ""
    reporter_phone: str = ""
    may_be_contacted: bool = False
    is_emergency: bool = False
    files: Sequence[StoredFile] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Where:
    """Where it was found: the point where there is one, else the area; `address` in words."""

    area_code: str
    address: str = ""
    lng: float | None = None
    lat: float | None = None


def take_up(finding: Finding, where: Where, *, key: UUID, origin: str, actor: Actor, at: datetime) -> Case:
    """The case of a finding, in the caller's transaction. Needs `case.report` there, or `case.solve`.

    `origin` and `key` make the case's own key, so that a replay can't make a second one. Raises `Refused`.
    """
    if finding.kind not in KINDS:
        raise Refused("no_such_kind", _("只能是问题、意见或诉求。"), field="kind")
    if (finding.reporter_name.strip() or finding.reporter_phone.strip()) and not finding.may_be_contacted:
        message = _("对方没有同意联系，就不能留称呼和电话。请征得同意后勾选，或者删去。")
        raise Refused("no_consent", message, field="may_be_contacted")
    facts: dict[str, Any] = {
        "text": finding.text,
        "kind": finding.kind,
        "title": finding.title,
        "source": Source.WORKER,
        "matter_id": finding.matter_id,
        "lng": where.lng,
        "lat": where.lat,
        "area_code": where.area_code,
        "address": where.address,
        "reporter_name": finding.reporter_name,
        "reporter_phone": finding.reporter_phone,
        "may_be_contacted": finding.may_be_contacted,
        "is_emergency": finding.is_emergency,
        "files": tuple(finding.files),
        "external_key": f"{origin}:{key}",
    }
    if finding.result.strip():
        return solve(actor=actor, at=at, result=finding.result, answer=finding.answer, **facts)
    return report(actor=actor, at=at, **facts)
