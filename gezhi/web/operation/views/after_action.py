"""复盘: what happened in an emergency, minute by minute, for a page, for paper and for Word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.cases.access import get_case
from gezhi.cases.models import Case
from gezhi.kernel.documents import as_bytes, heading, new_document, pairs, paragraphs, signatures
from gezhi.kernel.events import timeline
from gezhi.kernel.models import Event
from gezhi.kernel.refusals import Missing
from gezhi.people.notices import told_of
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.names import desk_name, matter_name, place_name
from gezhi.web.operation.page import at_desk, show_alone
from gezhi.web.operation.views.supervisions import word_file
from gezhi.web.operation.wording import Told, moment, stage_words, told

# Readings of the reporter's name are nobody's business in a report.
LEFT_OUT = frozenset({"reporter.seen"})


@dataclass(frozen=True, slots=True)
class TellingRow:
    """Which desk was told of what, when, and who saw it when."""

    desk: str
    what: str
    told_at: datetime
    seen_at: datetime | None
    seen_by: str
    took: str


@dataclass(frozen=True, slots=True)
class MoveRow:
    """What somebody did, so many minutes after the alarm."""

    told: Told
    after: str


@dataclass(frozen=True, slots=True)
class Report:
    began_at: datetime
    facts: list[tuple[str, str]]
    tellings: list[TellingRow]
    moves: list[MoveRow]
    review: str


def report_of(found: Case) -> Report:
    """Three statements. Raises `Missing` for a case that never was an emergency."""
    events = [event for event in timeline(found) if event.name not in LEFT_OUT]
    began_at = began(found, events)
    if began_at is None:
        raise Missing("no_emergency", _("这一件不是紧急事件，没有复盘报告。"))
    tellings = [
        TellingRow(
            notice.desk.name,
            told(notice.event).sentence,
            notice.told_at,
            notice.seen_at,
            notice.seen_by.name if notice.seen_by is not None else "",
            apart(notice.told_at, notice.seen_at) if notice.seen_at is not None else "",
        )
        for notice in told_of(Case.subject_kind, found.pk)
    ]
    review = next((event.note for event in reversed(events) if event.name == "case.debriefed"), "")
    return Report(
        began_at,
        facts(found, began_at),
        tellings,
        [MoveRow(told(event), apart(began_at, event.at)) for event in events if event.at >= began_at],
        review,
    )


def began(found: Case, events: Sequence[Event]) -> datetime | None:
    """When it became an emergency: turned into one, or reported as one."""
    alerted = next((event.at for event in events if event.name == "case.alerted"), None)
    if alerted is not None:
        return alerted
    return events[0].at if found.is_emergency and events else None


def apart(start: datetime, end: datetime) -> str:
    """Minutes on the clock of the wall: an emergency knows no office hours."""
    minutes = max(int((end - start).total_seconds()) // 60, 0)
    hours, rest = divmod(minutes, 60)
    return (
        _("%(hours)s 小时 %(minutes)s 分") % {"hours": hours, "minutes": rest} if hours else _("%(n)s 分") % {"n": rest}
    )


def facts(found: Case, began_at: datetime) -> list[tuple[str, str]]:
    ended_at = found.finished_at
    return [
        (_("事件编号"), found.number),
        (_("事件"), found.title),
        (_("事项"), matter_name(found.matter_id)),
        (_("位置"), f"{place_name(found)} {found.address}".strip()),
        (_("转为紧急"), moment(began_at)),
        (_("办结"), f"{moment(ended_at)}（{apart(began_at, ended_at)}）" if ended_at is not None else _("还没有办结")),
        (_("现在"), f"{stage_words(found)}，{desk_name(found.desk_id)}"),
    ]


@require_safe
@at_desk
def page(request: DeskRequest, number: str) -> HttpResponse:
    found = get_case(request.actor, number)
    context = {"title": _("紧急事件复盘报告"), "case": found, "report": report_of(found)}
    return show_alone(request, "operation/after_action.html", context)


@require_safe
@at_desk
def document(request: DeskRequest, number: str) -> HttpResponse:
    found = get_case(request.actor, number)
    report = report_of(found)
    sheet = new_document(_("紧急事件复盘报告"), number=found.number, at=request.at)
    pairs(sheet, report.facts)
    heading(sheet, _("反映的情况"))
    paragraphs(sheet, found.text)
    heading(sheet, _("什么时候告诉了谁"))
    for row in report.tellings:
        seen = (
            _("%(who)s 在 %(took)s后看到") % {"who": row.seen_by, "took": row.took}
            if row.seen_at
            else _("没有人确认看到")
        )
        paragraphs(sheet, f"{moment(row.told_at)} {row.desk}：{row.what}{seen}。")
    if not report.tellings:
        paragraphs(sheet, _("没有通知记录。"))
    heading(sheet, _("处置经过"))
    for move in report.moves:
        paragraphs(
            sheet, f"{moment(move.told.at)}（{move.after}）{move.told.who}：{move.told.sentence}{move.told.note}"
        )
    heading(sheet, _("复盘"))
    paragraphs(sheet, report.review or _("（还没有交复盘）"))
    signatures(sheet, [_("报告人"), _("审核人")], date_line=_("　　年　　月　　日"))
    return word_file(as_bytes(sheet), f"{found.number}-{_('复盘')}.docx")
