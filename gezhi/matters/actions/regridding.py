"""Batches follow their street: where one ends, whoever took over its land has the matter from the same day."""

from collections.abc import Mapping
from datetime import datetime

from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance
from gezhi.kernel.registers import touch
from gezhi.matters.access import district_desk
from gezhi.matters.actions.catalogue import REGISTER
from gezhi.matters.models import Application, Batch
from gezhi.matters.workflow import ApplicationStage
from gezhi.people.models import Desk, DeskKind
from gezhi.territory.followers import Relocation
from gezhi.territory.models import Area

OVER = (ApplicationStage.REFUSED, ApplicationStage.WITHDRAWN)


class MattersFollow:
    """The yearly funds of a street that ends are shared by its heirs, to the fen; the lines of the ledger stay with the street of their day."""

    def foresee(self, relocation: Relocation) -> Mapping[str, int]:
        return {"batches": len(affected(relocation))}

    def follow(self, relocation: Relocation, *, actor: Actor, at: datetime) -> Mapping[str, int]:
        rows = affected(relocation)
        areas = {area.code: area for area in Area.objects.filter(code__in=heirs_of(rows, relocation))}
        for batch in rows:
            heirs = [areas[code] for code in heirs_of([batch], relocation) if code in areas]
            hand_on(batch, heirs)
            data = {
                "plan": relocation.plan_id,
                "street": batch.street.code,
                "heirs": [area.code for area in heirs],
            }
            application = Application.objects.get(pk=batch.application_id)
            advance(application, Fact("application.regridded", data), actor=actor, at=at)
        examined_elsewhere(relocation, actor=actor, at=at)
        if rows:
            touch(REGISTER)
        return {"batches": len(rows)}


def affected(relocation: Relocation) -> list[Batch]:
    streets = [code for code in relocation.heirs if len(code) == 9]
    rows = Batch.objects.filter(street__code__in=streets).exclude(application__stage__in=OVER)
    return list(rows.select_related("street").order_by("pk"))


def heirs_of(rows: list[Batch], relocation: Relocation) -> list[str]:
    return list(dict.fromkeys(code for batch in rows for code in relocation.successors(batch.street.code)))


def hand_on(batch: Batch, heirs: list[Area]) -> None:
    """Heirs that have the matter already keep their own day; their share is added to what they have."""
    if not heirs:
        return
    share, rest = divmod(batch.yearly_fen, len(heirs))
    for number, area in enumerate(heirs):
        amount = share + (rest if number == 0 else 0)
        own = Batch.objects.filter(application_id=batch.application_id, street=area).first()
        if own is not None:
            own.yearly_fen += amount
            own.save(update_fields=["yearly_fen"])
        else:
            Batch.objects.create(
                application_id=batch.application_id,
                street=area,
                phase=batch.phase,
                starts_on=batch.starts_on,
                yearly_fen=max(amount, 1),
            )
    batch.delete()


def examined_elsewhere(relocation: Relocation, *, actor: Actor, at: datetime) -> None:
    """What waits for a street that ends is examined by its main heir, or by the district."""
    streets = [code for code in relocation.heirs if len(code) == 9]
    waiting = Application.objects.filter(stage=ApplicationStage.SUBMITTED, review_desk__area__code__in=streets)
    for application in waiting.select_related("review_desk__area").order_by("pk"):
        assert application.review_desk is not None, "the filter asks for one"
        heir = relocation.heir(application.review_desk.area.code)
        desk = Desk.objects.filter(kind=DeskKind.STREET, area__code=heir, is_open=True).first()
        district = district_desk()
        to = desk.pk if desk is not None else district.id if district is not None else application.review_desk_id
        fact = Fact("application.desk_moved", {"plan": relocation.plan_id, "to": to})
        advance(application, fact, actor=actor, at=at, changes={"review_desk_id": to})
        application._state.fields_cache.pop("review_desk", None)
