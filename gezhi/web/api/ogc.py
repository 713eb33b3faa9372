"""The layers under /api/ogc/, behind the same door and for the same tokens as the API."""

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.http.door import Door
from gezhi.territory.api.ogc import router
from gezhi.web.api.auth import Session, Token

ogc = Door(
    title=_("格治区划图层"),
    version="1",
    description=_("OGC API Features：区、街道、社区（村）和网格的边界，供 QGIS 等软件直接打开。"),
    urls_namespace="ogc",
    auth=[Token(), Session()],
    docs_url=None,
    openapi_url="/api",
    openapi_extra={"tags": [{"name": "ogc", "description": _("图层")}]},
)
ogc.add_router("", router)
