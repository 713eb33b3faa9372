"""挂账台账: the list of what stands still, and the same as an Excel workbook."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.cases import ledger
from gezhi.cases.ledger import Entry
from gezhi.kernel.workbooks import KIND, Column, Sheet, write
from gezhi.territory.queries import list_names
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.beside import age_words
from gezhi.web.operation.listing import Choice
from gezhi.web.operation.names import desk_name, matter_name, place_name
from gezhi.web.operation.page import at_desk, show_alone
from gezhi.web.operation.views.supervisions import attachment

MOST_ROWS = 20_000


def street_of(request: DeskRequest) -> str:
    street = request.GET.get("street", "")
    return street if street.isascii() and street.isdigit() and len(street) == 9 else ""


@require_safe
@at_desk
def page(request: DeskRequest) -> HttpResponse:
    """What stands still, or what stood still once and is over. Four statements or five."""
    street = street_of(request)
    is_over = request.GET.get("state") == "over"
    read = ledger.page_of_settled if is_over else ledger.page_of
    found = read(request.actor, request.at, area=street, after=request.GET.get("after", ""))
    chosen = ({"street": street} if street else {}) | ({"state": "over"} if is_over else {})
    context = {
        "title": _("挂账台账"),
        "rows": [row(one, request) for one in found.entries],
        "share": ledger.share(request.actor, street),
        "streets": streets(request, street, chosen),
        "is_over": is_over,
        "states": [
            Choice(
                label,
                "?" + urlencode(({"street": street} if street else {}) | ({"state": "over"} if over else {})),
                over == is_over,
            )
            for label, over in ((_("挂账中"), False), (_("已销账"), True))
        ],
        "next": "?" + urlencode({**chosen, "after": found.next}) if found.next else "",
        "first": "?" + urlencode(chosen) if request.GET.get("after") else "",
        "chosen": "?" + urlencode(chosen) if chosen else "",
    }
    return show_alone(request, "operation/ledger.html", context)


def streets(request: DeskRequest, street: str, chosen: dict[str, str]) -> list[Choice]:
    if not any(len(code) <= 6 for code in request.actor.areas("case.see")):
        return []
    return [
        Choice(
            one.short_name,
            "?" + urlencode({**chosen, "street": "" if one.code == street else one.code}),
            one.code == street,
        )
        for one in list_names("street")
    ]


def row(one: Entry, request: DeskRequest) -> dict[str, Any]:
    today = localdate(one.case.closed_at) if one.case.closed_at is not None else localdate(request.at)
    return {
        "entry": one,
        "case": one.case,
        "place": place_name(one.case),
        "matter": matter_name(one.case.matter_id),
        "desk": desk_name(one.case.desk_id),
        "age": age_words(one.since_on, today) if one.since_on is not None else "",
        "is_due": one.case.review_at is not None and localdate(one.case.review_at) <= today,
    }


@require_safe
@at_desk
def workbook(request: DeskRequest) -> HttpResponse:
    """The whole ledger for Excel, at most 20,000 rows."""
    street = street_of(request)
    counted = ledger.share(request.actor, street)
    entries = ledger.every_entry(request.actor, request.at, area=street, limit=MOST_ROWS)
    columns = [
        Column(_("编号"), 13), Column(_("标题"), 20), Column(_("事项"), 12), Column(_("位置"), 20), Column(_("岗台"), 16),
        Column(_("办理人"), 6), Column(_("问题始于"), 7), Column(_("年头")), Column(_("挂账次数")), Column(_("挂账自"), 7),
        Column(_("复核日期"), 7), Column(_("理由"), 30), Column(_("会议"), 20),
    ]  # fmt: skip
    note = _("挂账 %(n)s 件，办理中的 %(all)s 件，占 %(share)s%%。") % {
        "n": counted.suspended,
        "all": counted.open,
        "share": f"{counted.percent:.1f}",
    }
    content = write(Sheet(_("挂账台账"), columns, lines(entries), notes=[note]))
    response = HttpResponse(content, content_type=KIND)
    response.headers["Content-Disposition"] = attachment(f"{_('挂账台账')}-{localdate(request.at):%Y%m%d}.xlsx")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def lines(entries: Iterator[Entry]) -> Iterator[list[Any]]:
    for one in entries:
        case = one.case
        yield [
            case.number,
            case.title,
            matter_name(case.matter_id),
            place_name(case),
            desk_name(case.desk_id),
            case.holder.name if case.holder is not None else "",
            one.since_on,
            round(one.years, 1) if one.years is not None else None,
            one.times,
            localdate(case.suspended_at) if case.suspended_at is not None else None,
            localdate(case.review_at) if case.review_at is not None else None,
            one.reason,
            case.meeting,
        ]
