"""WeChat mini-programs 微信小程序: a code for an openid, subscription messages. By the platform's public description of `code2Session`,
`getStableAccessToken` and `subscribeMessage.send`.
"""

import threading
import time
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.integrations.identity.platforms import BAD_CODE, Message, Unreachable, Unwanted, ask, enter

BAD_CODES = {40029, 40163, 40226}
STALE_TOKENS = {40001, 40014, 42001}
# Not asked for any more, no such person, page or template not known: sending again would say the same.
NEVER = {40003, 43101, 47003, 40037}
# The platform counts characters: a value that is longer is refused whole.
LONGEST_VALUE = 20
A_LITTLE_BEFORE = 300.0


class Weixin:
    key = "weixin"
    label = _("微信小程序")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.token, self.good_until = "", 0.0

    def is_on(self) -> bool:
        return bool(settings.WEIXIN_APP_ID and settings.WEIXIN_SECRET)

    def exchange(self, code: str) -> str:
        query = {
            "appid": settings.WEIXIN_APP_ID,
            "secret": settings.WEIXIN_SECRET,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        told = ask(settings.WEIXIN_HOST, "/sns/jscode2session", query)
        if told.get("errcode") in BAD_CODES:
            raise BAD_CODE
        identity = told.get("openid")
        if told.get("errcode") or not isinstance(identity, str) or not identity:
            raise Unreachable("jscode2session")
        # The session key opens what the platform keeps of this person. We want none of it, so it is forgotten here.
        return identity

    def send(self, identity: str, message: Message) -> None:
        body = {
            "touser": identity,
            "template_id": message.template,
            "page": message.page,
            "data": {name: {"value": value[:LONGEST_VALUE]} for name, value in message.values.items()},
        }
        told = self.told(body)
        if told.get("errcode") in STALE_TOKENS:
            self.forget()
            told = self.told(body)
        if told.get("errcode") in NEVER:
            raise Unwanted(str(told["errcode"]))
        if told.get("errcode"):
            raise Unreachable("subscribe/send")

    def told(self, body: Mapping[str, Any]) -> dict[str, Any]:
        query = {"access_token": self.access_token()}
        return ask(settings.WEIXIN_HOST, "/cgi-bin/message/subscribe/send", query, body)

    def access_token(self) -> str:
        """Of the program, not of a person; good for two hours, so it is kept."""
        with self.lock:
            if time.monotonic() < self.good_until:
                return self.token
            body = {
                "grant_type": "client_credential",
                "appid": settings.WEIXIN_APP_ID,
                "secret": settings.WEIXIN_SECRET,
            }
            told = ask(settings.WEIXIN_HOST, "/cgi-bin/stable_token", {}, body)
            token, span = told.get("access_token"), told.get("expires_in")
            if not isinstance(token, str) or not isinstance(span, int):
                raise Unreachable("stable_token")
            self.token, self.good_until = token, time.monotonic() + max(span - A_LITTLE_BEFORE, 0)
            return token

    def forget(self) -> None:
        with self.lock:
            self.good_until = 0.0


WEIXIN = Weixin()
enter(WEIXIN)
