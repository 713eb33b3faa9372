"""The API object: ninja with our errors, our parser, and an OpenAPI description that says all of it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema

from gezhi.kernel.http.inputs import StrictParser
from gezhi.kernel.http.problems import HANDLERS, MEDIA_TYPE, NO_SUCH_ADDRESS, Problem, problem
from gezhi.kernel.http.repeats import HEADER

View = Callable[..., HttpResponseBase]
# Written into `openapi_extra` of an operation whose answer is never kept for a replay.
NEVER_REPLAYED = {"x-replayed": False}

KEY_PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 64},
    "description": _(
        "幂等键，建议用 UUID。同一个键再发同样的内容，得到同样的答复，事情只办一次；内容不同则为 409。保留 30 天。"
    ),
}


class Door(NinjaAPI):
    """What `NinjaAPI` is, with a problem for every way to fail and nothing kept by caches in between."""

    def __init__(self, **options: Any) -> None:
        super().__init__(parser=StrictParser(), **options)
        for kind, handler in HANDLERS.items():
            self.add_exception_handler(kind, handler)

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        patterns = super()._get_urls()
        for pattern in patterns:
            assert isinstance(pattern, URLPattern)
            pattern.callback = guarded(pattern.callback)
        return [*patterns, path("<path:rest>", no_such_address)]

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        problem_schema = Problem.model_json_schema(ref_template=REF_TEMPLATE)
        schema["components"]["schemas"] |= {**problem_schema.pop("$defs"), "Problem": problem_schema}
        answer = {
            "description": _("没有办成；见 Problem。"),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                operation["responses"] = {**operation["responses"], "default": answer}
                if operation.pop("x-replayed", True) and method == "post":
                    operation["parameters"] = [*operation["parameters"], KEY_PARAMETER]
        return schema


def guarded(view: View) -> View:
    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            allowed = response["Allow"]
            response = problem(405, "method_not_allowed", _("这里只接受 %(methods)s。") % {"methods": allowed})
            response["Allow"] = allowed
        response.setdefault("Cache-Control", "no-store")
        return response

    # The door asks for a CSRF token itself where a cookie signs in, and a token needs none.
    guard.csrf_exempt = True  # type: ignore[attr-defined]
    return guard


def no_such_address(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    return problem(404, "no_such_address", NO_SUCH_ADDRESS)


no_such_address.csrf_exempt = True  # type: ignore[attr-defined]
