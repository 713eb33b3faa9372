"""Small words for the templates of the desk."""

from typing import Any

from django import template

from gezhi.kernel.access import Actor
from gezhi.web.operation.bell import news

register = template.Library()


@register.filter
def has(actor: Actor, right: str) -> bool:
    """Does the actor hold a right anywhere? For menus."""
    return actor.has(right)


@register.filter
def plain(value: Any) -> str:
    """A number as programs read it, whatever the language of the page."""
    return "" if value is None else str(value)


@register.inclusion_tag("operation/bell.html", takes_context=True)
def bell(context: Any) -> dict[str, Any]:
    """The bell with its count, wherever the bar stands. One statement where there is nothing new."""
    request = context["request"]
    return {"request": request, **news(request)}
