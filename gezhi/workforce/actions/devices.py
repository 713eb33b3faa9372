"""Work phones: entered, handed out, given back, lost. A lost one takes its holder's sessions and its own tokens with it, at once."""

import re
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.accounts.actions import end_sessions, revoke_token
from gezhi.accounts.models import ApiToken, User
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.secrets import blind_index
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.people.models import Desk
from gezhi.workforce.models import Device, DeviceToken
from gezhi.workforce.models.equipment import DeviceState

RIGHT = "equipment.edit"
CONTEXT = "workforce.device.imei"
DIGITS = re.compile(r"[0-9]{15}", re.ASCII)
# Ends sessions and tokens of a phone whoever reports it lost: it may not wait until somebody with the right over accounts is found.
LOSS = Actor.system("设备挂失")


def imei_index(imei: str) -> str:
    """The keyed hash by which a phone is found again. Raises `Refused` unless these are fifteen digits whose last one checks the others."""
    digits = re.sub(r"[\s/-]", "", imei)
    if not DIGITS.fullmatch(digits) or luhn(digits) % 10:
        raise Refused("no_imei", _("IMEI 是 15 位数字，请核对手机拨号盘上 *#06# 显示的号码。"), field="imei")
    return blind_index(digits, context=CONTEXT)


def luhn(digits: str) -> int:
    """The check sum of phones and cards: every second digit doubled."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total


def enter_device(
    *, actor: Actor, at: datetime, desk: Desk, imei: str, model: str, number: str, sim: str = ""
) -> Device:
    """Enter a phone in the register of a desk. Its IMEI is hashed at once and kept nowhere."""
    actor.require(RIGHT, area=desk.area.code, desk_id=desk.pk)
    index = imei_index(imei)
    model = typed(model, field="model", longest=60, empty=_("请填写型号。"))
    number = typed(number, field="number", longest=30, empty=_("请填写资产编号。"))
    sim = typed(sim, field="sim", longest=20)
    with unit():
        with first_come("device_there", _("这部手机或这个资产编号已经登记过了。"), field="imei"):
            device = Device.objects.create(imei_index=index, model=model, number=number, sim=sim, desk=desk, version=1)
        found(device, Fact("device.entered", {"desk": desk.pk}), actor=actor, at=at)
    return device


def hand_out(device: Device, user: User, *, actor: Actor, at: datetime) -> None:
    """Hand a phone from the store to somebody."""
    require_here(device, actor)
    require_state(device, DeviceState.IN_STORE)
    if not user.is_active:
        raise Refused("retired", _("账号已停用。"), field="user")
    changes = {"state": DeviceState.ISSUED, "holder_id": user.pk}
    moved(device, Fact("device.issued", {"user": user.pk}), changes, actor=actor, at=at)


def take_back(device: Device, *, actor: Actor, at: datetime) -> None:
    """It comes back to the store: its tokens end, its holder signs in on the next one."""
    require_here(device, actor)
    if device.state not in (DeviceState.ISSUED, DeviceState.LOST):
        raise Refused("wrong_stage", _("这部手机不在别人手里。"))
    with unit():
        fact = Fact("device.returned", {"user": device.holder_id, "was": device.state})
        end_tokens(device, at=at)
        moved(device, fact, {"state": DeviceState.IN_STORE, "holder_id": None}, actor=actor, at=at)


def report_lost(device: Device, *, actor: Actor, at: datetime, note: str = "") -> int:
    """The phone is lost: the holder's sessions end everywhere, tokens on it are revoked. The holder, or `equipment.edit`; how many tokens ended.

    All in one transaction: when this returns, whoever has the phone is out.
    """
    if device.holder_id is None or device.holder_id != actor.user_id:
        require_here(device, actor)
    require_state(device, DeviceState.ISSUED)
    note = typed(note, field="note", longest=200)
    with unit():
        fact = Fact("device.lost", {"user": device.holder_id}, note)
        moved(device, fact, {"state": DeviceState.LOST}, actor=actor, at=at)
        assert device.holder_id is not None, "a constraint holds it to the state"
        end_sessions(User.objects.get(pk=device.holder_id), actor=LOSS, at=at)
        return end_tokens(device, at=at)


def retire(device: Device, *, actor: Actor, at: datetime, note: str) -> None:
    """Out of use for good: broken, or lost and not found again."""
    require_here(device, actor)
    if device.state not in (DeviceState.IN_STORE, DeviceState.LOST):
        raise Refused("wrong_stage", _("请先收回这部手机。"))
    note = typed(note, field="note", longest=200, empty=_("请写明理由。"))
    changes = {"state": DeviceState.RETIRED, "holder_id": None}
    moved(device, Fact("device.retired", note=note), changes, actor=actor, at=at)


def bind_token(device: Device, token: ApiToken, *, actor: Actor, at: datetime) -> DeviceToken:
    """Say that a token of the holder lives on this phone, so that it ends with it."""
    require_here(device, actor)
    require_state(device, DeviceState.ISSUED)
    if token.user_id != device.holder_id or token.revoked_at is not None:
        raise Refused("no_such_token", _("只能绑定持有人自己有效的令牌。"), field="token")
    with unit():
        advance(device, Fact("device.token_bound", {"token": token.pk}), actor=actor, at=at)
        with first_come("token_bound", _("这个令牌已经绑定在别的手机上。"), field="token"):
            return DeviceToken.objects.create(device=device, token=token)


def end_tokens(device: Device, *, at: datetime) -> int:
    bound = [one.token for one in DeviceToken.objects.filter(device=device).select_related("token")]
    live = [token for token in bound if token.revoked_at is None]
    for token in live:
        revoke_token(token, actor=LOSS, at=at)
    return len(live)


def require_here(device: Device, actor: Actor) -> None:
    actor.require(RIGHT, area=device.desk.area.code, desk_id=device.desk_id)


def require_state(device: Device, state: DeviceState) -> None:
    if device.state != state:
        words = _("这部手机现在是“%(state)s”，不能这样办理。") % {"state": DeviceState(device.state).label}
        raise Refused("wrong_stage", words)


def moved(device: Device, fact: Fact, changes: dict[str, Any], *, actor: Actor, at: datetime) -> None:
    with unit():
        advance(device, fact, actor=actor, at=at, changes=changes)
        device._state.fields_cache.pop("holder", None)
