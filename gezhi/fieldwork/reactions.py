"""What the field work does when something happened: desks of grids hear of campaigns; and what lies on the land follows it."""

from datetime import datetime

from gezhi.fieldwork.actions.regridding import FieldworkFollows
from gezhi.fieldwork.notices import NOTICES
from gezhi.kernel.events import subscribe
from gezhi.kernel.models import Event
from gezhi.people.actions.notices import tell
from gezhi.territory.followers import register

register("fieldwork", FieldworkFollows())


@subscribe(*NOTICES, key="fieldwork.tell_desks")
def tell_desks(event: Event, at: datetime) -> None:
    tell(NOTICES[event.name](event), event, at=at)
