"""Choosing the main case of a merge: what is alike or near, with full text and a picture, or found by words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from gezhi.cases.access import get_case
from gezhi.cases.alike import Alike, alike, found_by_words
from gezhi.cases.filters import LONGEST_QUERY
from gezhi.cases.models import Attachment, Case
from gezhi.kernel.models import StoredFile
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.listing import Row
from gezhi.web.operation.page import at_desk, whole

PICTURES = [StoredFile.Kind.JPEG.value, StoredFile.Kind.PNG.value]


@dataclass(frozen=True, slots=True)
class Main:
    """A case to choose; `photo` is the key of its first picture, None without one."""

    row: Row
    metres: int | None
    photo: int | None


def mains_of(found: Case, request: DeskRequest, words: str = "") -> list[Main]:
    """Two statements."""
    words = words.replace("\x00", "").strip()[:LONGEST_QUERY]
    several = found_by_words(found, words, request.actor) if words else alike(found, request.actor)
    photos = first_photos(several)
    return [Main(Row.of(one.case, request.actor, request.at), one.metres, photos.get(one.case.pk)) for one in several]


def first_photos(several: Sequence[Alike]) -> dict[int, int]:
    keys = [one.case.pk for one in several]
    rows = (
        Attachment.objects.filter(case__in=keys, file__kind__in=PICTURES).order_by("-pk").values_list("case_id", "pk")
    )
    return dict(rows) if keys else {}


@require_safe
@at_desk
def choices(request: DeskRequest, number: str) -> HttpResponse:
    """The list anew, for the words typed above it."""
    found = get_case(request.actor, number)
    like = request.GET.get("like", "")
    return whole(request, "operation/mains.html", {"mains": mains_of(found, request, like), "like": like.strip()})
