"""What is already being done near the place of a report, shown before it is sent: "me too" joins it, and gets the same answer.

Of somebody else's report only this is shown: what it is about, the area, since when, how it stands. Its words and its exact place stay with the desk.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.utils import timezone

from gezhi.cases import actions
from gezhi.cases.access import get_case
from gezhi.cases.alike import Alike, already_told
from gezhi.cases.models import Case
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused
from gezhi.matters.queries import catalogue
from gezhi.territory.locate import locate
from gezhi.territory.queries import name_path
from gezhi.web.portal.forms import ReportForm
from gezhi.web.portal.standing import headline

SALT = "portal.same"
VALID_SECONDS = 24 * 3600
JOINING = Actor.system(Actor.resident().name)


@dataclass(frozen=True, slots=True)
class Near:
    """One of them as everybody may see it. `token` names it in the form."""

    token: str
    matter: str
    place: str
    since: str
    standing: Any
    metres: int | None
    followers: int


def near_report(form: ReportForm) -> list[Near]:
    """For a form that is right in all else; nothing for a tip or a confidential one, which joins nobody."""
    given = form.cleaned_data
    if given["is_confidential"] or given["kind"] == "tip":
        return []
    code, lng, lat = form.area_code, given["lng"], given["lat"]
    if lng is not None and lat is not None:
        located = locate(lng, lat)
        code = located.code if located is not None else code
    return [as_public(one) for one in already_told(given["text"], code, lng, lat)]


def as_public(one: Alike) -> Near:
    case = one.case
    matter = catalogue().get(case.matter_id) if case.matter_id is not None else None
    return Near(
        token=signing.dumps(case.pk, salt=SALT),
        matter=matter.name if matter is not None else "",
        place=name_path(case.place_code),
        since=f"{timezone.localtime(case.reported_at):%Y-%m-%d}",
        standing=headline(case),
        metres=one.metres,
        followers=case.followers + 1,
    )


def main_of(token: str) -> int | None:
    """The case that a token names; None for what is no token of ours."""
    try:
        return int(signing.loads(token, salt=SALT, max_age=VALID_SECONDS))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def join(case: Case, main_id: int, *, at: datetime) -> bool:
    """Put a report that just came in to the one that its reporter pointed at. Where that one can't be joined any more, it goes its own way."""
    try:
        main = get_case(JOINING, main_id)
        if main.is_confidential:
            return False
        actions.take("merge", case, actor=JOINING, at=at, main_id=main.pk)
    except Refused:
        return False
    return True
