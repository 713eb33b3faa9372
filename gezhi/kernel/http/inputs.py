"""What comes in: strict bodies, texts that every database can keep, numbers that fit."""

import json
from datetime import UTC, date, datetime
from typing import Annotated, Any, NoReturn, cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.params.models import Path
from ninja.parser import Parser
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from gezhi.kernel.access import Actor
from gezhi.kernel.http.problems import Malformed, WrongFormat, about

LARGEST_ID = 2**63 - 1


class ApiRequest(HttpRequest):
    """A request behind the door. For types only: `at` is the instant it came in, `auth` who acts (not set where nobody need sign in)."""

    at: datetime
    auth: Actor


def keepable(text: str) -> str:
    """NUL can't be stored by PostgreSQL, half a surrogate pair can't be encoded."""
    if "\x00" in text:
        raise PydanticCustomError("not_text", "contains a character that cannot be stored")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("not_text", "contains half a surrogate pair") from None
    return text


def in_path(text: Any) -> Any:
    """A part of the address, described: `Annotated[str, in_path(_("..."))]`."""
    return Path(..., description=cast(str, text))


def said(summary: Any, description: Any) -> dict[str, Any]:
    """The two texts of an operation, for its decorator: `@router.get("/me", **said(_("..."), _("...")))`."""
    return {"summary": summary, "description": description}


def in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def day_of(value: Any) -> Any:
    """JSON knows no dates: `"2026-11-23"` is one, a number of seconds is none."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


Text = Annotated[str, AfterValidator(keepable)]
# An instant in an answer: always in UTC, wherever it was reckoned.
Moment = Annotated[datetime, AfterValidator(in_utc)]
# A day that comes in.
Day = Annotated[date, BeforeValidator(day_of)]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class Body(BaseModel):
    """A JSON object with exactly these members: a misspelt one is refused rather than ignored, `"5"` is no number."""

    model_config = ConfigDict(strict=True, extra="forbid")


class StrictParser(Parser):
    """JSON as RFC 8259 has it: UTF-8, no NaN, no Infinity."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if request.content_type != "application/json":
            raise WrongFormat("not_json", _("请用 application/json 发送内容。"))
        return cast(dict[str, Any], json.loads(request.body.decode("utf-8"), parse_constant=no_number))


def no_number(word: str) -> NoReturn:
    raise Malformed("malformed", _("JSON 里不能有 %(word)s。") % {"word": word})


def only_known(request: HttpRequest, *models: type[BaseModel]) -> None:
    """Refuse a misspelt filter, which would otherwise silently give everything."""
    known = {name for model in models for name in model.model_fields}
    for name in request.GET:
        if name not in known:
            raise Malformed(
                "no_such_parameter", _("没有 %(name)s 这个查询参数。") % {"name": name[:40]}, field=name[:40]
            )


__all__ = [
    "LARGEST_ID",
    "ApiRequest",
    "Body",
    "Id",
    "Moment",
    "StrictParser",
    "Text",
    "about",
    "in_path",
    "only_known",
    "said",
]
