"""What the field work's endpoints share: a finding that comes in, an instant of a device, a place that goes out."""

from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import AwareDatetime, BaseModel, Field

from gezhi.cases.api.files import FileWord, files_of
from gezhi.cases.api.shapes import PlaceName
from gezhi.cases.models import Kind
from gezhi.fieldwork.actions import Finding
from gezhi.fieldwork.models import AddressPoint
from gezhi.fieldwork.queries import CountsOfMonths
from gezhi.kernel.http.inputs import ApiRequest, Body, Id, Moment, Text, about, in_path
from gezhi.kernel.inputs import MOST_FILES
from gezhi.kernel.secrets import blind_index
from gezhi.kernel.texts import LONGEST_TEXT, LONGEST_TITLE
from gezhi.territory.queries import name_path

Pk = Annotated[int, in_path(_("id。"))]
RowKey = Annotated[
    Annotated[UUID, Field(strict=False)], about(_("由手机生成的 UUID；同一个只收一次，再发得到同一条。"))
]
DoneAt = Annotated[
    Annotated[AwareDatetime, Field(strict=False)] | None,
    about(_("手机上的时刻，只记录，不用来算时限；以收到的时刻为准。")),
]
Area = Annotated[str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})?$"), about(_("区域代码，含下级。"))]
Prose = Annotated[Text, Field(max_length=LONGEST_TEXT)]
MonthNumber = Annotated[int, Field(ge=200001, le=219912), about(_("年月，如 202603。"))]


class FoundIn(Body):
    """A problem, an opinion or a request that was found; it becomes a case at once. With `result` it was solved on the spot."""

    text: Annotated[Text, Field(min_length=1, max_length=LONGEST_TEXT), about(_("情况。"))]
    kind: Annotated[Annotated[Kind, Field(strict=False)], about(_("problem、opinion 或 request。"))] = Kind.PROBLEM
    title: Annotated[Text, Field(max_length=LONGEST_TITLE)] = ""
    matter_id: Id | None = None
    result: Annotated[Prose, about(_("当场怎样解决的；填了就是即查即办，要有事项。"))] = ""
    answer: Annotated[Prose, about(_("怎样告诉对方的。"))] = ""
    reporter_name: Annotated[Text, Field(max_length=40)] = ""
    reporter_phone: Annotated[Text, Field(max_length=30)] = ""
    may_be_contacted: Annotated[bool, about(_("对方同意联系；没有同意就不能留称呼和电话。"))] = False
    is_emergency: bool = False
    files: Annotated[list[FileWord], Field(max_length=MOST_FILES)] = []


def finding_of(given: FoundIn | None, request: ApiRequest) -> Finding | None:
    if given is None:
        return None
    facts: dict[str, Any] = dict(given)
    files = files_of(facts.pop("files"), request.auth, at=request.at.timestamp())
    return Finding(**facts | {"kind": given.kind.value, "files": files})


def content_of(given: BaseModel) -> dict[str, Any]:
    """What a replay is compared by. Who may be contacted stands under the blind index: a plain fingerprint of a phone could be found by trying."""
    content = given.model_dump(mode="json")
    found = content.get("finding")
    if found:
        who = f"{found.pop('reporter_name')}\n{found.pop('reporter_phone')}"
        found["who"] = blind_index(who, context="fieldwork.api")
    return content


def place_name(code: str) -> PlaceName:
    return PlaceName(code=code, name=name_path(code))


class AddressPointShape(BaseModel):
    id: int
    key: UUID
    area: PlaceName
    building: str
    unit: str
    door: str
    label: str
    lng: float | None
    lat: float | None


def address_point_of(point: AddressPoint) -> AddressPointShape:
    return AddressPointShape(
        id=point.pk,
        key=point.key,
        area=place_name(point.place_code),
        building=point.building,
        unit=point.unit,
        door=point.door,
        label=point.label,
        lng=point.lng,
        lat=point.lat,
    )


class CountLine(BaseModel):
    code: str
    name: str
    total: Annotated[int | None, about(_("null 为数字太小，不对外给出。"))]
    with_finding: int | None
    by_month: list[int | None]


class Counts(BaseModel):
    area: PlaceName
    months: list[int]
    total: CountLine
    lines: list[CountLine]
    by_trigger: dict[str, int]
    by_need: dict[str, int]


def counts_of(found: CountsOfMonths) -> Counts:
    def line(one: Any) -> CountLine:
        return CountLine(
            code=one.code, name=one.name, total=one.total, with_finding=one.with_more, by_month=list(one.by_month)
        )

    return Counts(
        area=place_name(found.area),
        months=list(found.months),
        total=line(found.total),
        lines=[line(one) for one in found.lines],
        by_trigger=found.by_trigger,
        by_need=found.by_need,
    )


__all__ = [
    "Area",
    "DoneAt",
    "FoundIn",
    "Moment",
    "MonthNumber",
    "Pk",
    "RowKey",
]
