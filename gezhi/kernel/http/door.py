"""The API object: ninja with our errors, our parser, and an OpenAPI description that says all of it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Router
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation

from gezhi.kernel.files import SIZE_LIMIT
from gezhi.kernel.http.inputs import StrictParser
from gezhi.kernel.http.problems import HANDLERS, MEDIA_TYPE, NO_SUCH_ADDRESS, Problem, problem, too_large
from gezhi.kernel.http.repeats import HEADER

# A file and the parts around it. JSON has the smaller limit of DATA_UPLOAD_MAX_MEMORY_SIZE.
LARGEST_BODY = SIZE_LIMIT + 10_000
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
        self.descriptions: dict[str, OpenAPISchema] = {}
        for kind, handler in HANDLERS.items():
            self.add_exception_handler(kind, handler)

    def get_operation_url_name(self, operation: Operation, router: Router) -> str:
        """The name in the description is the name for `reverse` as well."""
        return operation.operation_id or super().get_operation_url_name(operation, router)

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        patterns = super()._get_urls()
        for pattern in patterns:
            assert isinstance(pattern, URLPattern)
            pattern.callback = guarded(pattern.callback)
        return [*patterns, path("<path:rest>", guarded(no_such_address))]

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Made once: its texts are translated when they are written out, so one serves every language."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        if prefix not in self.descriptions:
            self.descriptions[prefix] = self.describe(prefix)
        return self.descriptions[prefix]

    def describe(self, prefix: str) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=prefix)
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
        if length_of(request) > LARGEST_BODY:
            response: HttpResponseBase = too_large(request, RequestDataTooBig())
        else:
            response = answered(view, request, *args, **kwargs)
        if response.status_code == 405:
            allowed = response["Allow"]
            response = problem(405, "method_not_allowed", _("这里只接受 %(methods)s。") % {"methods": allowed})
            response["Allow"] = allowed
        response.setdefault("Cache-Control", "no-store")
        return response

    # The door asks for a CSRF token itself where a cookie signs in, and a token needs none.
    guard.csrf_exempt = True  # type: ignore[attr-defined]
    return guard


def answered(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """HEAD is GET; the server leaves the body out."""
    method = request.method
    if method == "HEAD":
        request.method = "GET"
    try:
        return view(request, *args, **kwargs)
    finally:
        request.method = method


def length_of(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdigit() else 0


def no_such_address(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    return problem(404, "no_such_address", NO_SUCH_ADDRESS)
