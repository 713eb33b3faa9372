"""The JSON API under /api/v1/: the routers of the apps behind one door. See docs/api.md."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from gezhi import __version__
from gezhi.assessment.api import router as assessment
from gezhi.assessment.loads_api import router as loads
from gezhi.calls.api import router as calls
from gezhi.cases.api import router as cases
from gezhi.cobuild.api import router as cobuild
from gezhi.deliberation.api import router as deliberation
from gezhi.disputes.api import router as disputes
from gezhi.fieldwork.api import router as fieldwork
from gezhi.integrations.identity.api import router as identity
from gezhi.kernel.http.door import Door
from gezhi.kernel.http.inputs import said
from gezhi.kernel.http.repeats import reply
from gezhi.matters.api import router as matters
from gezhi.party.api import router as party
from gezhi.people.api import router as people
from gezhi.territory.api import router as territory
from gezhi.web.api.auth import Session, Token
from gezhi.web.api.page import DocsPage
from gezhi.web.api.residents import router as residents
from gezhi.web.field.api import router as field
from gezhi.workforce.api import router as workforce

TAGS = {
    "index": _("入口"),
    "residents": _("居民：反映、查询、评价"),
    "cases": _("事件：上报、查询"),
    "steps": _("步骤：办理"),
    "files": _("文件"),
    "disputes": _("矛盾纠纷调解"),
    "calls": _("街呼区应：呼叫、分办、联动、销号、评分"),
    "fieldwork": _("入户、排查、巡查、我的网格、投诉建议"),
    "field": _("移动端：登记手机、传照片、同步"),
    "matters": _("事项和时限"),
    "territory": _("区域和边界"),
    "plans": _("区划调整方案"),
    "people": _("人和岗台"),
    "workforce": _("选育管用：课程、班次、装备、选聘"),
    "party": _("党组织、覆盖和组织生活"),
    "cobuild": _("共驻共建：单位、三张清单、数字"),
    "deliberation": _("三级协商：议题"),
    "assessment": _("评价指标和剔除"),
    "identity": _("从平台的小程序进入"),
}

api = Door(
    title=_("格治 Gezhi 接口"),
    version="1",
    description=_(
        "上报、查询和办理事件，与页面用同一套规则。凭接口令牌（Authorization: Bearer）或登录后的会话使用；居民的三个地址不用登录。"
    ),
    urls_namespace="api",
    auth=[Token(), Session()],
    docs=DocsPage(),
    openapi_extra={
        "info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "tags": [{"name": name, "description": words} for name, words in TAGS.items()],
    },
)


class Index(BaseModel):
    name: str
    version: str
    openapi: str
    docs: str


@api.get(
    "/", auth=None, response=Index, operation_id="get_index", **said(_("入口"), _("接口说明在哪里。")), tags=["index"]
)
def index(request: HttpRequest) -> HttpResponse:
    """Where the description is."""
    return reply(
        Index(name="gezhi", version=__version__, openapi=reverse("api:openapi-json"), docs=reverse("api:openapi-view"))
    )


EVERY = (
    residents, cases, calls, disputes, fieldwork, field, matters, loads, territory, people, party, workforce, cobuild, deliberation,
    assessment, identity,
)  # fmt: skip
for router in EVERY:
    api.add_router("", router)
