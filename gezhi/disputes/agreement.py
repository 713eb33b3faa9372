"""The agreement as it is signed: what stands on the printed page and in the Word file.

The sides are roles here too. Names are written by hand, by those who sign.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.disputes.models import Dispute, MediatorKind, Side
from gezhi.disputes.queries import types
from gezhi.disputes.roles import side_name
from gezhi.kernel import documents
from gezhi.kernel.refusals import Missing
from gezhi.people.queries import directory
from gezhi.territory.queries import name_path

TITLE = gettext_lazy("人民调解协议书")
COPIES = gettext_lazy("本协议自各方签名之日起生效，各方各执一份，调解组织留存一份。")


@dataclass(frozen=True, slots=True)
class Agreement:
    """`facts` are pairs of what and which; `signers` those who sign, in their order."""

    number: str
    facts: list[tuple[str, str]]
    account: str
    terms: str
    signers: list[str]
    signed_on: str


def agreement_of(dispute: Dispute) -> Agreement:
    """Raises `Missing` while there is none. One query, for the sides."""
    if not dispute.agreement or dispute.settled_at is None:
        raise Missing("no_agreement", _("这一件还没有达成协议。"))
    sides = [
        str(side_name(n))
        for n in Side.objects.filter(dispute=dispute).order_by("position").values_list("position", flat=True)
    ]
    mediator = dispute.mediator.name if dispute.mediator is not None else ""
    kind = MediatorKind(dispute.mediator_kind).label
    facts = [
        (_("纠纷类型"), types()[dispute.type_id].name),
        (_("当事方"), "、".join(sides)),
        (_("发生地"), name_path(dispute.place_code or settings.DISTRICT, with_district=True)),
        (_("调解岗台"), directory().get(dispute.desk_id).name),
        (_("调解员"), f"{mediator}（{kind}）"),
        (_("登记日期"), day(dispute.registered_at)),
        (_("调解次数"), str(dispute.meetings_held)),
    ]
    return Agreement(
        dispute.number, facts, dispute.account, dispute.agreement, [*sides, _("调解员")], day(dispute.settled_at)
    )


def day(at: datetime) -> str:
    return date_format(timezone.localtime(at, timezone.get_default_timezone()), "DATE_FORMAT")


def as_word(dispute: Dispute, *, at: datetime) -> bytes:
    """The agreement as a Word file, made at `at`. Raises `Missing` while there is none."""
    agreement = agreement_of(dispute)
    document = documents.new_document(TITLE, number=agreement.number, at=at)
    documents.pairs(document, agreement.facts)
    documents.heading(document, _("纠纷情况"))
    documents.paragraphs(document, agreement.account)
    documents.heading(document, _("协议内容"))
    documents.paragraphs(document, agreement.terms)
    documents.paragraphs(document, COPIES)
    documents.signatures(document, agreement.signers, date_line=agreement.signed_on)
    return documents.as_bytes(document)
