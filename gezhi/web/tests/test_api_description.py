"""The OpenAPI document says what the table of steps says, and its page needs no script."""

import re
from collections import defaultdict
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from ninja.openapi.schema import OpenAPISchema

from gezhi.cases.api.shapes import PLACE, wire_names
from gezhi.cases.workflow import STEPS, Who
from gezhi.web.api import api


@pytest.fixture
def document(db: None) -> Any:
    return Client().get("/api/v1/openapi.json").json()


@pytest.mark.parametrize("name", [step.name for step in STEPS.values()])
def test_every_step_of_staff_is_an_operation_with_exactly_its_inputs(document: Any, name: str) -> None:
    step = STEPS[name]
    operation = document["paths"].get(f"/api/v1/cases/{{key}}/steps/{name}", {}).get("post")
    if step.creates or Who.STAFF not in step.by:
        assert operation is None
        return
    if step.door:
        # The room behind the door has an operation of its own there, with more than the row says.
        assert operation["operationId"] == f"take_{name}"
        return
    content = operation["requestBody"]["content"]["application/json"]["schema"]
    reference = content.get("$ref") or content["allOf"][0]["$ref"]
    schema = document["components"]["schemas"][reference.rpartition("/")[2]]
    needs, offers = set(wire_names(step.needs)), set(wire_names(step.offers))
    # Of a place the point or the area will do, so none of the four must be there.
    assert set(schema.get("required", [])) == needs - set(PLACE)
    assert set(schema["properties"]) == needs | offers | {"seen"}
    assert operation["requestBody"]["required"] is bool(needs)
    assert {"If-Match", "Idempotency-Key"} <= {one["name"] for one in operation["parameters"]}


def test_no_two_shapes_share_a_name(db: None) -> None:
    """Of two shapes with one name the description would show the last one for both."""
    said: dict[str, list[Any]] = defaultdict(list)

    class Listening(OpenAPISchema):
        def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
            for name, shape in definitions.items():
                if shape not in said[name]:
                    said[name].append(shape)
            super().add_schema_definitions(definitions)

    Listening(api, "/api/v1/")
    assert len(said) > 400
    assert sorted(name for name, shapes in said.items() if len(shapes) > 1) == []


OPEN = ("/api/v1/", "/rates/public", "/field/phones/fate", "/identity/{platform}/admissions")


def test_every_operation_says_what_it_is_and_how_it_fails(document: Any) -> None:
    names = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            names.append(operation["operationId"])
            assert operation["summary"], path
            assert operation["description"], path
            assert "application/problem+json" in operation["responses"]["default"]["content"], path
            assert not re.search(r"<|&lt;|Actor", operation["description"]), path
            keys = [one["name"] for one in operation["parameters"]].count("Idempotency-Key")
            # A token is never given twice, phones carry a key in each command, and a platform's code is good once.
            is_replayed = not path.endswith("/reporter") and not path.startswith(
                ("/api/v1/field/", "/api/v1/identity/")
            )
            assert keys == (method == "post" and is_replayed), path
            is_open = "/reports" in path or path.endswith(OPEN)
            assert ("security" in operation) is not is_open, path
    assert len(names) == len(set(names))


def test_every_reference_leads_somewhere(document: Any) -> None:
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', str(document).replace("'", '"')))
    assert references
    assert references <= set(document["components"]["schemas"])
    assert document["openapi"] == "3.1.0"


def test_the_written_page_names_every_operation(document: Any) -> None:
    text = (settings.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8")
    written = set(re.findall(r"^\| `([A-Z]+ /[^`]*)` \|", text, re.MULTILINE))
    described = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert written == described


def test_the_page_needs_neither_script_nor_another_host(db: None) -> None:
    response = Client().get("/api/v1/docs")
    page = response.content.decode()
    assert response.status_code == 200
    assert "/api/v1/cases/{key}/steps/accept" in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\sstyle=|<style|https?://(?!www\.w3\.org)", page)
    assert "script-src" in response.headers["Content-Security-Policy"]
