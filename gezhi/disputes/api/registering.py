"""A dispute taken down by a program. Whom to call is taken down on the page alone."""

from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router
from pydantic import AwareDatetime, BaseModel, Field

from gezhi.cases.api.reporting import EARLIEST
from gezhi.disputes.access import get_dispute
from gezhi.disputes.actions import Draft, SideDraft, register
from gezhi.disputes.api.shapes import DisputeShape, TypeList, TypeShape, shape_of
from gezhi.disputes.models import SideKind
from gezhi.disputes.queries import types
from gezhi.disputes.roles import FEWEST_SIDES, MOST_SIDES
from gezhi.kernel.http.inputs import ApiRequest, Body, Id, Text, about, said
from gezhi.kernel.http.repeats import reply, reply_once
from gezhi.kernel.texts import LONGEST_TEXT

Kinds = Annotated[list[Annotated[SideKind, Field(strict=False)]], Field(min_length=FEWEST_SIDES, max_length=MOST_SIDES)]


class DisputeIn(Body):
    type_id: Id
    account: Annotated[
        Text, Field(min_length=1, max_length=LONGEST_TEXT), about(_("因为什么起了纠纷；不能写身份证号码。"))
    ]
    area_code: Annotated[Text, Field(max_length=20), about(_("6、9、12 或 15 位区域代码；由事件引出的可不填。"))] = ""
    sides: Annotated[Kinds, about(_("各方是个人、多人还是单位，依次为甲方、乙方……"))] = [
        SideKind.PERSON,
        SideKind.PERSON,
    ]
    mediator_id: Annotated[Id | None, about(_("指定的调解员；不填则由当地的调解员接受。"))] = None
    case_id: Annotated[Id | None, about(_("由哪个事件引出。"))] = None
    reported_at: Annotated[
        Annotated[AwareDatetime, Field(strict=False, ge=EARLIEST)] | None,
        about(_("当事方提出的时刻，早于登记时填写；调解期限从这时算起。")),
    ] = None


def take_in(request: ApiRequest, draft: DisputeIn) -> HttpResponse:
    actor, at = request.auth, request.at
    facts = draft.model_dump(exclude={"sides"})

    def do() -> tuple[int, BaseModel]:
        sides = tuple(SideDraft(kind=kind) for kind in draft.sides)
        dispute = register(Draft(**facts, sides=sides), actor=actor, at=at)
        return 201, shape_of(get_dispute(actor, dispute.pk), at)

    return reply_once(request, f"user:{actor.user_id}", draft.model_dump(mode="json"), do, at=at)


def list_types(request: ApiRequest) -> HttpResponse:
    """The dictionary of types."""
    items = [
        TypeShape(id=one.id, code=one.code, label=one.name, is_confirmed=one.is_confirmed, is_active=one.is_active)
        for one in types().values()
    ]
    return reply(TypeList(items=items))


def add_to(router: Router) -> None:
    router.post(
        "/disputes",
        response={201: DisputeShape},
        operation_id="register_dispute",
        **said(_("登记矛盾纠纷"), _("当事方只写方位，不写姓名；联系方式在页面上登记。")),
    )(take_in)
    router.get(
        "/disputes/types",
        response=TypeList,
        operation_id="list_dispute_types",
        **said(_("纠纷类型"), _("区里确认过的为已确认，其余待确认。")),
    )(list_types)
