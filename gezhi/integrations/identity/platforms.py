"""The port behind which platforms stand that people are signed in to already: a code for an identity, a message to one.

A platform is a module of its own that enters an adapter here under its key (`weixin`). Its host is a setting, so that a district can
go through its own gateway and tests through a small fake.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.refusals import Missing, Refused

PATIENCE = 5.0
LARGEST_ANSWER = 64 * 1024


class Unreachable(Exception):
    """The platform did not answer, or with something that is no answer. Trying again later makes sense."""


class Unwanted(Exception):
    """The platform will not deliver this message however often it is sent: the person has not asked for it, or has left."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a person has asked to be told: a template of the platform, its short values, the page that it opens."""

    template: str
    values: Mapping[str, str]
    page: str


class Platform(Protocol):
    """`is_on` says whether the district has set it up. `exchange` raises `Refused` for a bad code, `Unreachable` for a silent platform."""

    key: str
    label: Any

    def is_on(self) -> bool: ...

    def exchange(self, code: str) -> str:
        """The lasting identity, by the platform's own word, of who holds this short-lived code."""
        ...

    def send(self, identity: str, message: Message) -> None: ...


PLATFORMS: dict[str, Platform] = {}


def enter(platform: Platform) -> None:
    assert PLATFORMS.setdefault(platform.key, platform) is platform, platform.key


def get_platform(key: str) -> Platform:
    """Raises `Missing` for one that is unknown or not set up."""
    platform = PLATFORMS.get(key)
    if platform is None or not platform.is_on():
        raise Missing("no_such_platform", _("没有接入这个平台。"))
    return platform


BAD_CODE = Refused("bad_code", _("平台没有认出这次登录，请退出小程序再打开一次。"), field="code")


def ask(
    host: str, path: str, query: Mapping[str, str], body: Any = None, *, opener: Callable[..., Any] = urlopen
) -> dict[str, Any]:
    """The JSON object that a platform answers. Raises `Unreachable`; what was asked is in no error, because secrets stand in it."""
    data = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
    address = f"{host.rstrip('/')}{path}?{urlencode(query)}"
    request = Request(address, data, {"Content-Type": "application/json"} if data else {})  # noqa: S310 - from a setting
    try:
        with opener(request, timeout=PATIENCE) as answer:
            told = json.loads(answer.read(LARGEST_ANSWER))
    except (HTTPError, URLError, OSError, ValueError):
        raise Unreachable(path) from None
    if not isinstance(told, dict):
        raise Unreachable(path)
    return told
