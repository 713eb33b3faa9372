"""What cases do when something happened: keep the search index and the promises true."""

from datetime import datetime

from django.conf import settings

from gezhi.cases.actions.promises import renew_provisional_promises
from gezhi.cases.models import Case
from gezhi.kernel import search
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import subscribe
from gezhi.kernel.models import Event
from gezhi.kernel.numbers import case_number


@subscribe("case.reported", "case.finished", "case.answered", "case.declined", key="cases.index")
def index_case(event: Event, at: datetime) -> None:
    """What a clerk types to find a case: its number, title, text, address, result and answer."""
    columns = ("reported_at", "title", "text", "address", "result", "answer")
    row = Case.objects.filter(pk=event.subject_id).values_list(*columns).first()
    if row is not None:
        reported_at, *texts = row
        number = case_number(settings.DISTRICT, local_day(reported_at), event.subject_id)
        search.put("case", event.subject_id, "\n".join([number, *filter(None, texts)]))


@subscribe("calendar.published", key="cases.promises")
def renew_promises(event: Event, at: datetime) -> None:
    renew_provisional_promises(actor=Actor.system("工作日历"), at=at)
