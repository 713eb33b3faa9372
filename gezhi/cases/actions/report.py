"""A report comes in: one at a time, or a file of them. Located, numbered, put on a desk, its clock set, its chain begun."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from gezhi.cases.actions.place import Place, place_of
from gezhi.cases.actions.route import chosen_matter, explained_route
from gezhi.cases.models import Attachment, Case, Kind, Reporter, Source
from gezhi.cases.timing import promise, with_alarm
from gezhi.cases.workflow import STEPS, Stage, Step, Who
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, found, found_many
from gezhi.kernel.inputs import MOST_FILES
from gezhi.kernel.models import StoredFile
from gezhi.kernel.numbers import receipt_code
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.kernel.registers import look
from gezhi.kernel.rows import fresh, insert
from gezhi.kernel.secrets import blind_index
from gezhi.kernel.texts import LONGEST_TEXT, LONGEST_TITLE, typed
from gezhi.kernel.transactions import unit
from gezhi.matters.queries import catalogue
from gezhi.people.models import DeskKind
from gezhi.people.queries import DeskInfo, directory, seats_with

LONGEST_KEY = 80
# Made once: Django makes the list anew each time it is asked. A part comes of its whole and of nobody's report.
KINDS, SOURCES = frozenset(Kind.values), frozenset(Source.values) - {Source.PART.value}
PHONE_CONTEXT = "cases.Reporter.phone"


@dataclass(frozen=True)
class Draft:
    """What somebody reports. `lng`/`lat` in degrees of `crs`; `area_code` where only an area is known; `files` were kept before."""

    text: str
    kind: str = Kind.PROBLEM
    source: str = Source.PORTAL
    title: str = ""
    matter_id: int | None = None
    lng: float | None = None
    lat: float | None = None
    crs: str = "wgs84"
    address: str = ""
    area_code: str = ""
    reporter_name: str = ""
    reporter_phone: str = ""
    may_be_contacted: bool = True
    files: Sequence[StoredFile] = field(default_factory=tuple)
    is_emergency: bool = False
    is_confidential: bool = False
    external_key: str | None = None
    # When it was said, where that is earlier than its arrival here (a file of old messages).
    said_at: datetime | None = None


def report(*, actor: Actor, at: datetime, **facts: Any) -> Case:
    """Take in one report; the fields are those of `Draft`. Residents may, staff need `case.report` for the place.

    A worker's own report names its matter and goes straight to the desk that handles it; all others wait for acceptance.
    At most five statements. Raises `Refused` (empty or too long, outside the district, unknown code) and then nothing was kept.
    """
    draft = Draft(**facts)
    with unit():
        look(no_older_than=1.0)
        case, events = compose(draft, actor=actor, at=at)
        with keys_once([draft]):
            insert([case])
        found(case, *events, actor=actor, at=at)
        keep_reporters([(case, draft)])
        keep_files([(case, draft)], step="report", at=at)
    return case


def report_many(drafts: Sequence[Draft], *, actor: Actor, at: datetime) -> list[Case | Refused]:
    """Take in many reports in one transaction and a handful of statements; the answer stands in the order of `drafts`.

    A bad draft gets its refusal and does not touch the others. One whose `external_key` is already known gets `Refused("known", ...)`.
    Raises `Conflict("known")` when another call takes in one of these keys this very instant: nothing was kept, send the batch again.
    """
    with unit():
        look(no_older_than=1.0)
        keys = [draft.external_key for draft in drafts if draft.external_key]
        known = (
            set(Case.objects.filter(external_key__in=keys).values_list("external_key", flat=True)) if keys else set()
        )
        answers: list[Case | Refused] = []
        composed: list[tuple[Case, Draft, list[Fact]]] = []
        clocks: Clocks = {}
        for draft in drafts:
            try:
                if draft.external_key and draft.external_key in known:
                    raise Refused("known", _("这一条以前已经收下。"), external_key=draft.external_key)
                case, facts = compose(draft, actor=actor, at=at, clocks=clocks)
            except Refused as refusal:
                answers.append(refusal)
                continue
            if draft.external_key:
                known.add(draft.external_key)
            composed.append((case, draft, facts))
            answers.append(case)
        with keys_once(drafts):
            insert([case for case, _draft, _facts in composed])
        facts_of = {case.pk: facts for case, _draft, facts in composed}
        found_many((case for case, _draft, _facts in composed), lambda case: facts_of[case.pk], actor=actor, at=at)
        keep_reporters([(case, draft) for case, draft, _facts in composed])
        keep_files([(case, draft) for case, draft, _facts in composed], step="report", at=at)
    return answers


def solve(*, actor: Actor, at: datetime, result: str, answer: str = "", **facts: Any) -> Case:
    """即查即办: found and solved in one step. Still counted, still verified by somebody else; `answer` is what the resident was told."""
    result = typed(result, field="result", longest=LONGEST_TEXT, empty=_("请写下怎样解决的。"))
    answer = typed(answer, field="answer", longest=LONGEST_TEXT)
    draft = replace(Draft(**facts), source=Source.WORKER)
    if draft.matter_id is None:
        raise Refused("empty", _("请选择事项。"), field="matter_id")
    with unit():
        look(no_older_than=1.0)
        case, events = compose(draft, actor=actor, at=at, step=STEPS["solve"])
        case.is_on_the_spot = True
        case.stage = Stage.FINISHED
        case.finished_at = at
        case.finished_by_id = actor.user_id
        case.result = result
        case.answer = answer
        set_alarm(case)
        events = [events[0], Fact(STEPS["solve"].event, {"desk": case.desk_id, "matter": case.matter_id}, note=result)]
        case.version = len(events)
        with keys_once([draft]):
            insert([case])
        found(case, *events, actor=actor, at=at)
        keep_reporters([(case, draft)])
        keep_files([(case, draft)], step="solve", at=at)
    return case


@contextmanager
def keys_once(drafts: Sequence[Draft]) -> Iterator[None]:
    """Where the database refuses an external key that came in this very instant by another door, say so. No query: the transaction is over."""
    try:
        yield
    except IntegrityError:
        if not any(draft.external_key for draft in drafts):
            raise
        raise Conflict("known", _("这一条以前已经收下。"), field="external_key") from None


# The columns of time of a new case, by what they follow from. Of a batch, which comes in at one instant, many have the same.
Clocks = dict[tuple[Any, ...], dict[str, Any]]


def compose(
    draft: Draft, *, actor: Actor, at: datetime, step: Step = STEPS["report"], clocks: Clocks | None = None
) -> tuple[Case, list[Fact]]:
    """An unsaved case and its first events, checked. No statement where the registers are warm; `clocks` is filled for those that follow."""
    check(draft)
    text = draft.text.strip()
    place = place_of(lng=draft.lng, lat=draft.lat, crs=draft.crs, area_code=draft.area_code)
    is_reporter = actor.kind == "resident" and Who.REPORTER in step.by
    if not is_reporter and not actor.may(step.right, area=place.code):
        raise Refused(
            "not_your_area", _("这个位置不在您负责的范围内，请核对位置；确在别处的，请转告当地网格员。"), field="place"
        )
    matter = chosen_matter(draft.matter_id, at, place.street_code) if draft.matter_id is not None else None
    said_at = min(draft.said_at or at, at)
    desk = directory().intake_for(place.code)
    case = fresh(
        Case,
        receipt_code=receipt_code(),
        kind=draft.kind,
        source=draft.source,
        external_key=draft.external_key,
        title=draft.title.strip() or first_words(text),
        text=text,
        lng=place.lng,
        lat=place.lat,
        crs_in=place.crs_in,
        address=draft.address.strip(),
        area_id=place.area_id,
        street_code=place.street_code,
        community_code=place.community_code,
        grid_code=place.grid_code,
        stage=Stage.RECEIVED,
        matter_id=draft.matter_id,
        desk_id=desk.id,
        is_emergency=draft.is_emergency,
        is_confidential=draft.is_confidential
        or draft.kind == Kind.TIP
        or bool(matter is not None and matter.is_confidential),
        reported_at=said_at,
        arrived_at=at,
    )
    facts = [reported(case, place, at)]
    if matter is not None and actor.kind == "staff" and draft.source == Source.WORKER:
        # A worker has seen it and named it: nothing is left to accept.
        target, explanation = explained_route(matter, place, is_emergency=draft.is_emergency)
        if step.name == "solve":
            # Done by somebody who sits somewhere: there it lies, and there it goes back to should the check fail.
            target = own_desk(actor, place) or target
        case.stage = Stage.WAITING
        case.accepted_at = at
        case.desk_id = target.id
        case.sent_by_id = desk.id if desk.id != target.id else None
        facts.append(
            Fact(STEPS["accept"].event, {"from": desk.id, "to": target.id, "matter": matter.id, "route": explanation})
        )
        what, level = "handle", target.kind
    else:
        what, level = "accept", desk.kind
    set_clock(case, what, level, at, {} if clocks is None else clocks)
    case.version = len(facts)
    return case, facts


def set_clock(case: Case, what: str, level: str, at: datetime, clocks: Clocks) -> None:
    """The promise that begins at `at`, the rung of the ladder and the alarm."""
    key = (what, level, case.matter_id, case.is_emergency, at)
    if key not in clocks:
        facts: dict[str, Any] = {"matter_id": case.matter_id, "is_emergency": case.is_emergency}
        clocks[key] = with_alarm(case, promise(what, since=at, level=level, **facts))
    for column, value in clocks[key].items():
        setattr(case, column, value)


def set_alarm(case: Case) -> None:
    for column, value in with_alarm(case, {}).items():
        setattr(case, column, value)


def reported(case: Case, place: Place, at: datetime) -> Fact:
    """The first event: all that counting needs, so that the log alone tells what came in, when, where and about what.

    With the matters that the words suggested: later one can see whether they were right.
    """
    suggestions = catalogue().suggest(f"{case.title}\n{case.text}", on=local_day(at), street=place.street_code)
    return Fact(
        STEPS["report"].event,
        {
            "source": case.source,
            "kind": case.kind,
            "area": place.code,
            "desk": case.desk_id,
            "suggested": [{"matter": one.matter_id, "score": one.score, "words": one.words} for one in suggestions],
            **({"matter": case.matter_id} if case.matter_id is not None else {}),
            **({"reported_at": case.reported_at.isoformat()} if case.reported_at != at else {}),
            **({"emergency": True} if case.is_emergency else {}),
        },
    )


def own_desk(actor: Actor, place: Place) -> DeskInfo | None:
    """The desk nearest to the place at which the actor works; None for who works at none around it."""
    around = [directory().get(desk_id) for desk_id in seats_with("case.work", actor)]
    around = [desk for desk in around if desk.kind != DeskKind.DEPARTMENT and place.code.startswith(desk.area_code)]
    return max(around, key=lambda desk: len(desk.area_code), default=None)


def check(draft: Draft) -> None:
    """What can be said without looking anywhere."""
    typed(draft.text, field="text", longest=LONGEST_TEXT, empty=_("请写下要反映的情况。"))
    typed(draft.title, field="title", longest=LONGEST_TITLE)
    typed(draft.address, field="address", longest=200)
    typed(draft.reporter_name, field="reporter_name", longest=40)
    typed(draft.reporter_phone, field="reporter_phone", longest=30)
    typed(draft.external_key or "", field="external_key", longest=LONGEST_KEY)
    if draft.kind not in KINDS:
        raise Refused("no_such_kind", _("没有这个类别。"), field="kind")
    if draft.source not in SOURCES:
        raise Refused("no_such_source", _("没有这个来源。"), field="source")
    if draft.said_at is not None and not 2000 <= draft.said_at.year < 2100:
        raise Refused("no_such_time", _("反映的时间不对，请核对年份。"), field="said_at")
    if len(draft.files) > MOST_FILES:
        raise Refused("too_many_files", _("最多附 %(most)s 个文件。") % {"most": MOST_FILES}, field="files")


def first_words(text: str) -> str:
    """A title where none was given: the first sentence or line, cut at a length that fits a list."""
    line = text.strip().splitlines()[0]
    for mark in "。！？；!?;":
        line = line.split(mark)[0]
    line = line.strip() or text.strip()
    return line if len(line) <= 40 else line[:39] + "…"


def keep_reporters(pairs: list[tuple[Case, Draft]]) -> None:
    rows = [
        fresh(
            Reporter,
            case_id=case.pk,
            name=draft.reporter_name.strip(),
            phone=draft.reporter_phone.strip(),
            phone_index=blind_index(draft.reporter_phone, context=PHONE_CONTEXT)
            if draft.reporter_phone.strip()
            else "",
            may_be_contacted=draft.may_be_contacted,
        )
        for case, draft in pairs
        if draft.reporter_name.strip() or draft.reporter_phone.strip()
    ]
    insert(rows)


def keep_files(pairs: list[tuple[Case, Draft]], *, step: str, at: datetime) -> None:
    attach([(case, file) for case, draft in pairs for file in draft.files], step=step, at=at)


def attach(pairs: list[tuple[Case, StoredFile]], *, step: str, at: datetime) -> None:
    rows = [Attachment(case=case, file=file, step=step, added_at=at) for case, file in dict.fromkeys(pairs)]
    if rows:
        # The same picture sent twice with the same step is one attachment.
        Attachment.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


__all__ = ["Draft", "attach", "report", "report_many", "solve"]
