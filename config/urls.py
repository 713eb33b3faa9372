"""Where every address leads: one line a part of the house, each part names its own addresses."""

from django.urls import include, path

from gezhi.web import entrance, errors
from gezhi.web.api import api
from gezhi.web.api.ogc import ogc

urlpatterns = [
    path("", include("gezhi.web.portal.urls")),
    path("demo/", include("gezhi.web.demo.urls")),
    path("operation/", include("gezhi.web.operation.urls")),
    path("field/", include("gezhi.web.field.urls")),
    path("support/", include("gezhi.web.support.urls")),
    path("desk/", entrance.desk, name="desk"),
    path("language/", entrance.language, name="language"),
    path("api/v1/", api.urls),
    path("api/ogc/", ogc.urls),
    path("open311/v2/", include("gezhi.integrations.open311.urls")),
    path("account/", include("gezhi.accounts.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken
