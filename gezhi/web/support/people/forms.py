"""Forms of the rooms 组织 and 队伍."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.people.features import Feature
from gezhi.people.functions import Function
from gezhi.people.models import (
    Article,
    Channel,
    Department,
    Force,
    Manner,
    Policy,
    PolicyKind,
    Purpose,
    Source,
    Strength,
)
from gezhi.people.queries import directory
from gezhi.people.roles import STAFFED, Role
from gezhi.people.sources import COLLEGE, CONDITIONS, OPEN_ROUND, PARTY_MEMBER, UNIT
from gezhi.people.standing_rules import source_rules
from gezhi.territory.models import Area, GridKind
from gezhi.territory.queries import list_names, name_path
from gezhi.web.support.fields import SupportForm, choose, day, grid_desks, money, text, tick, words

FACTS = {
    PARTY_MEMBER: _("是党员"),
    COLLEGE: _("大专以上学历"),
    OPEN_ROUND: _("经过公开招聘"),
}
CONDITION_NAMES = {**FACTS, UNIT: _("写明派出或推荐单位")}
# The teams' roles that are given by the form of an appointment; whoever answers for a level has a form of his own.
APPOINTED = [role for role in Role if role in STAFFED and role not in (Role.FIRST_PERSON, Role.SPECIALIST)]


def department_of(value: Any) -> Department:
    return Department.objects.get(pk=value, is_active=True)


def area_of(value: Any) -> Area:
    return Area.objects.get(code=value, is_active=True)


def source_of(value: Any) -> Source:
    return Source.objects.get(pk=value)


class MemberForm(SupportForm):
    """A member of the district committee."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Department.objects.filter(is_active=True).order_by("code").values_list("pk", "name")
        self.fields["name"] = text(_("姓名"), longest=40)
        self.fields["title"] = text(_("职务"), longest=60)
        self.fields["function"] = choose(_("职能"), Function.choices)
        self.fields["department"] = choose(_("单位"), departments, required=False, coerce=department_of)
        self.fields["department"].empty_value = None  # type: ignore[attr-defined]
        self.fields["from_on"] = day(_("从哪天起"))
        self.fields["until_on"] = day(_("到哪天止"), required=False)
        self.finish()


class FirstPersonForm(SupportForm):
    """Who is to answer for a level."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = text(_("姓名"), longest=40)
        self.fields["work_phone"] = text(_("工作电话"), longest=20, inputmode="tel")
        self.fields["from_on"] = day(_("从哪天起"))
        self.fields["until_on"] = day(_("到哪天止"), required=False)
        self.finish()


class TaskForceForm(SupportForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = text(_("专班名称"), longest=60)
        self.fields["purpose"] = text(_("任务"), longest=200, required=False)
        self.fields["from_on"] = day(_("从哪天起"))
        self.fields["until_on"] = day(_("到哪天止"), required=False)
        self.finish()


class JoinForm(SupportForm):
    """Somebody who has an account joins a task force."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = text(_("姓名"), longest=40)
        self.fields["work_phone"] = text(_("工作电话"), longest=20, inputmode="tel")
        self.fields["duty"] = text(_("在专班里分管"), longest=60, required=False)
        self.fields["from_on"] = day(_("从哪天起"))
        self.finish()


class PilotForm(SupportForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [
            *((area.code, area.short_name) for area in list_names("street")),
            *((area.code, _("全区（推开）")) for area in list_names("district")),
        ]
        self.fields["feature"] = choose(_("功能"), Feature.choices)
        self.fields["area"] = choose(_("在哪里打开"), places, coerce=area_of)
        self.fields["from_on"] = day(_("从哪天起"))
        self.fields["until_on"] = day(_("到哪天止"), required=False)
        self.finish()


class PolicyForm(SupportForm):
    """A document of the library, or the next edition of one."""

    def __init__(self, *args: Any, is_edition: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_edition:
            self.fields["kind"] = choose(_("种类"), PolicyKind.choices)
            self.fields["title"] = text(_("文件名称"), longest=120)
        self.fields["number"] = text(_("文号"), longest=40, required=False)
        self.fields["issued_on"] = day(_("印发日期"))
        self.fields["effective_from"] = day(_("生效日期"))
        self.fields["effective_until"] = day(_("失效日期"), required=False, help_text=_("最后一个有效的日子。"))
        self.fields["file"] = forms.FileField(
            label=_("正文（PDF）"),
            required=False,
            widget=forms.ClearableFileInput(attrs={"class": "form-control", "accept": "application/pdf"}),
        )
        self.finish()


class ArticleForm(SupportForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"] = text(_("条款"), longest=20, help_text=_("如：第三条"))
        self.fields["gist"] = text(_("要点"), longest=200, required=False)
        self.finish()


class CiteForm(SupportForm):
    """Which article a rule rests on: articles of documents that are in force today, no others."""

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        articles = Article.objects.filter(policy__in=Policy.objects.in_force_on(on)).select_related("policy")
        named = [(one.pk, f"{one.policy.title} {one.label}") for one in articles.order_by("policy__title", "id")]
        self.fields["article"] = choose(_("依据"), named, coerce=lambda key: Article.objects.get(pk=key))
        self.finish()


class MeetingForm(SupportForm):
    """A meeting with up to six decisions; more are added on its page."""

    LINES = 6

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"] = text(_("会议名称"), longest=120)
        self.fields["held_on"] = day(_("会议日期"))
        self.fields["place"] = text(_("地点"), longest=60, required=False)
        self.fields["minutes"] = words(_("会议记录"), longest=5000, required=False, rows=5)
        self.finish()


class DecisionForm(SupportForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        desks = [(desk.id, desk.name) for desk in directory().opened if desk.kind != "grid"]
        self.fields["decision"] = words(_("议定事项"), longest=300, rows=2)
        self.fields["desk_id"] = choose(_("由谁办"), desks, coerce=int)
        self.fields["due_on"] = day(_("期限"))
        self.finish()


class StepForm(SupportForm):
    """The inputs of a step of a short table: words, and days."""

    KINDS: ClassVar[dict[str, Callable[[bool], forms.Field]]] = {
        "reason": lambda need: words(_("理由"), longest=200, required=need),
        "result": lambda need: words(_("完成情况"), longest=500, required=need),
        "from_on": lambda need: day(_("到岗日期"), required=need),
        "due_on": lambda need: day(_("新的期限"), required=need),
    }

    def __init__(self, step: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (*step.needs, *step.offers):
            self.fields[name] = self.KINDS[name](name in step.needs)
        self.finish()


class AppointForm(SupportForm):
    """Somebody is appointed at a grid: who, where, from where he comes."""

    def __init__(self, *args: Any, actor: Actor, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = {rule.source for rule in source_rules() if rule.holds_on(on)}
        sources = Source.objects.filter(code__in=allowed).values_list("pk", "name")
        self.fields["name"] = text(_("姓名"), longest=40)
        self.fields["work_phone"] = text(_("工作电话"), longest=20, inputmode="tel")
        self.fields["desk_id"] = choose(_("网格"), grid_desks(actor, "staff.edit"), coerce=int)
        self.fields["role"] = choose(_("岗位"), [(role.value, role.label) for role in APPOINTED])
        self.fields["source"] = choose(_("来源"), sources, coerce=source_of)
        self.fields["channel"] = choose(_("选配渠道"), Channel.choices)
        self.fields["manner"] = choose(_("任用方式"), Manner.choices, required=False, help_text=_("专职网格员必填。"))
        self.fields["unit"] = text(
            _("派出或推荐单位"), longest=60, required=False, help_text=_("网格指导员、单位联络人必填。")
        )
        self.fields["from_on"] = day(_("从哪天起"))
        self.fields["until_on"] = day(_("到哪天止"), required=False)
        for code, label in FACTS.items():
            self.fields[code] = tick(label)
        self.fields["reason"] = words(
            _("例外的理由"), longest=200, required=False, rows=2, help_text=_("来源或条件与一般规定不同时填写。")
        )
        self.finish()


class DeputyForm(FirstPersonForm):
    """Who stands in beside."""


class EndForm(SupportForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until_on"] = day(_("最后一天"))
        self.finish()


class ServicesForm(SupportForm):
    """What somebody consents to have shown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["services"] = text(
            _("服务项目"), longest=120, required=False, help_text=_("居民找他能办什么，如：代办、巡查、调解。")
        )
        self.finish()


class RecommendForm(SupportForm):
    def __init__(self, *args: Any, actor: Actor, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [rule.source for rule in source_rules() if rule.role == Role.PART_TIME_WORKER and rule.holds_on(on)]
        sources = Source.objects.filter(code__in=allowed).values_list("pk", "name")
        self.fields["unit"] = text(_("推荐单位"), longest=60)
        self.fields["name"] = text(_("姓名"), longest=40)
        self.fields["work_phone"] = text(_("工作电话"), longest=20, inputmode="tel")
        self.fields["desk_id"] = choose(_("网格"), grid_desks(actor, "staff.recommend"), coerce=int)
        self.fields["source_id"] = choose(_("来源"), sources, coerce=source_of)
        self.fields["reason"] = words(_("推荐理由"), longest=200, required=False, rows=2)
        self.finish()


class ContactForm(SupportForm):
    """Somebody of a professional force, and the grids he answers for."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [
            (area.code, name_path(area.code))
            for level in ("street", "community", "grid")
            for area in list_names(level)
            if actor.may("staff.edit", area=area.code)
        ]
        kinds = Force.objects.values_list("pk", "name")
        self.fields["force"] = choose(_("类别"), kinds, coerce=lambda key: Force.objects.get(pk=key))
        self.fields["name"] = text(_("姓名"), longest=40)
        self.fields["work_phone"] = text(_("工作电话"), longest=20, required=False, inputmode="tel")
        self.fields["unit"] = text(_("单位"), longest=60, required=False)
        self.fields["area"] = choose(
            _("负责的网格"), places, help_text=_("选街道或社区，就是其中的全部网格。"), coerce=area_of
        )
        self.fields["from_on"] = day(_("从哪天起"))
        self.fields["consents"] = tick(_("本人同意在这些网格公示姓名和工作电话"))
        self.finish()


class ForceNameForm(SupportForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = text(_("名称"), longest=30)
        self.fields["is_confirmed"] = tick(_("已经区里确认"))
        self.finish()


class StaffingRuleForm(SupportForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = choose(_("网格类别"), GridKind.choices)
        self.fields["role"] = choose(_("岗位"), [(role.value, role.label) for role in APPOINTED])
        self.fields["symbol"] = text(_("公式里写作"), longest=4)
        self.fields["fewest"] = forms.IntegerField(
            label=_("每格至少几人"),
            min_value=0,
            max_value=100,
            widget=forms.NumberInput(attrs={"class": "form-control"}),
        )
        self.fields["valid_from"] = day(_("从哪天起"))
        self.finish()


class SourceRuleForm(SupportForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = Source.objects.values_list("pk", "name")
        self.fields["role"] = choose(_("岗位"), [(role.value, role.label) for role in APPOINTED])
        self.fields["source"] = choose(_("来源"), sources, coerce=source_of)
        self.fields["strength"] = choose(_("强度"), Strength.choices)
        self.fields["needs"] = forms.MultipleChoiceField(
            label=_("还要满足"),
            required=False,
            choices=[(code, CONDITION_NAMES[code]) for code in CONDITIONS],
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["valid_from"] = day(_("从哪天起"))
        self.finish()


class ImportForm(SupportForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accept = ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        self.fields["file"] = forms.FileField(
            label=_("人员表（.xlsx）"),
            widget=forms.ClearableFileInput(attrs={"class": "form-control", "accept": accept}),
        )
        self.fields["is_dry"] = tick(_("只试算，不保存"), _("先看哪些行有问题，再正式导入。"))
        self.finish()


class BudgetForm(SupportForm):
    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [
            (area.code, area.short_name)
            for level in ("district", "street")
            for area in list_names(level)
            if actor.may("budget.edit", area=area.code)
        ]
        self.fields["year"] = forms.IntegerField(
            label=_("年度"), min_value=2000, max_value=2100, widget=forms.NumberInput(attrs={"class": "form-control"})
        )
        self.fields["area"] = choose(_("记到"), places, coerce=area_of)
        self.fields["purpose"] = choose(_("用途"), Purpose.choices)
        self.fields["yuan"] = money(_("金额（元）"))
        self.fields["words"] = text(_("说明"), longest=200, required=False)
        self.finish()


class CorrectForm(SupportForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["yuan"] = money(_("应为（元）"))
        self.fields["words"] = text(_("为什么更正"), longest=200)
        self.finish()
