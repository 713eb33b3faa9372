"""An application as a paper: what is asked for, what it rests on, what was decided."""

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.kernel.documents import as_bytes, heading, new_document, pairs, paragraphs, signatures
from gezhi.kernel.events import timeline
from gezhi.matters.admission import QUESTIONS, Nature, reasons
from gezhi.matters.books import forms
from gezhi.matters.models import Application
from gezhi.matters.workflow import ApplicationKind, ApplicationStage
from gezhi.people.models import DeskKind
from gezhi.web.operation.names import desk_name
from gezhi.web.operation.wording import moment, told
from gezhi.web.support.matters.wording import often, street_name, yuan

ANSWERS: dict[bool | None, Any] = {True: gettext_lazy("是"), False: gettext_lazy("否"), None: "＿＿"}


def application_paper(application: Application, at: datetime) -> bytes:
    is_admission = application.kind == ApplicationKind.ADMISSION
    title = _("网格承担事项准入申请表") if is_admission else _("网格承担事项退出申请表")
    document = new_document(title, number=_("第 %(number)d 号") % {"number": application.pk}, at=at)
    department = application.department.name if application.department is not None else ""
    facts = [
        (_("事项"), application.name),
        (_("申请单位"), desk_name(application.desk_id)),
        (_("主责部门"), department),
        (_("状态"), ApplicationStage(application.stage).label),
    ]
    if is_admission:
        category = application.category.name if application.category is not None else ""
        desk = DeskKind(application.default_desk).label if application.default_desk else ""
        facts += [
            (_("类别"), category),
            (_("工作性质"), Nature(application.nature).label),
            (_("由哪一级办理"), desk),
            (_("每年经费（元）"), yuan(application.yearly_fen)),
        ]
    elif application.ends_on is not None:
        successor = application.successor.name if application.successor is not None else _("交回主责部门")
        facts += [
            (_("最后一天"), date_format(application.ends_on, "Y-m-d")),
            (_("没有办完的由谁接替"), successor),
        ]
    pairs(document, facts)
    if is_admission:
        body(document, application)
    else:
        heading(document, _("退出理由"))
        paragraphs(document, application.reason)
    if application.grounds:
        heading(document, _("不予同意的理由"))
        paragraphs(document, "\n".join(str(one) for one in reasons(application.grounds)))
    heading(document, _("办理经过"))
    events = [told(event) for event in timeline(application)]
    pairs(document, [(moment(one.at), f"{one.who}：{one.sentence} {one.note}".strip()) for one in events])
    signatures(document, [_("申请单位负责人"), _("初审"), _("核准")], date_line=_("　　　　年　　月　　日"))
    return as_bytes(document)


def body(document: Any, application: Application) -> None:
    for title, text in (
        (_("法律法规或政策依据"), application.legal_basis),
        (_("需要社区落实的工作内容"), application.content),
        (_("随事项下放的权限"), application.authority),
        (_("部门继续承担的责任"), application.duty),
    ):
        heading(document, title)
        paragraphs(document, text)
    heading(document, _("禁止下放的四个问题"))
    pairs(document, [(question.words, ANSWERS[getattr(application, question.code)]) for question in QUESTIONS])
    heading(document, _("分批"))
    batches = application.batches.select_related("street").order_by("phase", "starts_on", "street__code")
    pairs(
        document,
        [
            (
                _("第 %(phase)d 批") % {"phase": one.phase},
                f"{street_name(one.street.code)}，{date_format(one.starts_on, 'Y-m-d')}，{yuan(one.yearly_fen)}",
            )
            for one in batches
        ],
    )
    asked = [one.form for one in forms([application.pk])]
    if asked:
        heading(document, _("要网格员填的表"))
        pairs(document, [(form.name, f"{often(form)}：{'、'.join(form.fields)}") for form in asked])
