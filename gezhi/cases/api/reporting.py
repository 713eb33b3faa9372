"""Reports of staff: one, a batch, or found and solved on the spot."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router
from pydantic import AwareDatetime, BaseModel, Field, SkipValidation, ValidationError

from gezhi.cases.actions import Draft, report, report_many, solve
from gezhi.cases.api.files import FileWord, files_of
from gezhi.cases.api.shapes import CaseTaken, taken_of
from gezhi.cases.models import Kind, Source
from gezhi.kernel.access import Actor
from gezhi.kernel.events import sm3
from gezhi.kernel.http.inputs import ApiRequest, Body, Id, Text, about, said
from gezhi.kernel.http.problems import Problem, errors_of, told, told_of
from gezhi.kernel.http.repeats import reply_once
from gezhi.kernel.inputs import MOST_FILES
from gezhi.kernel.refusals import Refused
from gezhi.kernel.secrets import blind_index
from gezhi.kernel.texts import LONGEST_TEXT, LONGEST_TITLE

MOST_DRAFTS = 500
# Numbers of cases carry two digits of the year.
EARLIEST = datetime(2000, 1, 2, tzinfo=UTC)
Prose = Annotated[Text, Field(max_length=LONGEST_TEXT)]


class PlaceIn(Body):
    """Where, in one of three ways: a point, the code of an area, or neither, which is the whole district."""

    lng: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False), about(_("经度，度。"))] = None
    lat: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False), about(_("纬度，度。"))] = None
    crs: Annotated[Text, Field(max_length=40), about(_("wgs84、cgcs2000、gcj02 或 bd09。"))] = "wgs84"
    area_code: Annotated[Text, Field(max_length=20), about(_("6、9、12 或 15 位区域代码；有坐标时不用填。"))] = ""
    address: Annotated[Text, Field(max_length=200)] = ""


class FindingIn(PlaceIn):
    """What reports of every origin have in common."""

    text: Annotated[Text, Field(min_length=1, max_length=LONGEST_TEXT), about(_("情况。"))]
    title: Annotated[Text, Field(max_length=LONGEST_TITLE), about(_("不填则取正文的第一句。"))] = ""
    kind: Annotated[Kind, Field(strict=False)] = Kind.PROBLEM
    reporter_name: Annotated[Text, Field(max_length=40)] = ""
    reporter_phone: Annotated[Text, Field(max_length=30)] = ""
    may_be_contacted: bool = True
    is_confidential: bool = False


class DraftIn(FindingIn):
    """A report by staff. A worker's report that names its matter goes straight to the desk that handles it."""

    is_emergency: bool = False
    source: Annotated[Source, Field(strict=False)] = Source.WORKER
    matter_id: Id | None = None
    external_key: Annotated[
        Annotated[Text, Field(min_length=1, max_length=80)] | None,
        about(_("来源系统和它的编号，如 12345:20260301-0042；同一个只收一次。")),
    ] = None
    said_at: Annotated[
        Annotated[AwareDatetime, Field(strict=False, ge=EARLIEST)] | None, about(_("诉求人说的时刻，早于收到时填写。"))
    ] = None
    files: Annotated[list[FileWord], Field(max_length=MOST_FILES)] = []


class SolvedIn(FindingIn):
    """即查即办."""

    is_emergency: bool = False
    matter_id: Id
    result: Annotated[Text, Field(min_length=1, max_length=LONGEST_TEXT), about(_("怎样解决的。"))]
    answer: Annotated[Prose, about(_("怎样告诉诉求人的。"))] = ""
    external_key: Annotated[Text, Field(min_length=1, max_length=80)] | None = None
    files: Annotated[list[FileWord], Field(max_length=MOST_FILES)] = []


class BatchIn(Body):
    """Drafts are read one by one, so that a bad one is answered by itself."""

    drafts: Annotated[list[SkipValidation[DraftIn]], Field(min_length=1, max_length=MOST_DRAFTS)]


class BatchAnswer(BaseModel):
    """The answer to one draft: a case with 201, or a problem with 409 or 422."""

    status: int
    case: CaseTaken | None = None
    problem: Problem | None = None


class BatchDone(BaseModel):
    taken: int
    refused: int
    answers: Annotated[list[BatchAnswer], about(_("与 drafts 的顺序相同。"))]


def content_of(given: BaseModel) -> dict[str, Any]:
    """What a replay is compared by. Reporters stand under the blind index: a plain fingerprint of a phone could be found by trying all."""
    content = given.model_dump(mode="json")
    who = f"{content.pop('reporter_name')}\n{content.pop('reporter_phone')}"
    return content | {"who": blind_index(who, context="cases.api")}


def facts_of(given: FindingIn, actor: Actor, at: datetime) -> dict[str, Any]:
    facts = dict(given)
    return facts | {"files": files_of(facts["files"], actor, at=at.timestamp())}


def take_in(request: ApiRequest, draft: DraftIn) -> HttpResponse:
    """Take in one report."""
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        return 201, taken_of(report(actor=actor, at=at, **facts_of(draft, actor, at)), actor, at)

    return reply_once(request, f"user:{actor.user_id}", content_of(draft), do, at=at)


def take_solved(request: ApiRequest, solved: SolvedIn) -> HttpResponse:
    """Take in what was found and solved on the spot; somebody else verifies it."""
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        return 201, taken_of(solve(actor=actor, at=at, **facts_of(solved, actor, at)), actor, at)

    return reply_once(request, f"user:{actor.user_id}", content_of(solved), do, at=at)


def take_in_many(request: ApiRequest, batch: BatchIn) -> HttpResponse:
    """Take in up to 500 reports, each answered by itself."""
    actor, at = request.auth, request.at
    drafts, answers = read_drafts(batch.drafts, actor, at)
    # Keyed, because names and phones are in it; one digest for all.
    content = blind_index(sm3(json.dumps(batch.drafts, sort_keys=True)), context="cases.api")

    def do() -> tuple[int, BaseModel]:
        done = iter(report_many([facts for _draft, facts in drafts], actor=actor, at=at))
        for place in range(len(batch.drafts)):
            if place not in answers:
                answers[place] = answer_of(next(done), actor, at)
        in_order = [answers[place] for place in sorted(answers)]
        taken = sum(answer.case is not None for answer in in_order)
        return 200, BatchDone(taken=taken, refused=len(in_order) - taken, answers=in_order)

    return reply_once(request, f"user:{actor.user_id}", content, do, at=at)


def read_drafts(
    items: list[Any], actor: Actor, at: datetime
) -> tuple[list[tuple[DraftIn, Draft]], dict[int, BatchAnswer]]:
    """The drafts that can be read, and the answers to the others by their place."""
    drafts, answers = [], {}
    for place, item in enumerate(items):
        try:
            draft = DraftIn.model_validate(item)
            drafts.append((draft, Draft(**facts_of(draft, actor, at))))
        except ValidationError as error:
            found = errors_of([{**one, "loc": ("body", "draft", *one["loc"])} for one in error.errors()])
            problem = told(422, "invalid", found[0]["detail"], field=found[0]["field"]) | {"errors": found}
            answers[place] = BatchAnswer(status=422, problem=Problem(**problem))
        except Refused as refusal:
            answers[place] = BatchAnswer(status=refusal.status, problem=Problem(**told_of(refusal)))
    return drafts, answers


def answer_of(done: Any, actor: Actor, at: datetime) -> BatchAnswer:
    if isinstance(done, Refused):
        status = 409 if done.code == "known" else done.status
        return BatchAnswer(status=status, problem=Problem(**told_of(done) | {"status": status}))
    return BatchAnswer(status=201, case=taken_of(done, actor, at))


def add_to(router: Router) -> None:
    router.post(
        "/cases",
        response={201: CaseTaken},
        operation_id="report_case",
        **said(_("上报事件"), _("网格员写明事项的直接派到办理的岗台，其余先受理。位置须在上报人的范围内。")),
    )(take_in)
    router.post(
        "/cases/batch",
        response={200: BatchDone},
        operation_id="report_cases",
        **said(_("成批上报"), _("一次最多 500 件，在一个事务里收下；每一件单独答复，坏的一件不影响其他。")),
    )(take_in_many)
    router.post(
        "/cases/solve",
        response={201: CaseTaken},
        operation_id="solve_case",
        **said(_("即查即办"), _("发现时已当场解决，直接待核查；由另一人核查。")),
    )(take_solved)
