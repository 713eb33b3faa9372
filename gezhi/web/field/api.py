"""The door for phones: enrolling, photos in pieces, and the one address by which they synchronise. See docs/field-sync.md."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router
from pydantic import AwareDatetime, BaseModel, Field

from gezhi.accounts.models import User
from gezhi.cases.access import get_case
from gezhi.fieldwork.actions.phones import end_phone, enrol, is_to_be_wiped
from gezhi.fieldwork.models import Phone
from gezhi.fieldwork.sync.applying import Kept, Outcome, Round, sender_of
from gezhi.kernel import uploads
from gezhi.kernel.access import Actor
from gezhi.kernel.http.crowd import Gate
from gezhi.kernel.http.door import NEVER_REPLAYED
from gezhi.kernel.http.inputs import ApiRequest, Body, Id, Moment, Text, about, said
from gezhi.kernel.http.repeats import reply
from gezhi.kernel.refusals import Missing, Refused
from gezhi.web.field.holding import different, shown
from gezhi.web.field.parts import changed

router = Router(tags=["field"])
MOST_COMMANDS, MOST_HELD = 50, 1_000
# A shift ends and three hundred phones find the network at once: they wait for each other, and nobody at a desk waits for them.
PHONES = Gate(3)


# --- phones ---------------------------------------------------------------------------------------------------------


class PhoneIn(Body):
    label: Annotated[Text, Field(min_length=1, max_length=40), about(_("这部手机叫什么，例如“工作手机”。"))]


class PhoneShape(BaseModel):
    id: int
    label: str
    expires_at: Moment
    ended_at: Moment | None


class Enrolled(PhoneShape):
    token: Annotated[str, about(_("这部手机以后凭它办事；只给这一次。"))]


class Phones(BaseModel):
    phones: list[PhoneShape]


class FateIn(Body):
    token: Annotated[Text, Field(min_length=1, max_length=100)]


class Fate(BaseModel):
    fate: Annotated[Literal["wipe", "sign_in"], about(_("wipe：已停用，清除全部数据；sign_in：重新登录即可。"))]


def myself(actor: Actor) -> int:
    assert actor.user_id is not None, "behind the door everybody is somebody"
    return actor.user_id


def phone_members(phone: Phone) -> dict[str, Any]:
    return {"id": phone.pk, "label": phone.label, "expires_at": phone.token.expires_at, "ended_at": phone.ended_at}


@router.post(
    "/field/phones",
    response={201: Enrolled},
    operation_id="enrol_phone",
    openapi_extra=NEVER_REPLAYED,
    **said(_("登记手机"), _("登录的人登记自己的手机，得到只在这部手机上用的令牌。")),
)
def enrol_phone(request: ApiRequest, phone: PhoneIn) -> HttpResponse:
    actor, at = request.auth, request.at
    made, token = enrol(User.objects.get(pk=myself(actor)), actor=actor, at=at, label=phone.label)
    return reply(Enrolled(**phone_members(made), token=token), 201)


@router.get(
    "/field/phones", response=Phones, operation_id="list_phones", **said(_("我的手机"), _("自己登记过的手机。"))
)
def list_phones(request: ApiRequest) -> HttpResponse:
    rows = Phone.objects.filter(user_id=myself(request.auth)).select_related("token").order_by("pk")
    return reply(Phones(phones=[PhoneShape(**phone_members(phone)) for phone in rows]))


@router.post(
    "/field/phones/{phone_id}/end",
    response=PhoneShape,
    operation_id="end_phone",
    openapi_extra=NEVER_REPLAYED,
    **said(_("停用手机"), _("丢失或交回。令牌立刻失效，手机下次连上时清除数据。")),
)
def end(request: ApiRequest, phone_id: Id) -> HttpResponse:
    phone = Phone.objects.filter(pk=phone_id, user_id=myself(request.auth)).select_related("token").first()
    if phone is None:
        raise Missing("no_such_phone", _("没有这部手机，或者它不是您的。"))
    end_phone(phone, actor=request.auth, at=request.at)
    return reply(PhoneShape(**phone_members(phone)))


@router.post(
    "/field/phones/fate",
    auth=None,
    response=Fate,
    operation_id="ask_fate",
    openapi_extra=NEVER_REPLAYED,
    **said(_("令牌失效以后"), _("手机凭旧令牌问：要清除，还是重新登录。")),
)
def fate(request: HttpRequest, asked: FateIn) -> HttpResponse:
    return reply(Fate(fate="wipe" if is_to_be_wiped(asked.token) else "sign_in"))


# --- photos ---------------------------------------------------------------------------------------------------------


class Arrived(BaseModel):
    received: int
    is_kept: bool


def arrival_of(arrival: uploads.Arrival) -> HttpResponse:
    return reply(Arrived(received=arrival.received, is_kept=arrival.is_kept))


@router.get(
    "/field/photos/{sha256}",
    response=Arrived,
    operation_id="get_photo_progress",
    **said(_("照片收到多少"), _("断了以后从这里接着传。")),
)
def photo(request: ApiRequest, sha256: str) -> HttpResponse:
    return arrival_of(uploads.arrived(sender_of(request.auth), sha256))


@router.patch(
    "/field/photos/{sha256}",
    response=Arrived,
    operation_id="send_photo_piece",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
    **said(_("传照片的一段"), _("从 offset 起的一段，最大 256 KB；位置不对时 409 并说明已收到多少。")),
)
def photo_piece(
    request: ApiRequest, sha256: str, offset: Annotated[int, Field(ge=0)], size: Annotated[int, Field(ge=1)]
) -> HttpResponse:
    arrival = uploads.receive(sender_of(request.auth), sha256, request.body, offset=offset, size=size, at=request.at)
    return arrival_of(arrival)


# --- synchronising --------------------------------------------------------------------------------------------------


class CommandIn(Body):
    id: Annotated[UUID, Field(strict=False)]
    name: Annotated[Text, Field(min_length=1, max_length=40)]
    subject: Annotated[
        Id | Annotated[UUID, Field(strict=False)] | None, about(_("事件等的 id，或者造出它的那一条的 id。"))
    ] = None
    seen: Annotated[Annotated[int, Field(ge=1, le=2**31 - 1)] | None, about(_("当时看到的版本。"))] = None
    after: Annotated[Annotated[UUID, Field(strict=False)] | None, about(_("接在自己的哪一条后面；代替 seen。"))] = None
    done_at: Annotated[
        Annotated[AwareDatetime, Field(strict=False)] | None, about(_("手机上的时刻，只记下，不用来算时限。"))
    ] = None
    data: dict[str, Any] = {}


class HaveIn(Body):
    stamps: dict[Annotated[str, Field(max_length=20)], Annotated[str, Field(max_length=40)]] = {}
    cases: Annotated[
        dict[Annotated[str, Field(pattern=r"^[0-9]{1,18}$")], int],
        Field(max_length=MOST_HELD),
        about(_("手上每一件的 id 和版本。")),
    ] = {}


class SyncIn(Body):
    commands: Annotated[list[CommandIn], Field(max_length=MOST_COMMANDS)] = []
    have: HaveIn = HaveIn()


class ResultShape(BaseModel):
    id: UUID
    state: Literal["done", "already", "conflict", "refused", "waiting", "skipped"]
    kind: str
    subject: int | None
    version: int | None
    code: str
    message: str
    field: str | None
    now: Annotated[dict[str, Any] | None, about(_("冲突时，这一件现在的样子；看不到了为 null。"))]


class PhonePartShape(BaseModel):
    stamp: str
    content: Any


class Synced(BaseModel):
    at: Moment
    results: list[ResultShape]
    parts: dict[str, PhonePartShape]
    cases: list[dict[str, Any]]
    gone: list[int]
    more: Annotated[bool, about(_("还有没给完的，马上再来一次。"))]


@router.post(
    "/field/sync",
    response=Synced,
    operation_id="sync_phone",
    openapi_extra=NEVER_REPLAYED,
    **said(_("同步"), _("交上离线时办的事，取回有变化的内容。每一条各在一个事务里，同一条再来一次只办一次。")),
)
def sync(request: ApiRequest, wanted: SyncIn) -> HttpResponse:
    with PHONES.entered():
        return reply(synchronised(request.auth, wanted, request.at))


def synchronised(actor: Actor, wanted: SyncIn, at: datetime) -> Synced:
    outcomes = Round(actor, at).apply([kept_of(command) for command in wanted.commands])
    # What can wait comes when nothing else is asked for: not with the first contact, and not with a day's work.
    is_idle = bool(wanted.have.stamps) and not wanted.commands
    parts = changed(actor, at, wanted.have.stamps, is_idle=is_idle)
    cases, gone, more = different(actor, at, {int(key): version for key, version in wanted.have.cases.items()})
    return Synced(
        at=at,
        results=[result_of(outcome, actor, at) for outcome in outcomes],
        parts={name: PhonePartShape(stamp=part.stamp, content=part.content) for name, part in parts.items()},
        cases=cases,
        gone=gone,
        more=more,
    )


def kept_of(command: CommandIn) -> Kept:
    if command.seen is not None and command.after is not None:
        raise Refused("seen_or_after", _("seen 和 after 只能写一个。"), field="after")
    return Kept(command.id, command.name, command.data, command.subject, command.seen, command.after, command.done_at)


def result_of(outcome: Outcome, actor: Actor, at: datetime) -> ResultShape:
    return ResultShape(
        id=outcome.key,
        state=outcome.state,
        kind=outcome.kind,
        subject=outcome.subject,
        version=outcome.version,
        code=outcome.code,
        message=outcome.message,
        field=outcome.field,
        now=as_it_stands(outcome, actor, at) if outcome.state == "conflict" else None,
    )


def as_it_stands(outcome: Outcome, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """The case of a conflict as it is now, as far as the person may still see it."""
    if outcome.subject is None:
        return None
    try:
        case = get_case(actor, outcome.subject)
    except Missing:
        return None
    return next(iter(shown([case.pk], actor, at)), None)
