"""What comes with its day: admissions and exits that were approved take effect, and a new year's funds are owed."""

from datetime import datetime

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance
from gezhi.kernel.registers import touch
from gezhi.kernel.transactions import unit
from gezhi.matters.actions.catalogue import REGISTER
from gezhi.matters.actions.funds import promise_year
from gezhi.matters.actions.steps import is_due, take
from gezhi.matters.models import Application
from gezhi.matters.workflow import ApplicationKind, ApplicationStage

CLOCK = Actor.system("时钟")


def take_effect(*, at: datetime) -> int:
    """For the daily job; the number of applications that took effect. Running again on the same day does nothing more.

    An exit is told by `matter.exited` on the matter itself: whoever has open work under it moves that on.
    """
    done = 0
    for application in (
        Application.objects.filter(stage=ApplicationStage.APPROVED).select_related("matter").order_by("pk")
    ):
        if not is_due(application, at):
            continue
        with unit():
            take("take_effect", application, actor=CLOCK, at=at)
            if application.kind == ApplicationKind.EXIT:
                exited(application, at)
        done += 1
    promise_year(local_day(at).year, actor=CLOCK, at=at)
    return done


def exited(application: Application, at: datetime) -> None:
    matter = application.matter
    assert matter is not None, "a constraint holds it to the kind"
    data = {"application": application.pk, "successor": application.successor_id, "owner": matter.owner_id}
    advance(matter, Fact("matter.exited", data), actor=CLOCK, at=at, changes={"exited_at": at})
    touch(REGISTER)
