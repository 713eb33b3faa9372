"""The work itself: finish, verify, reject; split into parts; the flag of a call that a higher app carries on."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.cases.access import covers
from gezhi.cases.actions.report import set_alarm
from gezhi.cases.actions.steps.door import effect
from gezhi.cases.actions.steps.ending import answered
from gezhi.cases.actions.steps.locks import locked
from gezhi.cases.actions.steps.whose import held_by, reachable
from gezhi.cases.models import Attachment, Case, Source
from gezhi.cases.timing import with_alarm
from gezhi.cases.workflow import Stage
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.door import Move
from gezhi.kernel.events import Fact, advance, found_many
from gezhi.kernel.numbers import receipt_code
from gezhi.kernel.refusals import Refused
from gezhi.kernel.rows import insert
from gezhi.people.queries import DeskInfo


@effect("finish")
def finish(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """What was put aside once as a long-standing trouble is done with only when it can be seen."""
    if case.is_long_standing and not given["files"] and not has_evidence(case):
        words = _("挂过账的件，办结要附证据：照片、验收单、会议纪要都可以。")
        raise Refused("needs_evidence", words, field="files")
    return Move(
        {
            **({"meeting": given["meeting"]} if given["meeting"] else {}),
            "result": given["result"],
            "finished_at": at,
            "finished_by_id": actor.user_id,
            "holder_id": None,
            "hold_until": None,
        },
        {"desk": case.desk_id, "files": len(given["files"])},
        given["result"],
    )


def has_evidence(case: Case) -> bool:
    """Was something attached in this round that shows what was done? One statement."""
    shown = Attachment.objects.filter(case=case, step__in=("finish", "note"))
    return shown.filter(added_at__gte=case.accepted_at or case.reported_at).exists()


@effect("verify")
def verify(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Where the answer is given along with it, both happen in one go: forty times a day that spares a page.

    A part ends here: what was done is the answer to the desk that waits for it.
    """
    changes: dict[str, Any] = {"verified_at": at}
    if case.part_of_id is not None:
        changes |= {"stage": Stage.CLOSED, "answer": case.result, "answered_at": at, "closed_at": at}
        return Move(changes, {"desk": case.desk_id}, given["note"], then=(lambda: part_over(case, actor, at),))
    also: tuple[Fact, ...] = ()
    if given["answer"]:
        if not covers(actor, "case.answer", case):
            raise Denied("case.answer")
        told, then = answered(case, at, given["answer"])
        changes |= {"stage": Stage.ANSWERED, **told}
        also = (Fact("case.answered", {"desk": case.desk_id}, given["answer"]),)
        return Move(changes, {"desk": case.desk_id}, given["note"], also, then)
    return Move(changes, {"desk": case.desk_id}, given["note"])


@effect("reject")
def reject(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move(
        {
            **held_by(case.finished_by_id, case, at),
            "finished_at": None,
            "finished_by_id": None,
            "result": "",
        },
        {"desk": case.desk_id, "holder": case.finished_by_id},
        given["reason"],
    )


# --- in parts -------------------------------------------------------------------------------------------------------


@effect("split")
def split(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Parts for other desks; this one stays in its hands, is finished when all parts are, and gives the one answer."""
    desks = [reachable(part["desk_id"], actor) for part in given["parts"]]
    texts = [part["text"] for part in given["parts"]]
    return Move(
        {"open_parts": case.open_parts + len(desks)},
        {"desk": case.desk_id, "to": [desk.id for desk in desks]},
        then=(lambda: make_parts(case, desks, texts, actor, at),),
    )


def make_parts(whole: Case, desks: list[DeskInfo], texts: list[str], actor: Actor, at: datetime) -> None:
    """A part has the place, the matter and the clock of the whole, and no reporter: nobody outside hears of it. Two statements for all."""
    parts = [part_of(whole, desk, text, at) for desk, text in zip(desks, texts, strict=True)]
    insert(parts)
    found_many(
        parts,
        lambda part: (Fact("case.part_made", part_made(part)),),
        actor=actor,
        at=at,
    )


def part_made(part: Case) -> dict[str, Any]:
    """What counting needs of a part, as of a report; it stands where its whole stands."""
    of_matter = {"matter": part.matter_id} if part.matter_id is not None else {}
    return {"whole": part.part_of_id, "kind": part.kind, "desk": part.desk_id, "area": part.place_code, **of_matter}


# What a part takes over from its whole.
SHARED = (
    "kind", "title", "address", "lng", "lat", "crs_in", "area_id", "street_code", "community_code", "grid_code", "matter_id",
    "is_emergency", "is_confidential", "due_at", "due_is_provisional", "warn_at", "warned_at", "overdue_at",
)  # fmt: skip


def part_of(whole: Case, desk: DeskInfo, text: str, at: datetime) -> Case:
    part = Case(
        receipt_code=receipt_code(),
        source=Source.PART,
        text=text,
        stage=Stage.WAITING,
        desk_id=desk.id,
        sent_by_id=whole.desk_id,
        part_of_id=whole.pk,
        reported_at=at,
        accepted_at=at,
        arrived_at=at,
        version=1,
        **{column: getattr(whole, column) for column in SHARED},
    )
    set_alarm(part)
    return part


def part_over(part: Case, actor: Actor, at: datetime) -> None:
    """Tell the whole: parts that end at once count one after the other."""
    assert part.part_of_id is not None, "only parts come here"
    whole = locked(part.part_of_id)[part.part_of_id]
    changes = with_alarm(whole, {"open_parts": max(whole.open_parts - 1, 0)})
    advance(whole, Fact("case.part_done", {"part": part.pk, "desk": part.desk_id}), actor=actor, at=at, changes=changes)


@effect("withdraw")
def withdraw(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    changes = {"answer": given["answer"], "answered_at": at, "closed_at": at, "holder_id": None, "hold_until": None}
    return Move(changes, {"desk": case.desk_id}, given["answer"], then=(lambda: part_over(case, actor, at),))


# --- called ---------------------------------------------------------------------------------------------------------


@effect("call")
def call(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"is_called": True}, {"desk": case.desk_id})


@effect("strike_off")
def strike_off(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"is_called": False}, {"desk": case.desk_id})
