"""What an application resembles: matters in the catalogue and other applications on their way, by words. Shown before it is approved."""

from dataclasses import dataclass

from django.db.models import Q

from gezhi.matters.likeness import LEAST, SHOWN, Described, Like, similar
from gezhi.matters.models import Application, Matter
from gezhi.matters.queries import catalogue
from gezhi.matters.workflow import ENDED, ApplicationKind


@dataclass(frozen=True, slots=True)
class Alike:
    """One that resembles it: a matter, or an application that has none yet."""

    name: str
    score: float
    matter_id: int | None = None
    application_id: int | None = None


def alike(application: Application) -> list[Alike]:
    """The likest first. Three queries; the texts of a district's matters are compared in memory."""
    if application.kind != ApplicationKind.ADMISSION:
        return []
    others = Application.objects.filter(kind=ApplicationKind.ADMISSION, submitted_at__isnull=False).exclude(
        pk=application.pk
    )
    on_the_way = others.filter(~Q(stage__in=[stage.value for stage in ENDED]), matter__isnull=True)
    contents = dict(others.filter(matter__isnull=False).values_list("matter_id", "content"))
    matters = Matter.objects.filter(valid_until__isnull=True)
    if application.matter_id is not None:
        matters = matters.exclude(pk=application.matter_id)
    among = [
        Described(f"m{pk}", name, contents.get(pk) or " ".join(words))
        for pk, name, words in matters.values_list("pk", "name", "words")
    ]
    among += [
        Described(f"a{pk}", name, content) for pk, name, content in on_the_way.values_list("pk", "name", "content")
    ]
    names = {one.key: one.name for one in among}
    found = {one.key: one for one in similar(Described("", application.name, application.content), among)}
    # What residents call a matter is its name too: a new one whose name holds such a word is looked at beside it.
    for one in catalogue().suggest(application.name):
        key = f"m{one.matter_id}"
        if key in names and key not in found:
            found[key] = Like(key, LEAST, one.words)
    return [
        Alike(names[one.key], one.score, **{"matter_id" if one.key[0] == "m" else "application_id": int(one.key[1:])})
        for one in sorted(found.values(), key=lambda one: (-one.score, one.key))[:SHOWN]
    ]
