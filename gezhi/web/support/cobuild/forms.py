"""Forms of the room 共驻共建."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.cobuild.rules import FEWEST_ASKED, PartnerKind, Specialty, Topic, VolunteerKind
from gezhi.web.operation.forms.uploads import files_field
from gezhi.web.support.fields import SupportForm, choose, day, money, text, tick, words

Fields = dict[str, forms.Field]
NO_NAMES = _("不写受助人的姓名。")


def number(label: Any, **more: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "form-control", "min": 0})
    return forms.IntegerField(label=label, min_value=0, max_value=10_000_000, widget=widget, **more)


def boxes(label: Any, choices: list[tuple[str, str]], *, required: bool = False, help_text: Any = "") -> forms.Field:
    widget = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=required, help_text=help_text, widget=widget
    )


class DeedForm(SupportForm):
    """A form of the given fields."""

    def __init__(self, fields: Fields, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields.update(fields)
        self.finish()


def partner_fields() -> Fields:
    return {
        "name": text(_("单位名称"), longest=80),
        "kind": choose(_("类别"), PartnerKind.choices),
        "alliance": text(_("所在党建联盟"), longest=80, required=False),
        "joined_on": day(_("加入日期")),
        **contact_fields(),
    }


def contact_fields() -> Fields:
    return {
        "contact_name": text(_("联系人"), longest=40, required=False, help_text=_("加密保存，只给维护名册的人看。")),
        "contact_phone": text(_("联系电话"), longest=40, required=False, inputmode="tel"),
    }


def commitment_fields() -> Fields:
    return {"words": text(_("承诺做什么"), longest=200), "due_on": day(_("期限"))}


def offer_fields(areas: list[tuple[str, str]]) -> Fields:
    return {
        "topic": choose(_("类别"), Topic.choices),
        "title": text(_("资源"), longest=80, help_text=_("例如：周六可用的会议室")),
        "amount": text(_("数量、时段"), longest=80, required=False),
        "area": choose(_("能到的范围"), areas),
        "from_on": day(_("从哪天起")),
        "until_on": day(_("到哪天止"), required=False),
    }


def need_fields(areas: list[tuple[str, str]]) -> Fields:
    return {
        "area": choose(_("在哪里"), areas),
        "topic": choose(_("类别"), Topic.choices),
        "title": text(_("需要什么"), longest=80),
        "words": words(_("说明"), longest=400, required=False, help_text=NO_NAMES),
        "is_problem": tick(_("这是一个要解决的问题"), _("坏了、缺了、不安全的算问题；其余是愿望。")),
        "wanted_by": day(_("希望什么时候以前"), required=False),
        "case": text(
            _("来自哪一件"), longest=40, required=False, help_text=_("可填事件编号，例如 370103-261123-0001234")
        ),
    }


def project_fields(needs: list[tuple[str, str]], parts: list[tuple[str, str]]) -> Fields:
    return {
        "title": text(_("项目名称"), longest=80),
        "purpose": words(_("做什么"), longest=400, required=False),
        "needs": boxes(_("承接哪些需求"), needs),
        "parts": boxes(_("共建单位和资源"), parts, required=True, help_text=_("至少一个；近的排在前面。")),
        "started_on": day(_("开始")),
        "due_on": day(_("完成期限")),
        "cost": money(_("预计费用（元）"), required=False),
    }


def milestone_fields() -> Fields:
    return {"title": text(_("节点"), longest=80), "due_on": day(_("期限"))}


def evidence_fields() -> Fields:
    return {"evidence": words(_("凭什么看出已经完成"), longest=400, help_text=NO_NAMES), "files": files_field()}


def household_fields(grids: list[tuple[str, str]]) -> Fields:
    return {
        "area": choose(_("网格"), grids),
        "households": number(_("受益户数"), help_text=_("同一网格再填一次，以新的为准。")),
    }


def finish_fields() -> Fields:
    return {
        "outcome": words(_("做成了什么"), longest=400, help_text=_("居民会看到。")),
        "cost": money(_("实际费用（元）")),
    }


def acceptance_fields() -> Fields:
    return {
        "asked": number(_("问了多少户居民"), help_text=_("至少 %(n)s 户。") % {"n": FEWEST_ASKED}),
        "satisfied": number(_("其中满意的"), help_text=_("三分之二满意为通过；没有通过的回到实施。")),
        "words": words(_("居民说了什么"), longest=400, required=False, help_text=NO_NAMES),
    }


def reason_fields() -> Fields:
    return {"reason": words(_("理由"), longest=200)}


def outcome_fields() -> Fields:
    return {"outcome": words(_("怎样兑现的"), longest=400)}


def site_fields(areas: list[tuple[str, str]]) -> Fields:
    return {
        "brand": text(_("品牌"), longest=30, help_text=_("例如：红色微家、红色港湾")),
        "name": text(_("站点名称"), longest=60),
        "area": choose(_("在哪里"), areas),
        "address": text(_("地址"), longest=120),
        "hours": text(_("开放时间"), longest=120, help_text=_("和门上写的一样")),
        "services": words(_("能做什么"), longest=200),
        "phone": text(_("站点电话"), longest=30, required=False, inputmode="tel"),
    }


def feature_fields(grids: list[tuple[str, str]]) -> Fields:
    return {
        "area": choose(_("网格"), grids),
        "name": text(_("特色"), longest=30),
        "words": words(_("说明"), longest=400),
    }


def answer_fields() -> Fields:
    return {"answer": words(_("答复"), longest=2_000, rows=5, help_text=_("原样给对方看。"))}


def team_fields(grids: list[tuple[str, str]]) -> Fields:
    return {
        "name": text(_("战队名称"), longest=60),
        "words": text(_("一句话介绍"), longest=200, required=False),
        "grids": boxes(_("管哪些网格"), grids, help_text=_("不选的，本区域里的网格都可以找它。")),
    }


def sub_team_fields() -> Fields:
    return {"specialty": choose(_("特长"), Specialty.choices), "name": text(_("名称"), longest=40)}


def activity_fields(sub_teams: list[tuple[str, str]]) -> Fields:
    return {
        "kind": choose(_("类别"), VolunteerKind.choices),
        "title": text(_("活动名称"), longest=80),
        "sub_team": choose(_("基础战队"), sub_teams, required=False),
        "day": day(_("日期")),
        "hour": forms.TimeField(
            label=_("时间"), widget=forms.TimeInput(attrs={"class": "form-control", "type": "time"}, format="%H:%M")
        ),
        "place": text(_("地点"), longest=120),
        "places": number(_("名额")),
    }


def hold_fields() -> Fields:
    return {"beneficiaries": number(_("受益人数"), help_text=NO_NAMES), "outcome": words(_("做了什么"), longest=400)}


def minutes_fields() -> Fields:
    return {"minutes": number(_("服务了多少分钟"), help_text=_("没有来的写 0。"))}


def help_fields(grids: list[tuple[str, str]]) -> Fields:
    return {
        "area": choose(_("网格"), grids),
        "specialty": choose(_("特长"), Specialty.choices),
        "words": text(_("要帮什么"), longest=200, help_text=_("不写是谁、住哪一户。")),
    }


def beneficiary_fields() -> Fields:
    return {"beneficiaries": number(_("受益人数"), help_text=NO_NAMES)}
