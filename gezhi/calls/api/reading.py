"""Reading calls: the list, one of them, and the departments' response table."""

from datetime import date
from typing import Annotated, Literal

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.calls.access import get_call, get_file, missing
from gezhi.calls.api.shapes import CallPage, CallShape, TableShape, line_of, row_of, shape_of
from gezhi.calls.assessment import Period, response_table
from gezhi.calls.joint import Joint
from gezhi.calls.models import IS_OPEN, Call
from gezhi.calls.queries import is_late
from gezhi.calls.workflow import Phase
from gezhi.cases.api.files import FILE_ANSWER, sent
from gezhi.kernel.http.inputs import LARGEST_ID, ApiRequest, Id, about, in_path, only_known, said
from gezhi.kernel.http.pages import Paging, page_of_rows
from gezhi.kernel.http.repeats import reply

CallId = Annotated[int, Field(ge=1, le=LARGEST_ID), in_path(_("呼叫的 id。"))]


class CallFilters(BaseModel):
    """All of them narrow; several phases widen."""

    phase: Annotated[list[Phase], about(_("阶段，可重复。"))] = []
    state: Annotated[Literal["open", "ended", "all"], about(_("没有写 phase 时：未销号、已结束或全部。"))] = "open"
    street: Annotated[Id | None, about(_("呼叫的街道：岗台的 id。"))] = None
    department: Annotated[Id | None, about(_("参加的部门：岗台的 id。"))] = None
    case: Annotated[Id | None, about(_("所呼事件的 id。"))] = None
    late: Annotated[bool | None, about(_("有没有超时。"))] = None


class PeriodIn(BaseModel):
    first: Annotated[date | None, about(_("第一天；不填为今年 1 月 1 日。"))] = None
    last: Annotated[date | None, about(_("最后一天；不填为今天。"))] = None


def list_calls(request: ApiRequest, filters: Query[CallFilters], paging: Query[Paging]) -> HttpResponse:
    """Calls that the actor may see, the newest first, a page at a time."""
    only_known(request, CallFilters, Paging)
    calls = Call.objects.visible_to(request.auth)
    if filters.phase:
        calls = calls.filter(phase__in=filters.phase)
    elif filters.state != "all":
        calls = calls.filter(IS_OPEN) if filters.state == "open" else calls.exclude(IS_OPEN)
    exact = {"desk_id": filters.street, "parts__desk_id": filters.department, "case_id": filters.case}
    calls = calls.filter(**{column: value for column, value in exact.items() if value is not None})
    if filters.late is not None:
        calls = calls.filter(is_late() if filters.late else ~is_late())
    found, link = page_of_rows(request, paging, calls.distinct(), order=("-pk",))
    return reply(CallPage(items=[row_of(Joint(call, [])) for call in found], next=link))


def read_file(
    request: ApiRequest, call_id: CallId, file_id: Annotated[int, Field(ge=1, le=LARGEST_ID)], small: bool = False
) -> FileResponse:
    """A file through the call that it is attached to."""
    return sent(get_file(request.auth, call_id, file_id).file, small=small)


def read_call(request: ApiRequest, call_id: CallId) -> HttpResponse:
    """One call with the parts of all departments, and what the actor may do now."""
    joint = get_call(request.auth, call_id)
    return reply(shape_of(joint, request.auth, request.at), version=joint.call.version)


def read_response(request: ApiRequest, period: Query[PeriodIn]) -> HttpResponse:
    """The departments' response table over what the actor may see."""
    only_known(request, PeriodIn)
    if not request.auth.has("call.see"):
        raise missing()
    usual = Period.year_of(request.at)
    wanted = Period(period.first or usual.first, period.last or usual.last)
    table = response_table(wanted, request.auth, request.at)
    return reply(TableShape(fewest=table.fewest, lines=[line_of(line) for line in table.lines]))


def add_to(router: Router) -> None:
    router.get(
        "/calls",
        response=CallPage,
        operation_id="list_calls",
        **said(_("呼叫列表"), _("街道看自己的，部门看自己参加的，区里看全部。")),
    )(list_calls)
    router.get(
        "/calls/response",
        response=TableShape,
        operation_id="get_call_response",
        **said(_("部门响应情况"), _("一段时间里各部门的签收、到场、办理用时和得分，每个数都带样本数。")),
    )(read_response)
    router.get(
        "/calls/{call_id}",
        response=CallShape,
        operation_id="get_call",
        **said(_("一次呼叫"), _("各部门的任务、时钟和评分，以及现在能做的步骤。看不到的与没有的一样，都是 404。")),
    )(read_call)
    router.get(
        "/calls/{call_id}/files/{file_id}",
        operation_id="get_call_file",
        **said(_("取呼叫的附件"), _("只能经由看得到的呼叫。small=true 为小图。")),
        openapi_extra=FILE_ANSWER,
    )(read_file)
