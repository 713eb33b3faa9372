"""Pages that say no. Each says what happened, what was kept and what to do; to htmx the same words as a notice that leaves the page alone."""

import sys
from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Denied
from gezhi.kernel.refusals import Refused
from gezhi.people.roles import RIGHTS

RETRY_AFTER_SECONDS = 5
KEPT_NOTHING_CHANGED = _("什么都没有改动。")


@dataclass(frozen=True)
class Words:
    """An error in the order in which a person asks: what happened, what was kept, what to do now."""

    what: Any
    kept: Any
    advice: Any


WORDS = {
    400: Words(_("这个请求不完整，系统没有看懂。"), KEPT_NOTHING_CHANGED, _("请回到上一页再试一次。")),
    403: Words(_("您没有做这一步的权限。"), KEPT_NOTHING_CHANGED, _("确实需要的，请联系本单位管理员调整岗位。")),
    404: Words(
        _("没有找到这个页面，或者它不在您的范围内。"), KEPT_NOTHING_CHANGED, _("请核对地址或编号，或者从首页重新进入。")
    ),
    409: Words(_("刚刚有人先一步办过。"), _("您这一次的操作没有生效。"), _("请回到上一页看过最新情况再决定。")),
    422: Words(_("这一步没有成功。"), KEPT_NOTHING_CHANGED, _("请按提示改正后再提交。")),
    503: Words(
        _("数据库暂时连不上，这一步没有完成。"),
        _("已经保存过的内容都还在。"),
        _("一般几分钟内会恢复，请稍后刷新再试；一直这样的，请告诉管理员。"),
    ),
    500: Words(
        _("系统出了故障，这一步没有完成。"),
        _("已经保存过的内容都还在。"),
        _("请稍后再试；仍不行的，请把时间告诉管理员。"),
    ),
}
CSRF = Words(
    _("页面放得太久，或者浏览器没有接受 Cookie，系统不能确认这一步是您本人做的。"),
    KEPT_NOTHING_CHANGED,
    _("请返回上一页，刷新后再提交。您填的内容多数浏览器会保留。"),
)


def say(request: HttpRequest, status: int, words: Words | None = None, *, what: Any = None) -> HttpResponse:
    """The error as a page, or for htmx as a notice."""
    words = words or WORDS[status]
    context = {"status": status, "what": what or words.what, "kept": words.kept, "advice": words.advice}
    if getattr(request, "htmx", False):
        response = render(request, "web/notice.html", context, status=status)
        response["HX-Retarget"], response["HX-Reswap"], response["HX-Push-Url"] = "#notices", "innerHTML", "false"
        return response
    return render(request, "web/error.html", context, status=status)


def denied(request: HttpRequest, error: Denied) -> HttpResponse:
    right = RIGHTS.get(error.right)
    return say(request, 403, what=_("您的岗位没有“%(right)s”的权限。") % {"right": right} if right else None)


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return say(request, error.status, what=error.message)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return say(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return say(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return say(request, 403, CSRF)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return say(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Says so without touching anything that may itself be broken: no session, no database, no context processor.

    Django calls it while the exception is being handled: where the database is away or busy, waiting helps, and that is said.
    """
    status = 503 if isinstance(sys.exception(), OperationalError | InterfaceError) else 500
    response = render(None, "web/broken.html", {"status": status, **WORDS[status].__dict__}, status=status)
    if status == 503:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
