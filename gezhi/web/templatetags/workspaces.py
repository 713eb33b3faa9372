"""The switch between workspaces in the bar."""

from typing import Any

from django import template

from gezhi.web.workspaces import Workspace, workspaces_of

register = template.Library()


@register.simple_tag(takes_context=True)
def my_workspaces(context: Any) -> list[Workspace]:
    """The workspaces of whoever looks; none where nobody is known, as on pages of errors. No query of its own."""
    actor = getattr(context.get("request"), "actor", None)
    return workspaces_of(actor) if actor is not None else []
