"""Lists a page at a time, by keyset: the next page begins after the last row seen, so new rows neither shift nor repeat it.

A cursor is signed and belongs to one list with its filters; anything else is refused.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from gezhi.kernel.http.inputs import Text, about
from gezhi.kernel.http.problems import Malformed

Item = TypeVar("Item")
Row = TypeVar("Row")
Found = TypeVar("Found", bound=Model)

LONGEST_PAGE = 200
Limit = Annotated[int, Field(ge=1, le=LONGEST_PAGE), about(_("一页几条，最多 200。"))]


class Paging(BaseModel):
    """The two parameters of every list."""

    limit: Limit = 50
    cursor: Annotated[Text, about(_("上一页的 next 里给出的位置；不要自己拼。"))] = ""


class Page(BaseModel, Generic[Item]):
    """`next` is the path of the page after this one, None on the last."""

    items: list[Item]
    next: Annotated[str | None, about(_("下一页的路径；没有下一页时为 null。"))] = None


def page_of_rows(
    request: HttpRequest,
    paging: Paging,
    rows: QuerySet[Found],
    *,
    order: Sequence[str],
) -> tuple[list[Found], str | None]:
    """The rows of a page, by one query, and the path of the next page.

    `order` are columns that are never null, "-" before descending ones, a unique one last.
    """
    after = position(request, paging.cursor, len(order))
    if after is not None:
        rows = rows.filter(beyond(order, after))
    found = list(rows.order_by(*order)[: paging.limit + 1])
    if len(found) <= paging.limit:
        return found, None
    found.pop()
    last = [getattr(found[-1], column.lstrip("-")) for column in order]
    return found, link(request, last)


def page_of_list(
    request: HttpRequest, paging: Paging, rows: Sequence[Row], *, key: Callable[[Row], str]
) -> tuple[list[Row], str | None]:
    """The same for what stands in memory. `rows` are ordered by `key`, which is unique."""
    after = position(request, paging.cursor, 1)
    start = bisect_right(rows, str(after[0]), key=key) if after is not None else 0
    found = list(rows[start : start + paging.limit])
    more = start + paging.limit < len(rows)
    return found, link(request, [key(found[-1])]) if more else None


def beyond(order: Sequence[str], after: Sequence[Any]) -> Q:
    """Rows after a position. The first column alone bounds the index; the rest sorts out its ties."""
    condition = Q()
    for column, value in reversed(list(zip(order, after, strict=True))):
        name, way = column.lstrip("-"), "lt" if column.startswith("-") else "gt"
        further = Q(**{f"{name}__{way}": value})
        condition = further | Q(**{name: value}) & condition if condition else further
    first = order[0]
    return Q(**{f"{first.lstrip('-')}__{'lte' if first.startswith('-') else 'gte'}": after[0]}) & condition


def salt(request: HttpRequest) -> str:
    """A cursor is good for the same path and filters only."""
    filters = sorted((name, values) for name, values in request.GET.lists() if name not in Paging.model_fields)
    return f"page:{request.path}:{filters}"


def position(request: HttpRequest, cursor: str, columns: int) -> list[Any] | None:
    if not cursor:
        return None
    try:
        after = signing.loads(cursor, salt=salt(request))
    except signing.BadSignature:
        after = None
    if not isinstance(after, list) or len(after) != columns:
        raise Malformed(
            "bad_cursor", _("这个翻页位置不对，或者不属于这一组筛选条件。请从第一页重新开始。"), field="cursor"
        )
    return after


def link(request: HttpRequest, last: Sequence[Any]) -> str:
    query = request.GET.copy()
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in last]
    query["cursor"] = signing.dumps(plain, salt=salt(request))
    return f"{request.path}?{query.urlencode()}"
