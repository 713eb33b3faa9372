"""How the API says no: RFC 9457 problems, in the reader's language, one for every exception that can reach the door.

`type` is `urn:gezhi:refusal:<code>`; `code` repeats the last part. `detail` says what happened and what to do, `field` names the input it is
about, `errors` lists every wrong input of a request that could not be read.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from random import randint
from typing import Annotated, Any, cast

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from ninja.errors import HttpError, ValidationError
from pydantic import BaseModel, ConfigDict, Field

from gezhi.kernel.access import Denied
from gezhi.kernel.http.crowd import Crowded
from gezhi.kernel.refusals import Refused

logger = logging.getLogger(__name__)

URN = "urn:gezhi:refusal:"
MEDIA_TYPE = "application/problem+json"
# Seconds after which trying again makes sense.
RETRY_AFTER = {429: 600, 503: 5}
COME_AGAIN = (1, 6)
OWN = {"type", "title", "status", "detail", "code", "field", "errors"}

TITLES = {
    400: _("请求没有看懂"),
    401: _("需要登录"),
    403: _("没有权限"),
    404: _("没有找到"),
    405: _("这个地址不接受这种请求"),
    409: _("情况已有变化"),
    413: _("内容太大"),
    415: _("内容的格式不对"),
    422: _("没有收下"),
    429: _("次数太多"),
    500: _("系统出了故障"),
    503: _("系统暂时不能办理"),
}


def about(text: Any) -> Any:
    """What the description of the API says of a field, translated when it is read."""
    return Field(description=cast(str, text))


# What pydantic found, in words; `%(...)s` from its context. Anything else is UNFIT.
UNFIT = _("这一项填得不对。")
WHOLE = _("应为整数。")
NUMBER = _("应为数。")
INSTANT = _("应为带时区的时刻，如 2026-11-23T09:30:00+08:00。")
WORDS: dict[str, Any] = {
    "missing": _("缺少这一项。"),
    "extra_forbidden": _("没有这一项，请核对名称。"),
    "string_type": _("应为文字。"),
    "string_unicode": _("内容里有不能保存的字符。"),
    "not_text": _("内容里有不能保存的字符。"),
    "string_too_long": _("最多 %(max_length)s 个字。"),
    "string_too_short": _("至少 %(min_length)s 个字。"),
    "too_long": _("最多 %(max_length)s 项。"),
    "too_short": _("至少 %(min_length)s 项。"),
    "list_type": _("应为列表。"),
    "bool_type": _("应为 true 或 false。"),
    "bool_parsing": _("应为 true 或 false。"),
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_parsing_size": WHOLE,
    "int_from_float": WHOLE,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": NUMBER,
    "greater_than_equal": _("不能小于 %(ge)s。"),
    "less_than_equal": _("不能大于 %(le)s。"),
    "greater_than": _("应大于 %(gt)s。"),
    "less_than": _("应小于 %(lt)s。"),
    "literal_error": _("只能是：%(expected)s。"),
    "enum": _("只能是：%(expected)s。"),
    "timezone_aware": INSTANT,
    "datetime_type": INSTANT,
    "datetime_parsing": INSTANT,
    "datetime_from_date_parsing": INSTANT,
    "date_type": _("应为日期，如 2026-11-23。"),
    "date_parsing": _("应为日期，如 2026-11-23。"),
    "date_from_datetime_parsing": _("应为日期，如 2026-11-23。"),
    "model_attributes_type": _("应为一个对象。"),
    "model_type": _("应为一个对象。"),
    "dict_type": _("应为一个对象。"),
}


class WrongInput(BaseModel):
    """One input that can't be read."""

    model_config = ConfigDict(populate_by_name=True)

    place: Annotated[str, Field(alias="in")]
    field: str
    code: str
    detail: str


class Problem(BaseModel):
    """RFC 9457, application/problem+json. There may be more members, such as `holder` with 409."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[str, Field(examples=["urn:gezhi:refusal:already_held"])]
    title: str
    status: int
    detail: Annotated[str, about(_("一句话：发生了什么，该怎么办；按 Accept-Language 用中文或英文。"))]
    code: Annotated[str, about(_("给程序看的代码，不随语言变化。"))]
    field: Annotated[str, about(_("与哪一项输入有关。"))] = ""
    errors: list[WrongInput] = []


class Malformed(Refused):
    """The request can't be understood at all. HTTP 400."""

    status = 400


class Unknown(Refused):
    """Nobody we know: no token, no session, or one that is over. HTTP 401."""

    status = 401


class WrongFormat(Refused):
    """A body of another media type. HTTP 415."""

    status = 415


NOT_SIGNED_IN = Unknown("not_signed_in", _("请先登录，或者在请求里带上有效的接口令牌。"))
NO_SUCH_ADDRESS = _("没有这个地址，请对照接口说明核对。")


def problem(
    status: int,
    code: str,
    detail: Any,
    *,
    field: str | None = None,
    errors: Sequence[Mapping[str, Any]] = (),
    facts: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The answer itself. `facts` become members of their own, as RFC 9457 allows."""
    body = told(status, code, detail, field=field, facts=facts)
    if errors:
        body["errors"] = list(errors)
    content = json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False).encode("utf-8", "replace")
    response = HttpResponse(content, status=status, content_type=MEDIA_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="gezhi"'
    if status in RETRY_AFTER:
        response["Retry-After"] = str(RETRY_AFTER[status])
    return response


def told(
    status: int, code: str, detail: Any, *, field: str | None = None, facts: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The members of a problem; also of one that stands inside a batch's answer."""
    members = {name: value for name, value in (facts or {}).items() if name not in OWN}
    members |= {
        "type": URN + code,
        "title": str(TITLES.get(status, TITLES[422])),
        "status": status,
        "detail": str(detail),
        "code": code,
    }
    return members | ({"field": field} if field else {})


def told_of(refusal: Refused) -> dict[str, Any]:
    return told(refusal.status, refusal.code, refusal.message, field=refusal.field, facts=refusal.facts)


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return problem(error.status, error.code, error.message, field=error.field, facts=error.facts)


def denied(request: HttpRequest, error: Denied) -> HttpResponse:
    """Only for what one can see; what one can't see is missing already."""
    message = _("您的岗位没有做这一步的权限。确实需要的，请联系本单位管理员调整岗位。")
    return problem(403, "denied", message, facts={"right": error.right})


def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = errors_of(error.errors)
    first = errors[0]
    detail = str(first["detail"])
    if first["field"]:
        detail = f"{first['field']}：{detail}"
    if len(errors) > 1:
        detail += " " + str(_("另有 %(number)s 处，见 errors。") % {"number": len(errors) - 1})
    return problem(422, "invalid", detail, field=first["field"] or None, errors=errors)


def errors_of(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """pydantic's findings as `{in, field, code, detail}`; what was sent is not repeated."""
    return [
        {
            "in": str(one["loc"][0]) if one["loc"] else "body",
            "field": field_of(one["loc"]),
            "code": one["type"],
            "detail": str(in_words(one)),
        }
        for one in found
    ]


def field_of(place: Sequence[Any]) -> str:
    """("body", "inputs", "files", 0) is files.0: the name of the function's own parameter is nobody's business.

    In a query ninja leaves that name only before a member of a list.
    """
    parts = list(place[1:])
    if parts and (place[0] == "body" or (place[0] == "query" and len(parts) > 1)):
        parts = parts[1:]
    return ".".join(str(part) for part in parts)


def in_words(one: Mapping[str, Any]) -> Any:
    words = WORDS.get(one["type"], UNFIT)
    try:
        return words % one.get("ctx", {})
    except (KeyError, TypeError):
        return UNFIT


def said_no(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What ninja refuses by itself: a body that isn't JSON, a request without credentials."""
    if isinstance(error.__cause__, Refused):
        return refused(request, error.__cause__)
    if error.status_code == 401:
        return refused(request, NOT_SIGNED_IN)
    message = _("请求的内容不是完整的 JSON，没有收下。")
    where = getattr(error.__cause__, "lineno", None)
    if where is not None:
        message = format_lazy("{}{}", message, _("第 %(line)s 行附近有误。") % {"line": where})
    return problem(error.status_code, "malformed", message)


def too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(413, "too_large", _("内容超过一次请求能收的大小，没有收下。请缩短，或者分几次发送。"))


def suspicious(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(400, "malformed", _("请求不完整或者格式不对，没有收下。"))


def unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.exception("database unavailable: %s %s", request.method, request.path)
    return problem(503, "unavailable", _("数据库暂时不能办理，这一步没有完成。请稍后带同一个幂等键再发一次。"))


def crowded(request: HttpRequest, error: Exception) -> HttpResponse:
    response = problem(503, "crowded", _("现在同时办理的太多，这一次没有开始。稍等会自动再来。"))
    response["Retry-After"] = str(randint(*COME_AGAIN))  # noqa: S311 - only spreads those who come again
    return response


def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """Says nothing of the inside; the log has it."""
    logger.exception("unexpected: %s %s", request.method, request.path)
    return problem(500, "broken", _("系统出了故障，这一步没有完成，已经保存过的内容都还在。请稍后再试。"))


HANDLERS: dict[type[Exception], Any] = {
    Exception: broken,
    OperationalError: unavailable,
    Crowded: crowded,
    Refused: refused,
    Denied: denied,
    ValidationError: unreadable,
    HttpError: said_no,
    SuspiciousOperation: suspicious,
    MultiPartParserError: suspicious,
    RequestDataTooBig: too_large,
}
