"""Who asks: a program by its token, or a browser by its session. Either becomes the `Actor` in `request.auth`."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from gezhi.accounts.tokens import user_for
from gezhi.kernel.access import Actor
from gezhi.kernel.http.problems import Unknown
from gezhi.kernel.refusals import Refused
from gezhi.people.access import actor_for
from gezhi.web.middleware import DeskRequest


class NotFromHere(Refused):
    """A session without its CSRF token: perhaps another site sends this. HTTP 403."""

    status = 403


class Token(HttpBearer):
    """`Authorization: Bearer gezhi_...`; two statements. A token that does not hold is refused, also where a session would do."""

    openapi_description = _("由系统管理员发放的接口令牌。")

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        at = cast(DeskRequest, request).at
        user = user_for(token.strip(), at=at)
        if user is None:
            raise Unknown("bad_token", _("接口令牌不对、已到期或已作废。请向系统管理员换一个。"))
        return actor_for(user, at=at)


class Session(AuthBase):
    """The cookie of somebody signed in. Whatever changes something needs the CSRF token in `X-CSRFToken`."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = settings.SESSION_COOKIE_NAME
    openapi_description = _("登录后的会话；会改动内容的请求要在 X-CSRFToken 里带上 CSRF 令牌。")

    def __call__(self, request: HttpRequest) -> Actor | None:
        if not request.user.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise NotFromHere("csrf", _("请求没有带上页面的 CSRF 令牌，不能确认是您本人做的。请刷新页面再试。"))
        return cast(DeskRequest, request).actor
