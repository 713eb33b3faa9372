"""The description of the API as a page: made here from the same OpenAPI document, so it needs no script and no other host."""

import json
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase


@dataclass(frozen=True, slots=True)
class Member:
    """A parameter or a member of a body, on one line of a table."""

    name: str
    place: str
    kind: str
    is_required: bool
    words: str


@dataclass(frozen=True, slots=True)
class Operation:
    anchor: str
    method: str
    path: str
    summary: str
    words: str
    is_open: bool
    members: list[Member]
    answers: list[tuple[str, list[Member]]]


class DocsPage(DocsBase):
    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        # Through JSON once, so that translated texts and numbers of states are plain strings.
        document = json.loads(json.dumps(api.get_openapi_schema(), cls=DjangoJSONEncoder))
        context = {
            "title": document["info"]["title"],
            "words": document["info"]["description"],
            "groups": groups_of(document),
            "openapi_url": self.get_openapi_url(api, kwargs),
        }
        return render(request, "web/api.html", context)


def groups_of(document: dict[str, Any]) -> list[tuple[str, list[Operation]]]:
    """Operations under the words of their tag, in the order of the tags."""
    schemas = document["components"]["schemas"]
    groups: dict[str, list[Operation]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            groups[operation["tags"][0]].append(operation_of(method.upper(), path, operation, schemas))
    return [(tag["description"], groups[tag["name"]]) for tag in document["tags"]]


def operation_of(method: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> Operation:
    members = [
        Member(one["name"], one["in"], kind_of(one["schema"]), one["required"], one.get("description", ""))
        for one in operation["parameters"]
    ]
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        members += members_of(resolved(content["schema"], schemas), "form" if "form" in kind else "body")
    return Operation(
        anchor=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        words=operation.get("description", ""),
        is_open="security" not in operation,
        members=members,
        answers=[
            (status, members_of(resolved(content.get("schema", {}), schemas), ""))
            for status, answer in operation["responses"].items()
            if status != "default"
            for content in list(answer.get("content", {}).values())[:1] or [{}]
        ],
    )


def resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    for part in schema.get("allOf", []):
        return resolved(part, schemas)
    if "$ref" in schema:
        found: dict[str, Any] = schemas[schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def members_of(schema: dict[str, Any], place: str) -> list[Member]:
    required = schema.get("required", [])
    return [
        Member(name, place, kind_of(member), name in required, member.get("description", ""))
        for name, member in schema.get("properties", {}).items()
    ]


def kind_of(schema: dict[str, Any]) -> str:
    """ "string ≤ 80", "integer | null", "CaseRow[]" ..."""
    for several in ("anyOf", "allOf"):
        if several in schema:
            return " | ".join(kind_of(one) for one in schema[several])
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return ", ".join(str(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return kind_of(schema.get("items", {})) + "[]"
    kind = str(schema.get("format") or schema.get("type") or _("任意"))
    bounds = [
        f"{sign} {schema[name]}"
        for name, sign in (("minimum", "≥"), ("maximum", "≤"), ("maxLength", "≤"))
        if name in schema and schema[name] < 2**62
    ]
    return " ".join([kind, *bounds])
