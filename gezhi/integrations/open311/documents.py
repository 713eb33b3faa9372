"""Pure: what is answered, as JSON with real booleans and numbers, or as XML whose every value is text."""

import json
import re
from typing import Any
from xml.etree import ElementTree

# What XML 1.0 cannot carry.
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}


def as_json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def as_xml(root: str, member: str, content: Any) -> bytes:
    """`member` names the rows where `content` is a list."""
    element = ElementTree.Element(root)
    fill(element, content, member)
    written: bytes = ElementTree.tostring(element, encoding="utf-8", xml_declaration=True)
    return written


def fill(element: ElementTree.Element, content: Any, member: str) -> None:
    if isinstance(content, dict):
        for name, value in content.items():
            # The names of rows in a list inside: endpoints/endpoint, formats/format.
            fill(ElementTree.SubElement(element, name), value, name.removesuffix("s"))
    elif isinstance(content, list):
        for row in content:
            fill(ElementTree.SubElement(element, member), row, member)
    elif isinstance(content, bool):
        element.text = "true" if content else "false"
    elif content is not None:
        element.text = UNWRITABLE.sub("", str(content))
