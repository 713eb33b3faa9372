"""The registers of matters as tables of Excel. Money in yuan with two places; whole fen stand behind them."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from gezhi.assessment.matter_loads import Balance, Burden
from gezhi.kernel.workbooks import Column, Sheet
from gezhi.matters.admission import Nature, reasons
from gezhi.matters.books import Paper
from gezhi.matters.models import Application, FundEntry, OutsideRequest
from gezhi.matters.models.fund_entry import FundKind
from gezhi.matters.models.outside_request import Channel
from gezhi.matters.outside import AskerFigures
from gezhi.matters.queries import MatterInfo
from gezhi.matters.workflow import ApplicationKind, ApplicationStage
from gezhi.people.models import DeskKind
from gezhi.territory.queries import name_path
from gezhi.web.support.matters.wording import often, streets_in_words

MONEY = "#,##0.00"


def application_sheet(rows: Iterable[Application]) -> Sheet:
    columns = [
        Column(_("编号")), Column(_("种类")), Column(_("事项"), 16), Column(_("类别"), 8), Column(_("主责部门"), 14), Column(_("状态"), 8),
        Column(_("工作性质"), 8), Column(_("依据"), 20), Column(_("工作内容或退出理由"), 30), Column(_("下放的权限"), 20),
        Column(_("每年经费（元）"), 9, MONEY), Column(_("提交"), 8), Column(_("不予同意的理由"), 24),
    ]  # fmt: skip
    return Sheet(_("准入退出申请"), columns, (application_line(one) for one in rows))


def application_line(one: Application) -> list[Any]:
    is_admission = one.kind == ApplicationKind.ADMISSION
    return [
        one.pk,
        ApplicationKind(one.kind).label,
        one.name,
        one.category.name if one.category is not None else "",
        one.department.name if one.department is not None else "",
        ApplicationStage(one.stage).label,
        Nature(one.nature).label if is_admission else "",
        one.legal_basis,
        one.content if is_admission else one.reason,
        one.authority,
        one.yearly_fen / 100 if is_admission else None,
        localtime(one.submitted_at) if one.submitted_at is not None else None,
        " ".join(str(reason) for reason in reasons(one.grounds)),
    ]


def catalogue_sheet(matters: Iterable[MatterInfo], papers: dict[int, Paper]) -> Sheet:
    columns = [
        Column(_("代码")), Column(_("事项"), 16), Column(_("类别"), 8), Column(_("主责部门"), 14), Column(_("由哪一级办理"), 8),
        Column(_("网格可以承接"), 7), Column(_("第一天"), 7), Column(_("最后一天"), 7), Column(_("街道"), 30), Column(_("依据"), 20),
        Column(_("下放的权限"), 20), Column(_("部门的责任"), 20),
    ]  # fmt: skip

    def lines() -> Iterator[list[Any]]:
        for one in matters:
            paper = papers.get(one.id)
            yield [
                one.code,
                one.name,
                one.category_name,
                one.owner_name,
                DeskKind(one.default_desk).label,
                _("是") if one.is_for_grid else _("否"),
                one.valid_from,
                one.valid_until,
                streets_in_words(one.starts),
                paper.legal_basis if paper is not None else "",
                paper.authority if paper is not None else "",
                paper.duty if paper is not None else "",
            ]

    return Sheet(_("事项清单"), columns, lines())


def balance_sheet(rows: Iterable[Balance], title: str) -> Sheet:
    columns = [
        Column(_("代码")), Column(_("事项"), 16), Column(_("主责部门"), 14), Column(_("有权限说明")), Column(_("应拨（元）"), 9, MONEY),
        Column(_("实收（元）"), 9, MONEY), Column(_("事件数")), Column(_("每件实收（元）"), 8, MONEY), Column(_("不匹配"), 24),
    ]  # fmt: skip

    def lines() -> Iterator[list[Any]]:
        for row in rows:
            account = row.account
            yield [
                row.matter.code,
                row.matter.name,
                row.matter.owner_name,
                _("有") if account.has_authority else _("无"),
                account.promised / 100,
                account.received / 100,
                account.cases,
                account.fen_a_case / 100 if account.fen_a_case is not None else None,
                "、".join(str(one.label) for one in row.mismatches),
            ]

    return Sheet(title, columns, lines())


def fund_sheet(rows: Iterable[FundEntry], title: str) -> Sheet:
    columns = [
        Column(_("编号")), Column(_("事项"), 16), Column(_("街道"), 10), Column(_("年度")), Column(_("种类")), Column(_("金额（元）"), 9, MONEY),
        Column(_("凭据或理由"), 20), Column(_("冲正哪一笔")), Column(_("登记人"), 6), Column(_("登记"), 9),
    ]  # fmt: skip
    lines = (
        [
            one.pk,
            one.matter.name,
            one.street.short_name,
            one.year,
            FundKind(one.kind).label,
            one.amount_fen / 100,
            one.document,
            one.corrects_id,
            one.entered_by.name if one.entered_by is not None else "",
            localtime(one.entered_at),
        ]
        for one in rows
    )
    return Sheet(title, columns, lines)


def burden_sheet(rows: Iterable[Burden]) -> Sheet:
    columns = [
        Column(_("事项"), 16), Column(_("主责部门"), 14), Column(_("表格"), 14), Column(_("多久一次"), 14), Column(_("数据项"), 30),
        Column(_("申报每周分钟"), 7, "0.0"), Column(_("实际每周分钟"), 7, "0.0"), Column(_("相差很大")),
    ]  # fmt: skip
    lines = (
        [
            row.matter.name,
            row.matter.owner_name,
            row.form.name,
            often(row.form),
            "、".join(row.form.fields),
            round(row.declared, 1),
            round(row.counted, 1) if row.counted is not None else None,
            _("是") if row.is_far else "",
        ]
        for row in rows
    )
    return Sheet(_("填表负担"), columns, lines)


def outside_sheets(rows: Iterable[OutsideRequest], figures: Iterable[AskerFigures]) -> list[Sheet]:
    columns = [
        Column(_("哪天"), 7), Column(_("谁布置的"), 14), Column(_("哪里"), 20), Column(_("要做什么"), 30), Column(_("怎样布置的"), 8),
        Column(_("答复"), 30), Column(_("登记人"), 6), Column(_("登记"), 9),
    ]  # fmt: skip
    lines = (
        [
            one.asked_on,
            one.department.name if one.department is not None else one.asker,
            name_path(one.area_code),
            one.what,
            Channel(one.channel).label,
            one.sentence,
            one.refused_by.name if one.refused_by is not None else "",
            localtime(one.refused_at),
        ]
        for one in rows
    )
    counted = [
        Column(_("谁布置的"), 14),
        Column(_("次数")),
        Column(_("涉及社区、网格"), 8),
        Column(_("最近一次"), 7),
    ]
    sums = ([one.name, one.count, one.areas, one.last_on] for one in figures)
    return [Sheet(_("清单外任务"), columns, lines), Sheet(_("按单位"), counted, sums)]


__all__ = [
    "application_sheet",
    "balance_sheet",
    "burden_sheet",
    "catalogue_sheet",
    "fund_sheet",
    "outside_sheets",
]
