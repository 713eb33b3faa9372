"""投诉建议: said, answered, taken back."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.cases.api.steps import IF_MATCH, StepIn, seen_of
from gezhi.fieldwork.access import get_suggestion
from gezhi.fieldwork.actions import send_suggestion, take_suggestion
from gezhi.fieldwork.actions.suggestions import LONGEST
from gezhi.fieldwork.api.shapes import DoneAt, Pk, RowKey
from gezhi.fieldwork.models import Addressee, Suggestion, SuggestionKind
from gezhi.fieldwork.workflow import SuggestionStage
from gezhi.kernel.http.inputs import ApiRequest, Body, Moment, Text, about, only_known, said
from gezhi.kernel.http.pages import Page, Paging, page_of_rows
from gezhi.kernel.http.repeats import reply, reply_once
from gezhi.kernel.secrets import blind_index

Words = Annotated[Text, Field(min_length=1, max_length=LONGEST)]


class SuggestionIn(Body):
    key: RowKey
    kind: Annotated[SuggestionKind, Field(strict=False)]
    text: Words
    addressee: Annotated[Annotated[Addressee, Field(strict=False)], about(_("由谁答复；给区里的，街道看不到。"))] = (
        Addressee.STREET
    )
    done_at: DoneAt = None


class SuggestionAnswerIn(StepIn):
    answer: Words


class SuggestionShape(BaseModel):
    id: int
    key: UUID
    kind: SuggestionKind
    addressee: Addressee
    text: str
    stage: SuggestionStage
    stage_label: str
    version: int
    sent_at: Moment
    answer: str
    answered_at: Moment | None
    is_mine: bool


class SuggestionPage(Page[SuggestionShape]):
    pass


class SuggestionFilters(BaseModel):
    stage: SuggestionStage | None = None


def shape_of(suggestion: Suggestion, request: ApiRequest) -> SuggestionShape:
    plain = ("key", "text", "version", "sent_at", "answer", "answered_at")
    return SuggestionShape(
        id=suggestion.pk,
        kind=SuggestionKind(suggestion.kind),
        addressee=Addressee(suggestion.addressee),
        stage=SuggestionStage(suggestion.stage),
        stage_label=str(SuggestionStage(suggestion.stage).label),
        is_mine=suggestion.author_id == request.auth.user_id,
        **{name: getattr(suggestion, name) for name in plain},
    )


def list_suggestions(request: ApiRequest, filters: Query[SuggestionFilters], paging: Query[Paging]) -> HttpResponse:
    """One's own, and those that are one's to answer."""
    only_known(request, SuggestionFilters, Paging)
    rows = Suggestion.objects.visible_to(request.auth)
    if filters.stage is not None:
        rows = rows.filter(stage=filters.stage)
    found, link = page_of_rows(request, paging, rows, order=("-pk",))
    return reply(SuggestionPage(items=[shape_of(one, request) for one in found], next=link))


def read_suggestion(request: ApiRequest, pk: Pk) -> HttpResponse:
    suggestion = get_suggestion(request.auth, pk)
    return reply(shape_of(suggestion, request), version=suggestion.version)


def send(request: ApiRequest, given: SuggestionIn) -> HttpResponse:
    actor, at = request.auth, request.at
    # The words are sealed in their row; neither their fingerprint nor the kept answer tells them.
    content = given.model_dump(mode="json") | {"text": blind_index(given.text, context="fieldwork.api")}
    return reply_once(request, f"user:{actor.user_id}", content, lambda: (201, sent(request, given)), at=at)


class SuggestionSent(BaseModel):
    """Without the words, because answers to repeated commands are kept for thirty days."""

    id: int
    key: UUID
    stage: SuggestionStage


def sent(request: ApiRequest, given: SuggestionIn) -> SuggestionSent:
    suggestion = send_suggestion(actor=request.auth, at=request.at, **given.model_dump())
    return sent_of(suggestion)


def sent_of(suggestion: Suggestion) -> SuggestionSent:
    return SuggestionSent(id=suggestion.pk, key=suggestion.key, stage=SuggestionStage(suggestion.stage))


def answer(request: ApiRequest, pk: Pk, inputs: SuggestionAnswerIn) -> HttpResponse:
    actor, at, seen = request.auth, request.at, seen_of(request, inputs.seen)

    def do() -> tuple[int, BaseModel]:
        suggestion = get_suggestion(actor, pk)
        return 200, sent_of(take_suggestion("answer", suggestion, actor=actor, at=at, seen=seen, answer=inputs.answer))

    content = {"answer": blind_index(inputs.answer, context="fieldwork.api"), "seen": seen}
    return reply_once(request, f"user:{actor.user_id}", content, do, at=at)


def withdraw(request: ApiRequest, pk: Pk, inputs: StepIn = StepIn()) -> HttpResponse:  # noqa: B008 - nothing need be sent
    actor, at, seen = request.auth, request.at, seen_of(request, inputs.seen)

    def do() -> tuple[int, BaseModel]:
        return 200, sent_of(take_suggestion("withdraw", get_suggestion(actor, pk), actor=actor, at=at, seen=seen))

    return reply_once(request, f"user:{actor.user_id}", {"seen": seen}, do, at=at)


def add_to(router: Router) -> None:
    router.get(
        "/suggestions",
        response=SuggestionPage,
        operation_id="list_suggestions",
        **said(_("投诉建议"), _("自己提的，和要由自己答复的。")),
    )(list_suggestions)
    router.post(
        "/suggestions",
        response={201: SuggestionSent},
        operation_id="send_suggestion",
        **said(_("提投诉建议"), _("内容加密保存，只有自己和答复的人看得到。")),
    )(send)
    router.get(
        "/suggestions/{pk}",
        response=SuggestionShape,
        operation_id="get_suggestion",
        **said(_("一条投诉建议"), _("内容和答复。")),
    )(read_suggestion)
    router.post(
        "/suggestions/{pk}/steps/answer",
        response=SuggestionSent,
        operation_id="suggestion_answer",
        openapi_extra={"parameters": [IF_MATCH]},
        **said(_("答复投诉建议"), _("需要答复的权限；不能答复自己的。")),
    )(answer)
    router.post(
        "/suggestions/{pk}/steps/withdraw",
        response=SuggestionSent,
        operation_id="suggestion_withdraw",
        openapi_extra={"parameters": [IF_MATCH]},
        **said(_("撤回投诉建议"), _("本人在答复以前可以撤回，内容随即删去。")),
    )(withdraw)
