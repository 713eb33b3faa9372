"""Who leaves, becomes an officer or loses a device is bound no more; who has something waiting at the desk is told."""

from collections.abc import Sequence
from datetime import datetime

from gezhi.integrations.identity import weixin  # noqa: F401 - the platforms enter themselves
from gezhi.integrations.identity.actions import end_bindings, write_of
from gezhi.kernel.access import Actor
from gezhi.kernel.events import subscribe, subscribe_rounds
from gezhi.kernel.models import Event

ARRIVALS = ("case.accepted", "case.assigned", "case.returned", "case.released", "case.reported", "case.vacated")


@subscribe("user.retired", "user.officer_set", "device.lost", key="identity.end_bindings")
def end_bindings_of(event: Event, at: datetime) -> None:
    """The platform's app may be on the phone that was lost. Whoever is still here binds again."""
    user_id = event.data["user"] if event.name == "device.lost" else event.subject_id
    end_bindings(user_id, actor=Actor.system("平台解绑"), at=at)


@subscribe_rounds(*ARRIVALS, key="identity.tell_workers")
def tell_workers(events: Sequence[Event], at: datetime) -> None:
    write_of({event.subject_id for event in events}, at=at)
