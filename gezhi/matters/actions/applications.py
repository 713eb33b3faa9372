"""Applications as they are written: an admission with its batches and forms, an exit with its reason and its last day.

A draft may be as empty as a department has it; what is missing is said when it is handed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.door import allow_harmless
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import look
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.matters.access import covers
from gezhi.matters.actions.catalogue import LONGEST_TEMPLATE
from gezhi.matters.admission import CODES, Nature
from gezhi.matters.burden import Every
from gezhi.matters.models import Application, Batch, Category, Demand, DemandField, Matter
from gezhi.matters.suggest import is_too_short
from gezhi.matters.workflow import OPEN_TO_CHANGE, STEPS, ApplicationKind, ApplicationStage
from gezhi.people.models import DeskKind
from gezhi.people.queries import DeskInfo, directory
from gezhi.territory.models import Area, Level

LONGEST_TEXT = 4_000
# A thousand million yuan a year: beyond that somebody has typed fen for yuan.
MOST_FEN = 10**11
MOST_BATCHES, MOST_DEMANDS, MOST_FIELDS, MOST_WORDS = 60, 20, 60, 40
MOST_MINUTES, MOST_TIMES, MOST_CASES = 6_000, 1_000, 100_000
MEANWHILE = ("exit_meanwhile", _("这个事项已有一份退出申请在办。"))
NAME = _("请填写事项名称。")


@dataclass(frozen=True)
class NewBatch:
    """A street by its code, from which day, in which phase, with how many fen a year."""

    street: str
    starts_on: date
    yearly_fen: int
    phase: int = 1


@dataclass(frozen=True)
class NewDemand:
    """A form asked of workers: `times` `every` so often, `minutes` each time, and its fields by name."""

    name: str
    every: str
    minutes: int
    times: int = 1
    fields: Sequence[str] = ()


@dataclass(frozen=True)
class Draft:
    """What a department writes of a matter that it wants in the catalogue. `answers` by the codes of `admission.QUESTIONS`."""

    name: str
    category_id: int | None = None
    nature: str = Nature.SERVICE
    legal_basis: str = ""
    content: str = ""
    authority: str = ""
    duty: str = ""
    default_desk: str = ""
    words: Sequence[str] = ()
    handling_template: str = ""
    answer_template: str = ""
    expected_a_week: int = 0
    answers: dict[str, bool | None] = field(default_factory=dict)
    batches: Sequence[NewBatch] = ()
    demands: Sequence[NewDemand] = ()


@dataclass(frozen=True)
class ExitDraft:
    """Why a matter should leave, with which last day, and which matter takes over its open cases (none: their department's desk does)."""

    matter_id: int
    reason: str
    ends_on: date
    successor_id: int | None = None


# --- admission --------------------------------------------------------------------------------------------------------


def draft_admission(draft: Draft, *, actor: Actor, at: datetime, desk_id: int) -> Application:
    """A new application of a department, at its desk. Refused: no name, an unknown street or category, texts and numbers beyond all measure."""
    desk = desk_to_apply(desk_id, actor, "matter.apply")
    if desk.department_id is None:
        raise Refused("no_department", _("只有部门能申请事项准入。"), field="desk_id")
    with unit():
        application = Application.objects.create(
            kind=ApplicationKind.ADMISSION,
            stage=ApplicationStage.DRAFT,
            desk_id=desk.id,
            department_id=desk.department_id,
            version=1,
            **columns_of(draft),
        )
        keep_beside(application, draft)
        found(application, Fact("application.drafted", {"kind": ApplicationKind.ADMISSION.value}), actor=actor, at=at)
    return application


def revise_admission(
    application: Application, draft: Draft, *, actor: Actor, at: datetime, seen: int | None = None
) -> Application:
    """Write a draft or a returned application anew; what was said of reviewers before stays in its history."""
    check_open(application, ApplicationKind.ADMISSION, actor, seen)
    with unit():
        application.batches.all().delete()
        DemandField.objects.filter(demand__application=application).delete()
        application.demands.all().delete()
        advance(application, Fact("application.revised"), actor=actor, at=at, changes=columns_of(draft))
        keep_beside(application, draft)
    return application


def desk_to_apply(desk_id: int, actor: Actor, right: str) -> DeskInfo:
    look(no_older_than=1.0)
    desk = directory().desks.get(desk_id)
    if desk is None or not desk.is_open or not actor.may(right, area=desk.area_code, desk_id=desk.id):
        raise Denied(right)
    return desk


def check_open(application: Application, kind: str, actor: Actor, seen: int | None) -> None:
    look(no_older_than=1.0)
    if not covers(actor, STEPS["submit"], application):
        raise Denied("matter.apply")
    allow_harmless(application, seen, frozenset())
    if application.kind != kind or application.stage not in OPEN_TO_CHANGE:
        raise Refused("not_open", _("申请已经提交，不能再改；要改，请先撤回，或者等退回。"))


def columns_of(draft: Draft) -> dict[str, Any]:
    """The columns of an admission, checked one by one."""
    if draft.category_id is not None and not Category.objects.filter(pk=draft.category_id).exists():
        raise Refused("no_such_category", _("没有这个类别。"), field="category_id")
    if draft.nature not in Nature.values:
        raise Refused("no_such_nature", _("请选择工作性质。"), field="nature")
    if draft.default_desk not in ("", *DeskKind.values):
        raise Refused("no_such_desk", _("没有这一级岗台。"), field="default_desk")
    words = list(dict.fromkeys(word.strip() for word in draft.words if word.strip()))[:MOST_WORDS]
    if any(is_too_short(word) or len(word) > 20 for word in words):
        raise Refused("short_word", _("提示词每个两个字以上、二十个字以内。"), field="words")
    if not 0 <= draft.expected_a_week <= MOST_CASES:
        raise Refused("bad_count", _("请核对每周大约多少件。"), field="expected_a_week")
    texts = {
        name: typed(getattr(draft, name), field=name, longest=LONGEST_TEXT)
        for name in ("legal_basis", "content", "authority", "duty")
    }
    templates = {
        name: typed(getattr(draft, name), field=name, longest=LONGEST_TEMPLATE)
        for name in ("handling_template", "answer_template")
    }
    return {
        "name": typed(draft.name, field="name", longest=60, empty=NAME),
        "category_id": draft.category_id,
        "nature": str(draft.nature),
        "default_desk": str(draft.default_desk),
        "words": words,
        "expected_a_week": draft.expected_a_week,
        **texts,
        **templates,
        **{code: draft.answers.get(code) for code in CODES},
        "yearly_fen": sum(batch.yearly_fen for batch in draft.batches),
    }


def keep_beside(application: Application, draft: Draft) -> None:
    """The rows of the batches and the forms."""
    Batch.objects.bulk_create(batches_of(application, draft.batches))
    if len(draft.demands) > MOST_DEMANDS:
        raise Refused("too_many", _("一个事项最多 %(most)d 张表。") % {"most": MOST_DEMANDS}, field="demands")
    names: set[str] = set()
    for wanted in draft.demands:
        name = typed(wanted.name, field="demands", longest=60, empty=_("每张表都要有名称。"))
        if name in names:
            raise Refused("form_twice", _("表格「%(name)s」写了两次。") % {"name": name}, field="demands")
        names.add(name)
        if wanted.every not in Every.values or not (
            1 <= wanted.minutes <= MOST_MINUTES and 1 <= wanted.times <= MOST_TIMES
        ):
            raise Refused("bad_form", _("请写明每张表多久填几次、每次几分钟。"), field="demands")
        demand = Demand.objects.create(
            application=application, name=name, times=wanted.times, every=wanted.every, minutes=wanted.minutes
        )
        asked = list(dict.fromkeys(one.strip() for one in wanted.fields if one.strip()))
        if len(asked) > MOST_FIELDS or any(len(one) > 40 for one in asked):
            raise Refused("bad_form", _("一张表最多 60 个数据项，每个最多 40 个字。"), field="demands")
        DemandField.objects.bulk_create(
            DemandField(demand=demand, name=typed(one, field="demands", longest=40)) for one in asked
        )


def batches_of(application: Application, wanted: Sequence[NewBatch]) -> list[Batch]:
    if len(wanted) > MOST_BATCHES:
        raise Refused("too_many", _("批次太多。"), field="batches")
    streets = Area.objects.filter(level=Level.STREET, is_active=True, code__in={one.street for one in wanted})
    known = {street.code: street for street in streets}
    rows: dict[str, Batch] = {}
    for one in wanted:
        if one.street not in known:
            raise Refused("no_such_street", _("没有这个街道：%(code)s。") % {"code": one.street[:20]}, field="batches")
        if one.street in rows:
            message = _("%(street)s写了两次，一个街道只在一批里。") % {"street": known[one.street].short_name}
            raise Refused("street_twice", message, field="batches")
        if not 1 <= one.phase <= 99 or not 2000 <= one.starts_on.year < 2100:
            raise Refused("bad_batch", _("请核对批次和开始日期。"), field="batches")
        if not 0 < one.yearly_fen <= MOST_FEN:
            message = _("费随事转：%(street)s每年的经费要大于零。") % {"street": known[one.street].short_name}
            raise Refused("no_funds", message, field="batches")
        rows[one.street] = Batch(
            application=application,
            street=known[one.street],
            phase=one.phase,
            starts_on=one.starts_on,
            yearly_fen=one.yearly_fen,
        )
    return list(rows.values())


# --- exit -------------------------------------------------------------------------------------------------------------


def draft_exit(draft: ExitDraft, *, actor: Actor, at: datetime, desk_id: int) -> Application:
    """A new application that a matter leaves: by a department for its own, by a street or the district for any."""
    desk = desk_to_apply(desk_id, actor, "matter.ask_exit")
    matter = Matter.objects.filter(pk=draft.matter_id).first()
    if matter is None or (desk.department_id is not None and matter.owner_id != desk.department_id):
        raise Refused("no_such_matter", _("请选择清单里的事项；部门只能申请本部门的事项退出。"), field="matter_id")
    with unit(), first_come(*MEANWHILE, field="matter_id"):
        application = Application.objects.create(
            kind=ApplicationKind.EXIT,
            stage=ApplicationStage.DRAFT,
            desk_id=desk.id,
            department_id=matter.owner_id,
            matter=matter,
            version=1,
            **exit_columns(draft, matter),
        )
        data = {"kind": ApplicationKind.EXIT.value, "matter": matter.pk}
        found(application, Fact("application.drafted", data), actor=actor, at=at)
    return application


def revise_exit(
    application: Application, draft: ExitDraft, *, actor: Actor, at: datetime, seen: int | None = None
) -> Application:
    """Another reason, day or successor; the matter stays."""
    check_open(application, ApplicationKind.EXIT, actor, seen)
    assert application.matter is not None, "a constraint holds it to the kind"
    changes = exit_columns(draft, application.matter)
    with unit():
        advance(application, Fact("application.revised"), actor=actor, at=at, changes=changes)
        application._state.fields_cache.pop("successor", None)
    return application


def exit_columns(draft: ExitDraft, matter: Matter) -> dict[str, Any]:
    if not 2000 <= draft.ends_on.year < 2100:
        raise Refused("bad_day", _("请核对退出的日期。"), field="ends_on")
    successor = draft.successor_id
    if successor is not None and (successor == matter.pk or not Matter.objects.filter(pk=successor).exists()):
        raise Refused("no_such_matter", _("接替的事项要在清单里，且不是它自己。"), field="successor_id")
    return {
        "name": matter.name,
        "reason": typed(
            draft.reason, field="reason", longest=LONGEST_TEXT, empty=_("请写明为什么不再适宜由网格承担。")
        ),
        "ends_on": draft.ends_on,
        "successor_id": successor,
    }
