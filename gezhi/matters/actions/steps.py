"""The steps of an application. One door, `take`; what each step changes stands in a function of its own below it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.door import Door, Move
from gezhi.kernel.inputs import READERS
from gezhi.kernel.inputs import tidy as inputs_of
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.matters.access import covers, district_desk
from gezhi.matters.actions.catalogue import REGISTER, define_matter, end_matter
from gezhi.matters.actions.dictionary import take_in_fields
from gezhi.matters.actions.funds import promise_first_year
from gezhi.matters.admission import grounds, reasons, unanswered
from gezhi.matters.alike import alike
from gezhi.matters.models import Application, Matter
from gezhi.matters.situation import situation_of
from gezhi.matters.workflow import CHECKS, ELSEWHERE, INPUTS, STEPS, ApplicationKind, Step
from gezhi.people.models import DeskKind
from gezhi.people.queries import DeskInfo, directory


def tidy(step: Step, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return inputs_of(step, inputs, INPUTS, READERS)


DOOR: Door[Application] = Door(
    STEPS,
    covers=covers,
    situation=situation_of,
    tidy=tidy,
    elsewhere=ELSEWHERE,
)
effect = DOOR.effect


def take(
    name: str, application: Application, *, actor: Actor, at: datetime, seen: int | None = None, **inputs: Any
) -> Application:
    """Take a step with an application fetched by `get_application`; the same object comes back, moved on.

    What a question refuses goes no further: handing in such an application, or answering yes in its examination, ends it with the reason.
    Inputs by name: `comment`, and the four questions of the examiner. Raises `Denied`, `Refused`, or `Conflict` when somebody was quicker.
    """
    if name == "submit" and application.kind == ApplicationKind.ADMISSION and refuses(application):
        name = "turn_away"
    if name == "review" and application.kind == ApplicationKind.ADMISSION:
        answers = {code: inputs.get(code) for code in CHECKS}
        if unanswered(answers):
            raise Refused("unanswered", _("禁止下放的四个问题，初审时都要回答。"), field=unanswered(answers)[0])
        if any(answers.values()):
            name = "object"
            inputs["comment"] = inputs.get("comment") or "\n".join(
                str(one) for one in reasons(code for code, is_yes in answers.items() if is_yes)
            )
    return DOOR.take(name, application, actor=actor, at=at, seen=seen, inputs=inputs)


def refuses(application: Application) -> bool:
    return not unanswered(application.answers) and bool(grounds(application.nature, application.answers))


def streets_of(application: Application) -> list[str]:
    """The streets to which it reaches; none is all of them."""
    source = application
    if application.kind == ApplicationKind.EXIT:
        admission = Application.objects.filter(matter=application.matter, kind=ApplicationKind.ADMISSION).first()
        if admission is None:
            return []
        source = admission
    return sorted(source.batches.values_list("street__code", flat=True))


def examiner_of(application: Application) -> DeskInfo:
    """A single street examines what concerns it alone, unless it is the one that asks; everything else the district does."""
    streets = streets_of(application)
    if len(streets) == 1:
        desk = directory().at(DeskKind.STREET, streets[0])
        if desk is not None and desk.id != application.desk_id:
            return desk
    desk = district_desk()
    if desk is None:
        raise Refused("no_desk", _("区指挥中心还没有开设岗台，没有人初审。"))
    return desk


# --- what each step changes -----------------------------------------------------------------------------------------


@effect("submit")
def submit(application: Application, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    desk = examiner_of(application)
    changes = {
        "review_desk_id": desk.id,
        "submitted_by_id": actor.user_id,
        "submitted_at": at,
        **dict.fromkeys(("reviewed_by_id", "reviewed_at", "decided_by_id", "decided_at")),
    }
    return Move(changes, {"to": desk.id, "kind": application.kind})


@effect("turn_away")
def turn_away(application: Application, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    codes = list(grounds(application.nature, application.answers))
    changes = {"grounds": codes, "submitted_by_id": actor.user_id, "submitted_at": at, "decided_at": at}
    return Move(changes, {"grounds": codes, "desk": application.desk_id})


@effect("review")
def review(application: Application, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    district = district_desk()
    changes = {"reviewed_by_id": actor.user_id, "reviewed_at": at}
    return Move(
        changes, {"desk": application.review_desk_id, "to": district.id if district else None}, given["comment"]
    )


@effect("object")
def object_to(application: Application, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    codes = [code for code in CHECKS if given[code]] if application.kind == ApplicationKind.ADMISSION else []
    changes = {"grounds": codes, "reviewed_by_id": actor.user_id, "reviewed_at": at, "decided_at": at}
    return Move(changes, {"grounds": codes, "desk": application.desk_id}, given["comment"])


@effect("return", "send_back")
def hand_back(application: Application, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({}, {"desk": application.desk_id}, given["comment"])


@effect("reject")
def reject(application: Application, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"decided_by_id": actor.user_id, "decided_at": at}, {"desk": application.desk_id}, given["comment"])


@effect("withdraw")
def withdraw(application: Application, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"decided_at": at}, {"desk": application.desk_id}, given["comment"])


@effect("approve")
def approve(application: Application, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """An admission enters the catalogue from its first day; an exit sets the matter's last one."""
    if application.kind == ApplicationKind.EXIT:
        return leave(application, actor, at, given["comment"])
    if not given["comment"] and alike(application):
        message = _("清单里或在办的申请里有相近的事项，请写明为什么仍然单列。")
        raise Refused("similar_matters", message, field="comment")
    matter = enter(application, actor, at)

    def beside() -> None:
        promise_first_year(application, actor=actor, at=at)
        take_in_fields(application, matter, actor=actor, at=at)
        # The batches open streets only now that the application is decided.
        touch(REGISTER)

    changes = {"decided_by_id": actor.user_id, "decided_at": at, "matter_id": matter.pk}
    data = {"desk": application.desk_id, "kind": application.kind, "matter": matter.pk}
    return Move(changes, data, given["comment"], then=(beside,))


def enter(application: Application, actor: Actor, at: datetime) -> Matter:
    assert application.category is not None, "the conditions looked before"
    first = min(application.batches.values_list("starts_on", flat=True))
    matter, _done = define_matter(
        actor=actor,
        at=at,
        code=free_code(application.category.code),
        name=application.name,
        category=application.category,
        owner=application.department,
        default_desk=application.default_desk,
        words=tuple(application.words),
        handling_template=application.handling_template,
        answer_template=application.answer_template,
        valid_from=first,
    )
    return matter


def free_code(category: str) -> str:
    """The number after the highest that a matter of this category ever had."""
    taken = Matter.objects.filter(category__code=category, code__startswith=category).values_list("code", flat=True)
    numbers = [int(rest) for code in taken if (rest := code[len(category) :]).isascii() and rest.isdigit()]
    return f"{category}{max(numbers, default=0) + 1:02d}"


def leave(application: Application, actor: Actor, at: datetime, comment: str) -> Move:
    matter, last = application.matter, application.ends_on
    assert matter is not None, "a constraint holds it to the kind"
    assert last is not None, "a constraint holds it to the kind"
    end_matter(matter, actor=actor, at=at, valid_until=last)
    data = {"desk": application.desk_id, "kind": application.kind, "matter": matter.pk, "until": last.isoformat()}
    return Move({"decided_by_id": actor.user_id, "decided_at": at}, data, comment)


def day_of_effect(application: Application) -> date | None:
    """The day on which an approved application takes effect: the first of an admission, the one after the last of an exit."""
    if application.kind == ApplicationKind.ADMISSION:
        return min(application.batches.values_list("starts_on", flat=True), default=None)
    return application.ends_on


def is_due(application: Application, at: datetime) -> bool:
    day = day_of_effect(application)
    if day is None:
        return False
    return day <= local_day(at) if application.kind == ApplicationKind.ADMISSION else day < local_day(at)


@effect("take_effect")
def take_effect(application: Application, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    data = {"kind": application.kind, "matter": application.matter_id, "desk": application.desk_id}
    return Move({}, data | {"streets": streets_of(application)})


__all__ = ["DOOR", "is_due", "take"]
