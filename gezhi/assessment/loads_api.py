"""The balance of matters and the cost of their forms, by program. Beside `api`, which is about rates."""

from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from gezhi.assessment.matter_loads import balances, burdens
from gezhi.kernel.access import Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.http.inputs import ApiRequest, about, only_known, said
from gezhi.kernel.http.repeats import reply
from gezhi.matters.balance import Mismatch
from gezhi.matters.burden import Every
from gezhi.matters.scope import Scope, scope_of

router = Router(tags=["matters"])
RIGHT = "matter.see"
Street = Annotated[str, Field(pattern=r"^([0-9]{9})?$"), about(_("9 位街道代码；不填为您能看的范围。"))]


class BalanceShape(BaseModel):
    matter_id: int
    code: str
    name: str
    owner_id: int | None
    has_authority: bool
    promised_fen: int
    received_fen: int
    cases: int
    mismatches: list[Mismatch]


class BalanceList(BaseModel):
    year: int
    street: str
    items: list[BalanceShape]


class BalanceFilters(BaseModel):
    year: Annotated[int | None, Field(ge=2000, le=2099), about(_("年度；不填为今年。"))] = None
    street: Street = ""
    mismatched: Annotated[bool, about(_("只要不匹配的。"))] = False


class BurdenShape(BaseModel):
    matter_id: int
    form: str
    every: Every
    times: int
    minutes: int
    fields: list[str]
    declared: Annotated[float, about(_("按申报，每周分钟。"))]
    counted: Annotated[float | None, about(_("按最近十三周真实的件数，每周分钟；没有计数时为 null。"))]
    is_far: bool


class BurdenList(BaseModel):
    items: list[BurdenShape]


class BurdenFilters(BaseModel):
    street: Street = ""


def scope_or_denied(request: ApiRequest) -> Scope:
    if not request.auth.has(RIGHT):
        raise Denied(RIGHT)
    return scope_of(request.auth)


@router.get(
    "/matters/balance",
    response=BalanceList,
    operation_id="list_balances",
    **said(_("权责平衡"), _("每个事项的权限说明、经费和真实事件数，以及哪里不匹配。")),
)
def list_balances(request: ApiRequest, filters: Query[BalanceFilters]) -> HttpResponse:
    only_known(request, BalanceFilters)
    scope = scope_or_denied(request)
    year, street = filters.year or local_day(request.at).year, scope.street(filters.street)
    rows = balances(year, request.at, street=street, only_mismatched=filters.mismatched)
    items = [
        BalanceShape(
            matter_id=row.matter.id,
            code=row.matter.code,
            name=row.matter.name,
            owner_id=row.matter.owner_id,
            has_authority=row.account.has_authority,
            promised_fen=row.account.promised,
            received_fen=row.account.received,
            cases=row.account.cases,
            mismatches=list(row.mismatches),
        )
        for row in rows
        if scope.shows(row.matter.owner_id)
    ]
    return reply(BalanceList(year=year, street=street, items=items))


@router.get(
    "/matters/burden",
    response=BurdenList,
    operation_id="list_burdens",
    **said(_("填表负担"), _("要网格员填的每张表，每周花多少分钟。")),
)
def list_burdens(request: ApiRequest, filters: Query[BurdenFilters]) -> HttpResponse:
    only_known(request, BurdenFilters)
    scope = scope_or_denied(request)
    items = [
        BurdenShape(
            matter_id=row.matter.id,
            form=row.form.name,
            every=Every(row.form.every),
            times=row.form.times,
            minutes=row.form.minutes,
            fields=list(row.form.fields),
            declared=row.declared,
            counted=row.counted,
            is_far=row.is_far,
        )
        for row in burdens(request.at, street=scope.street(filters.street))
        if scope.shows(row.matter.owner_id)
    ]
    return reply(BurdenList(items=items))
