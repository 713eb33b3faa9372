"""The door of mini-programs: a code in, a ticket for the web view out."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router
from pydantic import BaseModel, Field

from gezhi.integrations.identity.actions import LONGEST_CODE, admit
from gezhi.integrations.identity.platforms import Unreachable
from gezhi.kernel.http.crowd import Gate
from gezhi.kernel.http.door import NEVER_REPLAYED
from gezhi.kernel.http.inputs import Body, Text, about, said
from gezhi.kernel.http.problems import problem
from gezhi.kernel.http.repeats import reply

router = Router(tags=["identity"])
# Whoever asks makes us ask the platform; a slow platform must not take all threads with it.
ASKING = Gate(3)


class CodeIn(Body):
    code: Annotated[Text, Field(min_length=1, max_length=LONGEST_CODE), about(_("平台给小程序的一次性登录凭证。"))]


class Admitted(BaseModel):
    ticket: Annotated[str, about(_("两分钟内用来打开网页一次。"))]
    is_bound: Annotated[bool, about(_("这个平台账号是否已经绑定了工作人员。"))]


@router.post(
    "/identity/{platform}/admissions",
    auth=None,
    response={201: Admitted},
    operation_id="admit_from_platform",
    openapi_extra=NEVER_REPLAYED,
    **said(_("从小程序进入"), _("用平台的登录凭证换一张打开网页的票；不新建账号。")),
)
def admit_from_platform(request: HttpRequest, platform: str, given: CodeIn) -> HttpResponse:
    with ASKING.entered():
        try:
            admission = admit(platform, given.code, at=request.at)  # type: ignore[attr-defined]
        except Unreachable:
            return problem(503, "platform_silent", _("平台暂时没有回应，请稍后再试。"))
    return reply(Admitted(ticket=admission.ticket, is_bound=admission.is_bound), 201)
