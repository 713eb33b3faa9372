"""What cases do when something happened: keep the search index and the promises true."""

from datetime import datetime

from gezhi.cases.actions.promises import renew_provisional_promises
from gezhi.cases.models import Case
from gezhi.kernel import search
from gezhi.kernel.access import Actor
from gezhi.kernel.events import subscribe
from gezhi.kernel.models import Event


@subscribe("case.reported", "case.finished", "case.answered", key="cases.index")
def index_case(event: Event, at: datetime) -> None:
    """What a clerk types to find a case: its number, title, text, address, result and answer."""
    case = Case.objects.select_related("area").filter(pk=event.subject_id).first()
    if case is not None:
        parts = (case.number, case.title, case.text, case.address, case.result, case.answer)
        search.put("case", case.pk, "\n".join(part for part in parts if part))


@subscribe("calendar.published", key="cases.promises")
def renew_promises(event: Event, at: datetime) -> None:
    renew_provisional_promises(actor=Actor.system("工作日历"), at=at)
