"""What the residents' pages say of the house on every page."""

from datetime import timedelta

from django import template

from gezhi.territory import queries

register = template.Library()


@register.simple_tag
def district_name() -> str:
    """The name of the district, from memory."""
    return queries.district_name()


@register.simple_tag
def minutes_of(span: timedelta) -> int:
    """A span in whole minutes, at least one."""
    return max(1, round(span.total_seconds() / 60))
