"""Answers, and the same answer again for a command sent twice (`Idempotency-Key`)."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from gezhi.kernel.http.problems import Malformed
from gezhi.kernel.receipts import once

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEY = re.compile(r"[\x21-\x7e]{1,64}")
# Residents share one scope, so a key must be one that nobody else thinks of.
SHORTEST_OPEN_KEY = 16


def reply(body: BaseModel, status: int = 200, *, version: int | None = None) -> HttpResponse:
    """A model as JSON; with `version` also as the `ETag` that `If-Match` takes."""
    return tagged(
        HttpResponse(body.model_dump_json(by_alias=True), status=status, content_type="application/json"), version
    )


def tagged(response: HttpResponse, version: int | None) -> HttpResponse:
    if version is not None:
        response["ETag"] = f'"{version}"'
    return response


def reply_once(
    request: HttpRequest,
    scope: str,
    content: Any,
    do: Callable[[], tuple[int, BaseModel]],
    *,
    at: datetime,
    is_open: bool = False,
) -> HttpResponse:
    """Run `do` and answer with its status and body; with a key that was answered before, answer the same and do nothing.

    `content` is what was asked, JSON-able; together with the address it must be the same for a replay. `is_open`: the scope is shared by
    people who don't know each other.
    """
    key = key_of(request, is_open=is_open)

    def run() -> tuple[int, Any]:
        status, body = do()
        return status, body.model_dump(mode="json", by_alias=True)

    (status, body), replayed = once(scope, key, [request.method, request.path, content], run, at=at)
    response = JsonResponse(body, status=status, encoder=DjangoJSONEncoder, json_dumps_params={"ensure_ascii": False})
    if replayed:
        response[REPLAYED] = "true"
    return tagged(response, body.get("version"))


def key_of(request: HttpRequest, *, is_open: bool) -> str:
    key = request.headers.get(HEADER, "").strip()
    if key and not KEY.fullmatch(key):
        raise Malformed("bad_key", _("幂等键只能用 1 至 64 个 ASCII 字符，中间没有空格。"), field=HEADER)
    if key and is_open and len(key) < SHORTEST_OPEN_KEY:
        raise Malformed("key_too_short", _("幂等键至少 16 个字符，建议用 UUID。"), field=HEADER)
    return key
