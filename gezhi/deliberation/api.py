"""Topics by JSON: reading, similar ones, raising, a level up, answering."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.deliberation.access import WORK, get_topic
from gezhi.deliberation.actions import answer_topic, escalate_topic, raise_topic
from gezhi.deliberation.models import Topic
from gezhi.deliberation.queries import level_of, similar_topics, topics
from gezhi.kernel.access import Denied
from gezhi.kernel.http.inputs import LARGEST_ID, ApiRequest, Body, Text, about, in_path, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_rows
from gezhi.kernel.http.repeats import reply, reply_once
from gezhi.kernel.refusals import Refused
from gezhi.territory.models import Area

router = Router(tags=["deliberation"])
TopicId = Annotated[int, Field(ge=1, le=LARGEST_ID), in_path(_("议题的 id。"))]
AreaCode = Annotated[str, Field(pattern=r"^([0-9]{9}|[0-9]{12}|[0-9]{15})$"), about(_("网格、社区或街道的代码。"))]


class LikeFilters(BaseModel):
    title: Annotated[str, Field(min_length=1, max_length=60)]
    area: AreaCode


class TopicIn(Body):
    title: Annotated[Text, Field(min_length=1, max_length=60)]
    words: Annotated[Text, Field(min_length=1, max_length=1000)]
    area: AreaCode


class TopicEscalationIn(Body):
    reason: Annotated[Text, Field(min_length=1, max_length=200)]


class TopicAnswerIn(Body):
    answer: Annotated[Text, Field(min_length=1, max_length=1000)]


class TopicShape(BaseModel):
    id: int
    title: str
    words: str
    level: Annotated[str, about(_("现在在哪一级：grid、community、street。"))]
    area: str
    raised_in: str
    raised_at: datetime
    stage: str
    answer: str
    answered_at: datetime | None


class TopicPage(Page[TopicShape]):
    pass


class TopicList(BaseModel):
    items: list[TopicShape]


def shape(row: Topic) -> TopicShape:
    plain = ("title", "words", "raised_at", "stage", "answer", "answered_at")
    return TopicShape(
        id=row.pk, level=level_of(row), area=row.area.code, raised_in=row.raised_in.code,
        **{name: getattr(row, name) for name in plain},
    )  # fmt: skip


def require(request: ApiRequest) -> None:
    if not request.auth.has(WORK):
        raise Denied(WORK)


@router.get("/topics", response=TopicPage, operation_id="list_topics", **said(_("协商议题"), _("公开的议题。")))
def list_topics(request: ApiRequest, paging: Query[Paging]) -> HttpResponse:
    only_known(request, Paging)
    require(request)
    found, link = page_of_rows(request, paging, topics(), order=("pk",))
    return reply(TopicPage(items=[shape(row) for row in found], next=link))


@router.get(
    "/topics/similar",
    response=TopicList,
    operation_id="similar_topics",
    **said(_("相似的议题"), _("同一街道里还在协商的，最像的在前；提出以前先看。")),
)
def list_similar(request: ApiRequest, filters: Query[LikeFilters]) -> HttpResponse:
    only_known(request, LikeFilters)
    require(request)
    return reply(TopicList(items=[shape(row) for row in similar_topics(filters.title, filters.area)]))


@router.post(
    "/topics",
    response={201: TopicShape},
    operation_id="raise_topic",
    **said(_("提出议题"), _("在网格、社区或街道。")),
)
def raise_one(request: ApiRequest, inputs: TopicIn) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        area = Area.objects.filter(code=inputs.area, is_active=True).first()
        if area is None:
            raise Refused("no_such_area", _("没有这个区域。"), field="area")
        return 201, shape(raise_topic(inputs.title, inputs.words, area, actor=actor, at=at))

    return reply_once(request, f"user:{actor.user_id}", inputs.model_dump(), do, at=at)


def stepped(request: ApiRequest, topic_id: int, given: dict[str, Any], action: Any) -> HttpResponse:
    actor, at = request.auth, request.at

    def do() -> tuple[int, BaseModel]:
        action(get_topic(actor, topic_id), actor=actor, at=at, **given)
        return 200, shape(topics().get(pk=topic_id))

    return reply_once(request, f"user:{actor.user_id}", given, do, at=at)


@router.post(
    "/topics/{topic_id}/escalate",
    response=TopicShape,
    operation_id="escalate_topic",
    **said(_("提级协商"), _("网格到社区，社区到街道；要写理由。")),
)
def escalate(request: ApiRequest, topic_id: TopicId, inputs: TopicEscalationIn) -> HttpResponse:
    return stepped(request, topic_id, inputs.model_dump(), escalate_topic)


@router.post(
    "/topics/{topic_id}/answer",
    response=TopicShape,
    operation_id="answer_topic",
    **said(_("公布协商结果"), _("对所有人公开，只公布一次。")),
)
def answer(request: ApiRequest, topic_id: TopicId, inputs: TopicAnswerIn) -> HttpResponse:
    return stepped(request, topic_id, inputs.model_dump(), answer_topic)
