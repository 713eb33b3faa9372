"""督办单: the list of them, each as paper, and as a Word document."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.cases import supervisions
from gezhi.cases.models import Card, Supervision
from gezhi.cases.supervisions import Chosen, SupervisionState
from gezhi.kernel.documents import MEDIA_TYPE, as_bytes, heading, new_document, pairs, paragraphs, signatures
from gezhi.territory.queries import list_names
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.listing import Choice
from gezhi.web.operation.names import desk_name, matter_name, place_name
from gezhi.web.operation.page import at_desk, show_alone
from gezhi.web.operation.wording import moment, stage_words


@require_safe
@at_desk
def listing(request: DeskRequest) -> HttpResponse:
    """What is open first; every choice is a link."""
    chosen, actor, at = Chosen.of(request.GET), request.actor, request.at
    counts = supervisions.counts(chosen, actor, at)
    sides = supervisions.sides_of(actor)
    rows = supervisions.listed(chosen, actor, at)
    context = {
        "title": _("督办单"),
        "rows": [row(one, request) for one in rows],
        "is_cut": len(rows) == supervisions.MOST_SHOWN,
        "sides": [
            choice(str(side.label), chosen, {"side": side.value}, (chosen.side or sides[0]) == side) for side in sides
        ],
        "states": [
            choice(_("没有解除的"), chosen, {"state": ""}, not chosen.state),
            *(
                link(state, chosen, "state", is_chosen=chosen.state == state, count=counts.get(state))
                for state in SupervisionState
            ),
        ],
        "cards": [link(card, chosen, "card", is_chosen=chosen.card == card) for card in Card],
        "streets": streets(request, chosen),
        "side": chosen.side or sides[0].value,
    }
    return show_alone(request, "operation/supervisions.html", context)


def link(option: TextChoices, chosen: Chosen, name: str, *, is_chosen: bool, count: int | None = None) -> Choice:
    """One of the choices; chosen once more it is taken away again."""
    return choice(str(option.label), chosen, {name: "" if is_chosen else option.value}, is_chosen, count)


def choice(label: str, chosen: Chosen, change: dict[str, str], is_chosen: bool, count: int | None = None) -> Choice:
    query = {key: said for key, said in {**chosen.as_query(), **change}.items() if said}
    return Choice(label, f"?{urlencode(query)}", is_chosen, "" if count is None else f"{count:,}")


def streets(request: DeskRequest, chosen: Chosen) -> list[Choice]:
    """The streets of somebody who sees more than one."""
    if not any(len(code) <= 6 for code in request.actor.areas("case.see")):
        return []
    return [
        choice(
            street.short_name,
            chosen,
            {"street": "" if chosen.street == street.code else street.code},
            chosen.street == street.code,
        )
        for street in list_names("street")
    ]


def row(one: Supervision, request: DeskRequest) -> dict[str, Any]:
    return {
        "supervision": one,
        "state": supervisions.state_of(one, request.at).value,
        "watching": desk_name(one.desk_id),
        "owing": desk_name(one.of_desk_id),
        "place": place_name(one.case),
        "stage": stage_words(one.case),
    }


# --- one on paper ---------------------------------------------------------------------------------------------------


@require_safe
@at_desk
def order(request: DeskRequest, pk: int) -> HttpResponse:
    """The sheet as it is printed."""
    one = supervisions.get_supervision(request.actor, pk)
    context = {
        "title": _("督办单"),
        "one": one,
        "case": one.case,
        "facts": facts(one),
        "state": supervisions.state_of(one, request.at).value,
        "watching": desk_name(one.desk_id),
        "owing": desk_name(one.of_desk_id),
    }
    return show_alone(request, "operation/supervision.html", context)


def facts(one: Supervision) -> list[tuple[str, str]]:
    """What stands in the table of the sheet. Nothing of the reporter."""
    case = one.case
    return [
        (_("牌色"), str(Card(one.card).label)),
        (_("督办岗台"), desk_name(one.desk_id)),
        (_("承办岗台"), desk_name(one.of_desk_id)),
        (_("发出人"), one.issued_by.name if one.issued_by is not None else _("系统")),
        (_("发出时间"), moment(one.issued_at)),
        (_("回复期限"), moment(one.reply_by)),
        (_("事件编号"), case.number),
        (_("事件"), case.title),
        (_("事项"), matter_name(case.matter_id)),
        (_("位置"), place_name(case)),
        (_("办理期限"), moment(case.due_at)),
    ]


@require_safe
@at_desk
def document(request: DeskRequest, pk: int) -> HttpResponse:
    """The same for Word."""
    one = supervisions.get_supervision(request.actor, pk)
    sheet = new_document(_("督办单"), number=one.number, at=request.at)
    pairs(sheet, facts(one))
    heading(sheet, _("督办事由"))
    paragraphs(sheet, one.reason)
    heading(sheet, _("承办岗台回复"))
    if one.replied_at is not None:
        who = one.replied_by.name if one.replied_by is not None else ""
        paragraphs(sheet, one.reply)
        paragraphs(sheet, _("%(who)s，%(at)s") % {"who": who, "at": moment(one.replied_at)})
    else:
        paragraphs(sheet, _("（待回复）"))
    if one.lifted_at is not None:
        who = one.lifted_by.name if one.lifted_by is not None else _("系统")
        heading(sheet, _("解除"))
        paragraphs(sheet, _("%(who)s，%(at)s 解除督办。") % {"who": who, "at": moment(one.lifted_at)})
    signatures(sheet, [_("督办人"), _("承办负责人")], date_line=_("　　年　　月　　日"))
    return word_file(as_bytes(sheet), f"{one.number}.docx")


def word_file(content: bytes, name: str) -> HttpResponse:
    """A download that no browser opens by itself."""
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = attachment(name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def attachment(name: str) -> str:
    """The header of a download whose name may be Chinese."""
    return content_disposition_header(True, name) or "attachment"
