"""Rates, what they are made of, exclusions; and the one table that everybody may see."""

from typing import Annotated, Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.assessment.access import ASK, DECIDE, Scope, get_answer, get_exclusion, get_scope
from gezhi.assessment.actions import ask_exclusion, decide_exclusion
from gezhi.assessment.disclosure import hidden
from gezhi.assessment.measures import Rate
from gezhi.assessment.models import Exclusion, ExclusionReason
from gezhi.assessment.queries import By, Line, exclusions_within, table
from gezhi.assessment.schemes import schemes
from gezhi.cases.models import Answer
from gezhi.kernel.http.inputs import ApiRequest, Body, Id, Moment, Text, about, in_path, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_rows
from gezhi.kernel.http.problems import Malformed
from gezhi.kernel.http.repeats import reply, reply_once
from gezhi.kernel.months import before, is_month, month_of
from gezhi.kernel.refusals import Missing
from gezhi.territory.queries import area_name

router = Router(tags=["assessment"])
Month = Annotated[int, Field(ge=190001, le=219912)]
MOST_MONTHS = 24
COUNTED_EVERY_SECONDS = 600
Key = Annotated[Id, in_path(_("id。"))]


class RateShape(BaseModel):
    """A rate with everything that it must be shown with."""

    code: str
    name: str
    numerator: Annotated[float, about(_("分子；按等级折算的可以有小数。"))]
    denominator: Annotated[int, about(_("分母，也就是样本量。"))]
    excluded: Annotated[int, about(_("剔除的件数，已不在分母里。"))]
    rate: Annotated[float | None, about(_("0 到 1；没有样本时为 null。"))]
    is_small: Annotated[bool, about(_("样本少，不宜比较。"))]


class LineShape(BaseModel):
    key: Annotated[str, about(_("区域代码、岗台或事项的 id、月份；空为没有细到这一级。"))]
    answers: int
    excluded: int
    rates: list[RateShape]


class RateTable(BaseModel):
    area: str
    first: int
    last: int
    by: By
    scheme: str
    lines: list[LineShape]
    total: LineShape
    suspended: Annotated[LineShape, about(_("挂账过的，单独计算，不在合计里。"))]


class RateFilters(BaseModel):
    first: Annotated[Month | None, about(_("起始月份，如 202603；不填为上月。"))] = None
    last: Annotated[Month | None, about(_("截止月份；不填与起始月份相同。"))] = None
    area: Annotated[
        str,
        Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})?$"),
        about(_("区域代码，含下级；不填为您能看的范围。")),
    ] = ""
    by: Annotated[By, about(_("按什么分。"))] = By.AREA


class SchemeShape(BaseModel):
    name: str
    voices: str
    fewest: int
    fewest_public: int
    from_month: int
    until_month: int | None
    measures: list[dict[str, Any]]


class SchemeList(BaseModel):
    items: list[SchemeShape]


class ReasonList(BaseModel):
    items: list[dict[str, str]]


class ExclusionShape(BaseModel):
    id: int
    answer_id: int
    case_id: int
    round: int
    reason: str
    words: str
    asked_by: str
    asked_at: Moment
    verdict: Annotated[str, about(_("空为还没有决定。"))]
    decided_by: str
    decided_at: Moment | None
    note: str
    version: int


class ExclusionPage(Page[ExclusionShape]):
    pass


class ExclusionIn(Body):
    case_id: Annotated[Id, about(_("事件的 id。"))]
    round: Annotated[Annotated[int, Field(ge=1, le=1000)], about(_("第几次答复。"))]
    reason: Annotated[Text, Field(max_length=20), about(_("理由的代码。"))]
    words: Annotated[Text, Field(max_length=2000)]


class VerdictIn(Body):
    grant: bool
    note: Annotated[Text, Field(max_length=2000), about(_("不同意时必填。"))] = ""


class PublicLine(BaseModel):
    area: str
    name: str
    rates: Annotated[dict[str, float | None], about(_("0 到 1；件数太少不公布的为 null。"))]
    sizes: Annotated[dict[str, int | None], about(_("样本量；不公布的为 null。"))]


class PublicTable(BaseModel):
    month: int
    names: dict[str, str]
    streets: list[PublicLine]
    total: PublicLine


class PublicFilters(BaseModel):
    month: Annotated[Month | None, about(_("月份，如 202603；不填为上月。"))] = None


def rate_shape(rate: Rate) -> RateShape:
    return RateShape(
        code=rate.code,
        name=rate.name,
        numerator=float(rate.numerator),
        denominator=rate.size,
        excluded=rate.excluded,
        rate=round(float(rate.share), 6) if rate.share is not None else None,
        is_small=rate.is_small,
    )


def line_shape(line: Line) -> LineShape:
    key = "" if line.key is None else str(line.key)
    rates = [rate_shape(rate) for rate in line.rates]
    return LineShape(key=key, answers=line.answers, excluded=line.excluded, rates=rates)


def checked_months(first: int | None, last: int | None, this: int) -> tuple[int, int]:
    first = first or last or before(this)
    last = last or first
    if not (is_month(first) and is_month(last)) or not first <= last <= before(first, 1 - MOST_MONTHS):
        message = _("月份写成 202603，从早到晚，最多 %(most)s 个月。") % {"most": MOST_MONTHS}
        raise Malformed("bad_months", message, field="first")
    return first, last


@router.get(
    "/rates",
    response=RateTable,
    operation_id="list_rates",
    **said(_("评价指标"), _("三率、回访三率、五字，每个数带分子、分母、剔除数；各级相加等于上一级。")),
)
def list_rates(request: ApiRequest, filters: Query[RateFilters]) -> HttpResponse:
    """The rates of the actor's area or of one inside it."""
    only_known(request, RateFilters)
    scope = get_scope(request.auth, filters.area)
    first, last = checked_months(filters.first, filters.last, month_of(request.at))
    shown = table(scope, first, last, by=filters.by)
    return reply(
        RateTable(
            area=scope.area,
            first=first,
            last=last,
            by=filters.by,
            scheme=shown.scheme.name if shown.scheme is not None else "",
            lines=[line_shape(line) for line in shown.lines],
            total=line_shape(shown.total),
            suspended=line_shape(shown.suspended),
        )
    )


@router.get(
    "/rates/schemes",
    response=SchemeList,
    operation_id="list_schemes",
    **said(_("评价口径"), _("每个指标的分子、分母和权重，从哪个月起适用。")),
)
def list_schemes(request: ApiRequest) -> HttpResponse:
    items = [
        SchemeShape(
            name=scheme.name,
            voices=scheme.voices,
            fewest=scheme.fewest,
            fewest_public=scheme.fewest_public,
            from_month=scheme.from_month,
            until_month=scheme.until_month,
            measures=[
                {
                    "code": row.code, "name": row.name, "family": row.family, "numerator": row.numerator,
                    "denominator": row.denominator, "weights": {str(key): value for key, value in row.weights.items()},
                    "params": dict(row.params),
                }
                for row in scheme.measures
            ],
        )
        for scheme in schemes()
    ]  # fmt: skip
    return reply(SchemeList(items=items))


@router.get(
    "/rates/public",
    response=PublicTable,
    auth=None,
    operation_id="list_public_rates",
    **said(_("公开的评价指标"), _("按街道，件数太少的不公布，免得看出是谁评的。不用登录。")),
)
def list_public_rates(request: ApiRequest, filters: Query[PublicFilters]) -> HttpResponse:
    """By street, for everybody."""
    only_known(request, PublicFilters)
    this = month_of(request.at)
    month, _last = checked_months(filters.month, None, this)
    if month >= this:
        raise Missing("not_over", _("这个月还没有过完，过完再公布。"))
    # Everybody may ask, so it is counted once in a while and not at every asking.
    counted: PublicTable | None = cache.get(f"public-rates-{month}")
    if counted is None:
        counted = public_table(month)
        cache.set(f"public-rates-{month}", counted, timeout=COUNTED_EVERY_SECONDS)
    return reply(counted)


def public_table(month: int) -> PublicTable:
    shown = table(Scope(settings.DISTRICT), month, month)
    streets = [line for line in shown.lines if line.key]
    fewest = shown.scheme.fewest_public if shown.scheme is not None else 0
    gone = {
        measure.code: hidden({str(line.key): line.rates[number].size for line in shown.lines}, fewest)
        for number, measure in enumerate(shown.measures)
    }
    few = {rate.code: {str(shown.total.key)} for rate in shown.total.rates if rate.size < fewest}
    return PublicTable(
        month=month,
        names={measure.code: measure.name for measure in shown.measures},
        streets=[public_line(line, gone) for line in streets],
        total=public_line(shown.total, few),
    )


def public_line(line: Line, gone: dict[str, set[str]]) -> PublicLine:
    key = str(line.key)
    known = area_name(key)
    shown = [rate for rate in line.rates if key not in gone.get(rate.code, set())]
    rates: dict[str, float | None] = {rate.code: None for rate in line.rates}
    sizes: dict[str, int | None] = {rate.code: None for rate in line.rates}
    for rate in shown:
        rates[rate.code] = round(float(rate.share), 3) if rate.share is not None else None
        sizes[rate.code] = rate.size
    return PublicLine(area=key, name=known.short_name if known is not None else key, rates=rates, sizes=sizes)


@router.get(
    "/exclusions/reasons",
    response=ReasonList,
    operation_id="list_exclusion_reasons",
    **said(_("剔除理由"), _("申请剔除时可选的理由。")),
)
def list_reasons(request: ApiRequest) -> HttpResponse:
    rows = ExclusionReason.objects.filter(is_active=True).order_by("pk")
    return reply(ReasonList(items=[{"code": row.code, "name": row.name} for row in rows]))


@router.get(
    "/exclusions",
    response=ExclusionPage,
    operation_id="list_exclusions",
    **said(_("剔除申请"), _("您的范围内的，新的在前。")),
)
def list_exclusions(request: ApiRequest, paging: Query[Paging]) -> HttpResponse:
    only_known(request, Paging)
    right = DECIDE if request.auth.has(DECIDE) else ASK
    found, link = page_of_rows(request, paging, exclusions_within(request.auth, right), order=("-pk",))
    return reply(ExclusionPage(items=[exclusion_shape(one) for one in found], next=link))


@router.post(
    "/exclusions",
    response={201: ExclusionShape},
    operation_id="ask_exclusion",
    **said(_("申请剔除"), _("要有理由；由另一个人决定，决定以前照样计入指标。")),
)
def post_exclusion(request: ApiRequest, given: ExclusionIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        key = Answer.objects.filter(case_id=given.case_id, round=given.round).values_list("pk", flat=True).first()
        answer = get_answer(actor, key or 0)
        return 201, exclusion_shape(ask_exclusion(answer, actor=actor, at=at, reason=given.reason, words=given.words))

    return reply_once(request, f"user:{actor.user_id}", given.model_dump(), do, at=at)


@router.post(
    "/exclusions/{key}/verdict",
    response=ExclusionShape,
    operation_id="decide_exclusion",
    **said(_("决定剔除"), _("同意的不再计入任何指标；申请的人不能自己决定。")),
)
def post_verdict(request: ApiRequest, key: Key, given: VerdictIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        exclusion = get_exclusion(actor, key)
        return 200, exclusion_shape(decide_exclusion(exclusion, actor=actor, at=at, **given.model_dump()))

    return reply_once(request, f"user:{actor.user_id}", {"key": key, **given.model_dump()}, do, at=at)


def exclusion_shape(one: Exclusion) -> ExclusionShape:
    return ExclusionShape(
        id=one.pk,
        answer_id=one.answer_id,
        case_id=one.answer.case_id,
        round=one.answer.round,
        reason=one.reason.code,
        words=one.words,
        asked_by=one.asked_by.name,
        asked_at=one.asked_at,
        verdict=one.verdict,
        decided_by=one.decided_by.name if one.decided_by is not None else "",
        decided_at=one.decided_at,
        note=one.note,
        version=one.version,
    )
