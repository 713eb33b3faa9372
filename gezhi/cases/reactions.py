"""What cases do when something happened: keep the search index and the promises true."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from gezhi.cases.actions.answers import draw_again, draw_new
from gezhi.cases.actions.exits import leave_exited
from gezhi.cases.actions.holders import vacate
from gezhi.cases.actions.promises import renew_provisional_promises
from gezhi.cases.actions.relocation_of_grids import CasesFollow
from gezhi.cases.actions.relocation_of_orders import OrdersFollow
from gezhi.cases.actions.steps import take, tell_followers
from gezhi.cases.conditions import POOR
from gezhi.cases.models import Case
from gezhi.cases.notices import BROADCAST, NOTICES
from gezhi.cases.workflow import Stage
from gezhi.kernel import search
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import subscribe, subscribe_rounds
from gezhi.kernel.models import Event
from gezhi.kernel.numbers import case_number
from gezhi.kernel.refusals import Refused
from gezhi.people.actions import tell_all
from gezhi.territory.followers import register

register("cases", CasesFollow())
register("orders", OrdersFollow())


@subscribe_rounds(
    "case.reported",
    "case.part_made",
    "case.finished",
    "case.answered",
    "case.declined",
    "case.dismissed",
    key="cases.index",
)
def index_cases(events: Sequence[Event], at: datetime) -> None:
    """What a clerk types to find a case: its number, title, text, address, result and answer."""
    columns = ("pk", "reported_at", "title", "text", "address", "result", "answer")
    rows = Case.objects.filter(pk__in={event.subject_id for event in events}).values_list(*columns)
    search.put_many("case", (words_of(*row) for row in rows))


def words_of(key: int, reported_at: datetime, *texts: str) -> tuple[int, str]:
    number = case_number(settings.DISTRICT, local_day(reported_at), key)
    return key, "\n".join([number, *filter(None, texts)])


@subscribe("calendar.published", key="cases.promises")
def renew_promises(event: Event, at: datetime) -> None:
    renew_provisional_promises(actor=Actor.system("工作日历"), at=at)


@subscribe_rounds("case.answered", "case.told", key="cases.followers")
def answer_followers(events: Sequence[Event], at: datetime) -> None:
    """Whoever reported the same thing gets the same answer, or the same reason why it was not taken up."""
    leading = set(
        Case.objects.filter(merged_into_id__in={event.subject_id for event in events}, stage=Stage.MERGED).values_list(
            "merged_into_id", flat=True
        )
    )
    for event in events:
        if event.subject_id in leading:
            step = "answer_along" if event.name == "case.answered" else "decline_along"
            tell_followers(event.subject_id, step, event.note, at=at)


@subscribe("case.rated", key="cases.poor_ratings")
def rehandle_poor(event: Event, at: datetime) -> None:
    """差评 opens the case again by itself, once (国办发〔2019〕51号: 差评 are looked into, mended and answered)."""
    if min(event.data["service"], event.data["outcome"]) > POOR:
        return
    case = Case.objects.get(pk=event.subject_id)
    if case.round != event.data.get("round", case.round):
        return
    try:
        take("rehandle", case, actor=Actor.system("评价"), at=at)
    except Refused:
        # Rehandled once already, or somebody reopened it meanwhile: then it is in people's hands.
        return


@subscribe_rounds("case.answered", "case.answered_along", key="cases.draw")
def draw_answers(events: Sequence[Event], at: datetime) -> None:
    """A share of the answers is followed up."""
    draw_new({event.subject_id: event.at for event in events})


@subscribe_rounds("case.rated", key="cases.draw_poor")
def draw_poor(events: Sequence[Event], at: datetime) -> None:
    """After `rehandle_poor`: what it opened again is asked about when it is answered again, what it left closed now."""
    draw_again({event.subject_id: event.at for event in events})


@subscribe("matter.exited", key="cases.exits")
def leave_exited_matter(event: Event, at: datetime) -> None:
    """A matter has left the catalogue: nothing open stays with those who were to handle it."""
    leave_exited(event.subject_id, successor_id=event.data["successor"], at=at)


@subscribe("post.ended", "user.retired", key="cases.vacate")
def vacate_desks(event: Event, at: datetime) -> None:
    """A post that ended at once leaves nothing held; one that ends later is looked at on its day."""
    vacate(at=at)


@subscribe_rounds(*NOTICES, key="cases.notices")
def tell_desks(events: Sequence[Event], at: datetime) -> None:
    tell_all([(event, NOTICES[event.name](event)) for event in events], at=at)


@subscribe_rounds(*BROADCAST, key="cases.broadcast")
def broadcast(events: Sequence[Event], at: datetime) -> None:
    urgent = [event for event in events if event.name != "case.reported" or event.data.get("emergency")]
    tell_all([(event, BROADCAST[event.name](event)) for event in urgent], at=at, is_urgent=True)
