"""What the field work does when something happened: desks of grids hear of campaigns; and what lies on the land follows it."""

from datetime import datetime

from gezhi.fieldwork.actions.phones import end_phones
from gezhi.fieldwork.actions.regridding import FieldworkFollows
from gezhi.fieldwork.notices import NOTICES
from gezhi.kernel.access import Actor
from gezhi.kernel.events import subscribe
from gezhi.kernel.models import Event
from gezhi.people.actions.notices import tell
from gezhi.territory.followers import register

register("fieldwork", FieldworkFollows())


@subscribe("device.lost", "user.retired", key="fieldwork.end_phones")
def end_phones_of(event: Event, at: datetime) -> None:
    """Whoever's work phone is lost enrols anew, on whatever phone; whoever has left has none. The lost one's own token was ended with it."""
    user_id = event.data["user"] if event.name == "device.lost" else event.subject_id
    end_phones(user_id, actor=Actor.system("设备挂失"), at=at)


@subscribe(*NOTICES, key="fieldwork.tell_desks")
def tell_desks(event: Event, at: datetime) -> None:
    tell(NOTICES[event.name](event), event, at=at)
