"""Reading disputes: the list, one of them, what happened, the steps it may take."""

from typing import Annotated, Literal

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.cases.api.shapes import PossibleStep
from gezhi.disputes.access import get_dispute, missing
from gezhi.disputes.api.shapes import (
    DisputeEventPage,
    DisputePage,
    DisputeWhole,
    MeetingShape,
    ReturnVisitShape,
    SideShape,
    event_of,
    inputs_named,
    members_of,
    shape_of,
)
from gezhi.disputes.models import Dispute, DisputeQuerySet, Side
from gezhi.disputes.queries import steps_for
from gezhi.disputes.roles import SIDES
from gezhi.disputes.workflow import ENDED, DisputeStage
from gezhi.disputes.worklist import ClockState, by_clock
from gezhi.kernel.access import Actor
from gezhi.kernel.http.inputs import LARGEST_ID, ApiRequest, Id, about, in_path, only_known, said
from gezhi.kernel.http.pages import Paging, page_of_rows
from gezhi.kernel.http.repeats import reply
from gezhi.kernel.models import Event

Key = Annotated[int, in_path(_("纠纷的 id。"))]


class DisputeFilters(BaseModel):
    stage: Annotated[list[DisputeStage], about(_("阶段，可重复；不填为未结案的。"))] = []
    desk: Annotated[Id | None, about(_("岗台的 id。"))] = None
    area: Annotated[
        str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})?$"), about(_("区域代码，含下级。"))
    ] = ""
    type: Annotated[Id | None, about(_("类型的 id。"))] = None
    clock: Annotated[ClockState | None, about(_("只看未结案的：快到期、已超期、申请延期。"))] = None
    mediator: Annotated[Literal["me"] | None, about(_("me：我调解的。"))] = None


class PossibleDisputeSteps(BaseModel):
    version: int
    stage: DisputeStage
    steps: list[PossibleStep]


def dispute_of(actor: Actor, key: int) -> Dispute:
    if not 0 < key <= LARGEST_ID:
        raise missing()
    return get_dispute(actor, key)


def selected(filters: DisputeFilters, request: ApiRequest) -> tuple[DisputeQuerySet, tuple[str, ...]]:
    """The rows and their order: what is due first where only open ones are asked for, otherwise the newest first."""
    rows = Dispute.objects.visible_to(request.auth)
    is_open = set(filters.stage).isdisjoint(ENDED)
    if is_open:
        rows = rows.open()
    if filters.stage:
        rows = rows.filter(stage__in=sorted(filters.stage))
    exact = {
        "desk_id": filters.desk,
        "type_id": filters.type,
        "mediator_id": request.auth.user_id if filters.mediator else None,
    }
    rows = rows.filter(**{column: value for column, value in exact.items() if value is not None})
    if filters.area:
        rows = rows.within(filters.area)
    if filters.clock is not None:
        rows = rows.open().filter(by_clock(filters.clock, request.at))
    return rows, ("due_at", "pk") if is_open else ("-pk",)


def list_disputes(request: ApiRequest, filters: Query[DisputeFilters], paging: Query[Paging]) -> HttpResponse:
    """Disputes that the actor may see, a page at a time. Sealed words are not even read."""
    only_known(request, DisputeFilters, Paging)
    rows, order = selected(filters, request)
    rows = rows.select_related("mediator").defer("account", "agreement")
    found, link = page_of_rows(request, paging, rows, order=order)
    return reply(DisputePage(items=[shape_of(dispute, request.at) for dispute in found], next=link))


def read_dispute(request: ApiRequest, key: Key) -> HttpResponse:
    """One dispute: its sides by role, its meetings and visits by day."""
    dispute = dispute_of(request.auth, key)
    sides = [
        SideShape(
            role=SIDES[side.position - 1][0],
            label=str(SIDES[side.position - 1][1]),
            kind=side.kind,
            has_contact=bool(side.name or side.phone),
        )
        for side in Side.objects.filter(dispute=dispute).order_by("position")
    ]
    meetings = dispute.meetings.order_by("pk").values_list("held_on", "present")
    visits = dispute.visits.order_by("pk").values_list("visited_on", "kept")
    whole = DisputeWhole(
        **members_of(dispute, request.at),
        sides=sides,
        meetings=[MeetingShape(held_on=on, present=present) for on, present in meetings],
        visits=[ReturnVisitShape(visited_on=on, kept=kept) for on, kept in visits],
    )
    return reply(whole, version=dispute.version)


def read_timeline(request: ApiRequest, key: Key, paging: Query[Paging]) -> HttpResponse:
    """What happened, first to last, without a word of what was said."""
    only_known(request, Paging)
    dispute = dispute_of(request.auth, key)
    events = Event.objects.filter(subject_kind=Dispute.subject_kind, subject_id=dispute.pk)
    found, link = page_of_rows(request, paging, events, order=("seq",))
    return reply(DisputeEventPage(items=[event_of(event) for event in found], next=link), version=dispute.version)


def possible_steps(request: ApiRequest, key: Key) -> HttpResponse:
    """What the actor may do with this dispute now."""
    dispute = dispute_of(request.auth, key)
    steps = []
    for step in steps_for(dispute, request.auth, request.at):
        needs, offers = inputs_named(step)
        steps.append(
            PossibleStep(
                name=step.name,
                label=str(step.label),
                needs=needs,
                offers=offers,
                href=reverse(f"api:dispute_{step.name}", args=[dispute.pk]),
                is_forward=step.tone == "forward",
            )
        )
    answer = PossibleDisputeSteps(version=dispute.version, stage=DisputeStage(dispute.stage), steps=steps)
    return reply(answer, version=dispute.version)


def add_to(router: Router) -> None:
    router.get(
        "/disputes",
        response=DisputePage,
        operation_id="list_disputes",
        **said(_("矛盾纠纷列表"), _("只有未结案的按到期先后；含已结案的按新旧。没有按词语查找：内容不进索引。")),
    )(list_disputes)
    router.get(
        "/disputes/{key}",
        response=DisputeWhole,
        operation_id="get_dispute",
        **said(_("一件矛盾纠纷"), _("当事方只有方位。正文、协议和联系方式不经接口给出。")),
    )(read_dispute)
    router.get(
        "/disputes/{key}/timeline",
        response=DisputeEventPage,
        operation_id="get_dispute_timeline",
        **said(_("调解过程"), _("从头到尾发生的事，不含说过的话。")),
    )(read_timeline)
    router.get(
        "/disputes/{key}/steps",
        response=PossibleDisputeSteps,
        operation_id="get_possible_dispute_steps",
        **said(_("现在能做的步骤"), _("needs 必填，offers 可填；href 是做这一步的地址。")),
    )(possible_steps)
