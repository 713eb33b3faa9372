"""A file of messages becomes cases: in batches, from wherever the last run stopped, no row twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from random import Random
from typing import Any

from django.db import DatabaseError, DataError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.cases.actions import Draft, report_many
from gezhi.cases.models import Case, Source
from gezhi.kernel.access import Actor
from gezhi.kernel.installation import refuse_in_demo
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.kernel.registers import look
from gezhi.matters.queries import catalogue
from gezhi.ops.messages.mapping import Layout, Mapping, Message
from gezhi.ops.messages.reading import Row, Table, decode
from gezhi.ops.points import GridPoints

IMPORTER = Actor.system("文件导入")
ATTEMPTS = 5
EARLIEST = date(2000, 1, 1)
FAULTS = {
    "quote": _("引号没有成对，分不清这一行到哪里为止。"),
    "too_long": _("这一行太长，多半是少了一个引号。"),
    "encoding": _("有认不出的文字编码。"),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken in: where it begins in the file, its number if it could be read, and why."""

    line: int
    number: str
    code: str
    reason: str


@dataclass
class Outcome:
    """`read` = `taken` + `known` + `refused`: every row is in exactly one of them."""

    read: int = 0
    taken: int = 0
    # Taken in by an earlier run, by another one beside us, or further up in the same file.
    known: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def refused(self) -> int:
        return self.reasons.total()


@dataclass(frozen=True)
class MessageFile:
    """A file and the mapping that understands it."""

    table: Table
    layout: Layout

    @classmethod
    def of(cls, content: bytes, mapping: Mapping) -> "MessageFile":
        """Raises `Refused` where the file lacks the columns."""
        table = Table(decode(content), mapping.delimiter)
        return cls(table, mapping.layout(table.header, timezone.get_default_timezone()))

    def messages(self) -> Iterator[Message | Refusal]:
        """Every row: understood, or the reason why not."""
        for row in self.table.rows(self.layout):
            try:
                yield self.understood(row)
            except Refused as refusal:
                number = self.layout.cell(row.cells, "number") if len(row.cells) == self.layout.width else ""
                yield Refusal(row.line, number[:40], refusal.code, str(refusal))

    def understood(self, row: Row) -> Message:
        if row.fault:
            raise Refused(row.fault, FAULTS[row.fault])
        message = self.layout.message(row.cells, row.line)
        if message.said_at.date() < EARLIEST:
            raise Refused("said_at", _("时间早于 2000 年：%(text)s。") % {"text": message.said_at.date().isoformat()})
        return message


@dataclass
class Importing:
    """One run. `scatter` puts messages without a place at random points inside grids: for trials only."""

    file: MessageFile
    mapping: Mapping
    system: str
    batch: int = 100
    is_trial: bool = False
    scatter: int | None = None
    now: Callable[[], datetime] = timezone.now
    outcome: Outcome = field(default_factory=Outcome)

    def __post_init__(self) -> None:
        self.points = GridPoints.load() if self.scatter is not None else None
        self.seen: set[str] = set()

    def run(self) -> Iterator[Outcome]:
        """Take in the whole file, batch after batch; yields the standing after each. Every batch is its own transaction."""
        refuse_in_demo()
        rows = self.file.messages()
        while batch := list(islice(rows, self.batch)):
            self.outcome.refusals = []
            self.outcome.read += len(batch)
            messages = []
            for row in batch:
                if isinstance(row, Refusal):
                    self.refuse(row)
                else:
                    messages.append(row)
            self.take_in(messages)
            self.outcome.refusals.sort(key=lambda refusal: refusal.line)
            yield self.outcome

    def take_in(self, messages: list[Message]) -> None:
        look()
        pairs: list[tuple[Message, Draft]] = []
        for message in messages:
            try:
                pairs.append((message, self.draft(message)))
            except Refused as refusal:
                self.note(message, refusal)
        answers = self.reported([draft for _message, draft in pairs])
        for (message, draft), answer in zip(pairs, answers, strict=True):
            if isinstance(answer, Refused):
                self.note(message, answer)
            elif self.is_trial and draft.external_key in self.seen:
                # In a trial nothing stays, so the database does not notice a number that stands twice.
                self.outcome.known += 1
            else:
                self.outcome.taken += 1
                if self.is_trial:
                    self.seen.add(str(draft.external_key))

    def reported(self, drafts: list[Draft]) -> list[Case | Refused]:
        """Like `report_many`, in spite of rivals: another import may take in the same rows at the same moment."""
        if not drafts:
            return []
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    answers = report_many(drafts, actor=IMPORTER, at=self.now())
                    if self.is_trial:
                        transaction.set_rollback(True)
                return answers
            except Conflict:
                # The rival's rows stand now; the next attempt finds them and counts them as known.
                continue
            except OperationalError:
                # A deadlock with a rival, or a database that is away: the latter stays so and is told.
                if attempt == ATTEMPTS:
                    raise
            except DataError:
                break
        return [self.reported_alone(draft) for draft in drafts]

    def reported_alone(self, draft: Draft) -> Case | Refused:
        """One row of a batch that the database did not want as a whole."""
        try:
            with transaction.atomic():
                answer = report_many([draft], actor=IMPORTER, at=self.now())[0]
                if self.is_trial:
                    transaction.set_rollback(True)
        except OperationalError:
            raise
        except Conflict as known:
            return known
        except DatabaseError:
            return Refused("database", _("数据库不能保存这一行。"))
        return answer

    def draft(self, message: Message) -> Draft:
        place: dict[str, Any] = {"area_code": message.area_code}
        if message.lng is not None or message.lat is not None:
            place = {"lng": message.lng, "lat": message.lat, "crs": self.mapping.crs}
        elif self.points is not None and not message.area_code:
            # The number decides, so a run that begins anew puts the same message at the same point.
            spot = Random(f"{self.scatter}:{message.number}")  # noqa: S311 - meant to be repeatable
            lng, lat = self.points.anywhere(spot)
            place = {"lng": lng, "lat": lat}
        matter = catalogue().by_code(message.matter_code) if message.matter_code else None
        if message.matter_code and matter is None:
            raise Refused("no_such_matter", _("没有这个事项代码：%(code)s。") % {"code": message.matter_code[:20]})
        return Draft(
            text=message.text,
            title=message.title,
            kind=self.mapping.kind,
            source=Source.IMPORT,
            matter_id=matter.id if matter else None,
            address=message.address,
            reporter_name=message.reporter_name,
            reporter_phone=message.reporter_phone,
            external_key=f"{self.system}:{message.number}",
            said_at=message.said_at,
            **place,
        )

    def note(self, message: Message, refusal: Refused) -> None:
        if refusal.code == "known":
            self.outcome.known += 1
        else:
            self.refuse(Refusal(message.line, message.number, refusal.code, str(refusal)))

    def refuse(self, refusal: Refusal) -> None:
        self.outcome.refusals.append(refusal)
        self.outcome.reasons[refusal.code] += 1
