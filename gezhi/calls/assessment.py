"""The response table of a period, read from the rows that the actor sees, and as a workbook."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.calls.models import CallPart, CallScore
from gezhi.calls.response import Line, Record, Spread, table_of
from gezhi.calls.score_rules import rule_on
from gezhi.calls.scoring import QUESTIONS
from gezhi.calls.workflow import COUNTING, PartState, Phase, Standing
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day, work_calendar
from gezhi.kernel.refusals import Refused
from gezhi.kernel.workbooks import Column, Sheet, write
from gezhi.people.queries import directory

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Both days included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if not date(1949, 1, 1) <= self.first <= self.last < date(2100, 1, 1):
            raise Refused("bad_period", _("请检查起止日期：开始不能晚于结束。"), field="last")

    @classmethod
    def year_of(cls, at: datetime) -> "Period":
        day = local_day(at)
        return cls(day.replace(month=1, day=1), day)

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From the first instant to that after the last, in the district's time."""
        zone = timezone.get_default_timezone()
        return datetime.combine(self.first, time(), zone), datetime.combine(self.last + DAY, time(), zone)


@dataclass(frozen=True, slots=True)
class Table:
    period: Period
    lines: list[Line]
    fewest: int


def response_table(period: Period, actor: Actor, at: datetime) -> Table:
    """Departments against what they did in the calls of the period: two statements. The district sees all, a street what came of its own
    calls, a department itself."""
    begin, end = period.span
    parts = CallPart.objects.visible_to(actor).filter(asked_at__gte=begin, asked_at__lt=end)
    # Whom the district excused doesn't count; but nobody is excused from having been late.
    parts = parts.exclude(state=PartState.EXCUSED, sign_late_at__isnull=True)
    # Nor whom the street dismissed, with the whole call, before it had signed.
    parts = parts.exclude(call__phase=Phase.WITHDRAWN, signed_at__isnull=True, sign_late_at__isnull=True)
    parts = parts.select_related("call").order_by("pk")
    scores = {
        score.part_id: score
        for score in CallScore.objects.filter(part__in=parts.order_by().values("pk"), standing__in=COUNTING)
    }
    fewest = rule_on(min(period.last, local_day(at))).fewest_calls
    records = [record_of(part, scores.get(part.pk), at) for part in parts]
    return Table(period, table_of(records, fewest=fewest), fewest)


def record_of(part: CallPart, score: CallScore | None, at: datetime) -> Record:
    is_urgent = part.call.is_urgent
    if part.call.ended_at is not None:
        # What was not done when the call was withdrawn never became late.
        at = min(at, part.call.ended_at)
    arrival = part.arrived_at if part.arrival_confirmed_at is not None else None
    return Record(
        department_id=part.desk_id,
        # While the district looks into what was declined, the clock to sign stands still.
        is_signed_in_time=None if part.state == PartState.DECLINED else in_time(part.signed_at, part.sign_due_at, at),
        response=minutes(part.asked_at, part.signed_at, is_urgent),
        is_arrival_in_time=in_time(arrival, part.arrive_due_at, at) if part.is_on_site else None,
        arrival=minutes(part.signed_at, arrival, is_urgent),
        handling=minutes(part.signed_at, part.filed_at, is_urgent),
        rounds=part.rounds,
        score=weighted(score) if score is not None else None,
        is_score_objected=score is not None and score.standing == Standing.OBJECTED,
    )


def in_time(done_at: datetime | None, due_at: datetime | None, at: datetime) -> bool | None:
    """None while there is still time."""
    if due_at is None or (done_at is None and at <= due_at):
        return None
    return done_at is not None and done_at <= due_at


def minutes(start: datetime | None, end: datetime | None, is_urgent: bool) -> int | None:
    if start is None or end is None:
        return None
    return int((end - start).total_seconds() // 60) if is_urgent else work_calendar().between(start, end)


def weighted(score: CallScore) -> int:
    return rule_on(local_day(score.scored_at)).weighted(getattr(score, question) for question in QUESTIONS)


# --- on paper -------------------------------------------------------------------------------------------------------


def workbook(table: Table) -> bytes:
    """The table as an Excel file, with the sample size beside every figure."""
    columns = [
        Column(_("名次"), 4), Column(_("部门"), 16), Column(_("参加次数"), 5),
        Column(_("按时签收"), 5), Column(_("应签收"), 5), Column(_("按时签收率"), 6, "0.0%"),
        Column(_("响应用时中位数（分钟）"), 7, "0"), Column(_("响应用时九成以内（分钟）"), 7, "0"), Column(_("响应样本"), 5),
        Column(_("按时到场"), 5), Column(_("应到场"), 5), Column(_("按时到场率"), 6, "0.0%"),
        Column(_("到场用时中位数（分钟）"), 7, "0"), Column(_("到场样本"), 5),
        Column(_("办理用时中位数（分钟）"), 7, "0"), Column(_("办理样本"), 5), Column(_("退回重办次数"), 6),
        Column(_("加权得分（百分制）"), 7, "0.0"), Column(_("评分样本"), 5), Column(_("申诉中"), 5), Column(_("备注"), 14),
    ]  # fmt: skip
    title = _("响应情况 %(first)s 至 %(last)s") % {"first": table.period.first, "last": table.period.last}
    rows = [row_of(line, table.fewest) for line in table.lines]
    return write(Sheet(title, columns, rows, notes=notes(table)))


def row_of(line: Line, fewest: int) -> list[object]:
    few = _("不足 %(fewest)s 次，不排名") % {"fewest": fewest} if line.is_too_few else ""
    return [
        line.rank, department_name(line.department_id), line.calls,
        line.signed_in_time.count, line.signed_in_time.of, line.signed_in_time.ratio, *both(line.response),
        line.arrived_in_time.count, line.arrived_in_time.of, line.arrived_in_time.ratio,
        line.arrival.middle, line.arrival.count, line.handling.middle, line.handling.count, line.sent_back,
        line.score, line.scored, line.objected, few,
    ]  # fmt: skip


def both(spread: Spread) -> Iterable[object]:
    return spread.middle, spread.ninth, spread.count


def department_name(desk_id: int) -> str:
    desk = directory().desks.get(desk_id)
    return desk.name if desk is not None else ""


def notes(table: Table) -> list[str]:
    """How to read it."""
    return [
        _("用时按时限所用的时间计：紧急呼叫按自然时间，其他按工作时间。"),
        _("按时签收率只算已经签收或者已过签收时限的；按时推回、换了部门的不算。"),
        _("得分按评分当天的权重加权，满分 100；申诉中的评分照算，作废和没有通过复核的不算。"),
        _("参加不足 %(fewest)s 次的部门不排名。") % {"fewest": table.fewest},
    ]
