"""Forms of the party's pages."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.calendar import local_day
from gezhi.kernel.steps import Step
from gezhi.party.actions.words import LONGEST_NAME, LONGEST_NUMBER, LONGEST_TEXT, LONGEST_TITLE
from gezhi.party.models import ListKind, Member, OrgPlace, PartyOrg, PointRule
from gezhi.party.rules import ON_GRIDS, Every, OrgKind, offices_of
from gezhi.party.workflows import cultivation, reserve
from gezhi.party.workflows.activities import ActivityKind
from gezhi.party.workflows.points import Exempt
from gezhi.people.access import valid_on
from gezhi.people.models import Post
from gezhi.territory.queries import list_names, name_path
from gezhi.web.operation.disputes.forms import Refusable, day_field, line, select
from gezhi.web.operation.forms.uploads import files_field

NO_NUMBERS = _("不写身份证号码和手机号码。")
Choice = tuple[Any, Any]


def chosen(label: Any, choices: Iterable[Choice], *, required: bool = True, help_text: Any = "") -> forms.ChoiceField:
    several = [("", _("请选择")), *choices]
    return forms.ChoiceField(label=label, choices=several, required=required, widget=select(), help_text=help_text)


def words(label: Any, *, rows: int = 3, required: bool = True, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"class": "form-control", "rows": rows})
    return forms.CharField(label=label, required=required, widget=widget, max_length=LONGEST_TEXT, help_text=help_text)


def short(label: Any, longest: int = LONGEST_TITLE, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, required=required, widget=line(), help_text=help_text)


def boxes(
    label: Any, choices: Sequence[Choice], *, required: bool = True, help_text: Any = ""
) -> forms.MultipleChoiceField:
    widget = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    return forms.MultipleChoiceField(
        label=label, choices=list(choices), required=required, widget=widget, help_text=help_text
    )


def number(label: Any, least: int, most: int, **more: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "form-control"})
    return forms.IntegerField(label=label, min_value=least, max_value=most, widget=widget, **more)


def time_field() -> forms.TimeField:
    widget = forms.TimeInput(attrs={"class": "form-control", "type": "time"}, format="%H:%M")
    return forms.TimeField(label=_("时间"), required=False, widget=widget, input_formats=["%H:%M", "%H:%M:%S"])


def grid_choices(community: str) -> list[Choice]:
    return [(one.code, one.short_name) for one in list_names("grid", within=community)]


def own_grids(org: PartyOrg) -> list[Choice]:
    """The grids on which an organisation stands."""
    places = OrgPlace.objects.filter(org=org, until_on__isnull=True).select_related("area").order_by("area__code")
    return [(place.area.code, place.area.short_name) for place in places]


def org_choices(rows: Iterable[PartyOrg]) -> list[Choice]:
    return [(str(org.pk), org.name) for org in rows]


def people_near(org: PartyOrg, at: datetime) -> list[Choice]:
    """Accounts seated at the organisation's grids, its community, street or district, the nearest first."""
    codes = [code for code, _name in own_grids(org)]
    codes += [org.area.code[:length] for length in (12, 9, 6) if length <= len(org.area.code)]
    rows = Post.objects.filter(
        valid_on(local_day(at)), desk__area__code__in=codes, desk__department__isnull=True, user__is_active=True
    )
    found: dict[int, tuple[int, str]] = {}
    for user_id, name, code, desk in rows.values_list("user_id", "user__name", "desk__area__code", "desk__name"):
        near = -len(code), f"{name}（{desk}）"
        found[user_id] = min(found.get(user_id, near), near)
    return [(str(key), label) for key, (_near, label) in sorted(found.items(), key=lambda one: one[1])]


class OrgForm(Refusable):
    """A new organisation of a kind below a parent."""

    def __init__(self, kind: str, parents: Sequence[PartyOrg], area: str, **kwargs: Any) -> None:
        super().__init__(auto_id="org-%s", label_suffix="", **kwargs)
        self.fields["name"] = short(_("名称"))
        if parents:
            self.fields["parent"] = chosen(_("上级党组织"), org_choices(parents))
            if len(parents) == 1:
                self.initial["parent"] = str(parents[0].pk)
        if kind in ON_GRIDS:
            self.fields["grids"] = boxes(_("所在网格"), grid_choices(area))
        self.fields["on"] = day_field(_("设立日期"))


class NameForm(Refusable):
    def __init__(self, org: PartyOrg, **kwargs: Any) -> None:
        super().__init__(auto_id="org-%s", label_suffix="", initial={"name": org.name}, **kwargs)
        self.fields["name"] = short(_("名称"))


class PlacesForm(Refusable):
    def __init__(self, org: PartyOrg, **kwargs: Any) -> None:
        here = [code for code, _name in own_grids(org)]
        super().__init__(auto_id="org-%s", label_suffix="", initial={"grids": here}, **kwargs)
        self.fields["grids"] = boxes(_("所在网格"), grid_choices(org.area.code))


class OtherOrgForm(Refusable):
    """Another organisation, to move below or to merge into."""

    def __init__(self, label: Any, rows: Iterable[PartyOrg], *, reason: Any = "", **kwargs: Any) -> None:
        super().__init__(auto_id="org-%s", label_suffix="", **kwargs)
        self.fields["other"] = chosen(label, org_choices(rows))
        if reason:
            self.fields["reason"] = words(reason)


class ReasonForm(Refusable):
    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(auto_id="reason-%s", label_suffix="", **kwargs)
        self.fields["reason"] = words(label)


class TermForm(Refusable):
    """Somebody takes an office; the head of a group or household is a member of the branch above."""

    def __init__(self, org: PartyOrg, at: datetime, members: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(auto_id="term-%s", label_suffix="", initial={"from_on": local_day(at)}, **kwargs)
        offices = [(office.value, office.label) for office in offices_of(org.kind)]
        self.fields["office"] = chosen(_("职务"), offices)
        self.initial["office"] = offices[0][0]
        if org.kind in (OrgKind.GROUP, OrgKind.HOUSEHOLD):
            self.fields["member"] = chosen(_("党员"), [(str(one.pk), f"{one.name}（{one.number}）") for one in members])
        else:
            near = _("只列在本级和上级岗台任职的人；在别处任职的，请先安排岗位。")
            self.fields["user"] = chosen(_("人员"), people_near(org, at), help_text=near)
        self.fields["from_on"] = day_field(_("任职日期"))
        self.fields["until_on"] = day_field(_("离任日期"), required=False)


class UntilForm(Refusable):
    def __init__(self, label: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(auto_id="until-%s", label_suffix="", initial={"until_on": local_day(at)}, **kwargs)
        self.fields["until_on"] = day_field(label)


# --- members ------------------------------------------------------------------------------------------------------------


class MemberForm(Refusable):
    def __init__(self, branches: Sequence[PartyOrg], **kwargs: Any) -> None:
        super().__init__(auto_id="member-%s", label_suffix="", **kwargs)
        self.fields["number"] = short(_("编号"), LONGEST_NUMBER, help_text=_("支部自编的编号，不是身份证号码。"))
        self.fields["name"] = short(_("姓名"), LONGEST_NAME)
        self.fields["branch"] = chosen(_("党支部"), org_choices(branches))


class RollForm(Refusable):
    """The file, and whether it is only tried."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(auto_id="roll-%s", label_suffix="", **kwargs)
        widget = forms.FileInput(attrs={"class": "form-control", "accept": ".xlsx"})
        self.fields["file"] = forms.FileField(
            label=_("Excel 文件"),
            widget=widget,
            help_text=_("第一行是标题：编号、姓名、党支部，可以加网格编码。有别的列就不收，请先删去。"),
        )
        self.fields["is_real"] = forms.BooleanField(
            label=_("正式导入"), required=False, help_text=_("不勾选只试一遍，不写入。")
        )
        self.fields["is_real"].widget.attrs["class"] = "form-check-input"


class LinkForm(Refusable):
    def __init__(self, member: Member, at: datetime, **kwargs: Any) -> None:
        initial = {"user": str(member.user_id or "")}
        super().__init__(auto_id="link-%s", label_suffix="", initial=initial, **kwargs)
        words_ = _("有账号的党员，凭自己的账号能看到自己的积分。")
        self.fields["user"] = chosen(_("账号"), people_near(member.branch, at), required=False, help_text=words_)


# --- activities ---------------------------------------------------------------------------------------------------------


class PlanForm(Refusable):
    def __init__(self, orgs: Sequence[PartyOrg], at: datetime, **kwargs: Any) -> None:
        super().__init__(auto_id="plan-%s", label_suffix="", initial={"on": local_day(at)}, **kwargs)
        self.fields["org"] = chosen(_("党组织"), org_choices(orgs))
        self.fields["kind"] = chosen(_("类别"), ActivityKind.choices)
        self.fields["title"] = short(_("主题"), help_text=_("会印在通知上。不写人名以外的个人情况。"))
        self.fields["on"] = day_field(_("日期"))
        self.fields["time"] = time_field()
        self.fields["place"] = short(_("地点"), required=False)


class StepForm(Refusable):
    """The inputs that a step of one of the tables needs and offers."""

    def __init__(self, step: Step[Any], fields: dict[str, Callable[[bool], forms.Field]], **kwargs: Any) -> None:
        super().__init__(auto_id="step-%s", label_suffix="", **kwargs)
        for name in (*step.needs, *step.offers):
            if name in fields:
                self.fields[name] = fields[name](name in step.needs)


def activity_fields(roll: Sequence[Member]) -> dict[str, Callable[[bool], forms.Field]]:
    people = [(str(one.pk), one.name) for one in roll]
    here = _("由记录人勾选。党员不用签到、打卡。")
    return {
        "on": lambda needed: day_field(_("日期"), required=needed),
        "time": lambda needed: time_field(),
        "place": lambda needed: short(_("地点"), required=needed),
        "present": lambda needed: boxes(_("到会的党员"), people, required=needed, help_text=here),
        "excused": lambda needed: boxes(_("请假的党员"), people, required=needed),
        "minutes": lambda needed: words(_("会议记录"), rows=6, required=needed, help_text=NO_NUMBERS),
        "files": lambda needed: files_field(),
        "reason": lambda needed: words(_("原因"), required=needed, rows=2),
    }


# --- points -------------------------------------------------------------------------------------------------------------


class ClaimForm(Refusable):
    def __init__(self, rules: Iterable[PointRule], at: datetime, **kwargs: Any) -> None:
        super().__init__(auto_id="claim-%s", label_suffix="", initial={"on": local_day(at)}, **kwargs)
        several = [(str(one.pk), f"{one.title}（{one.points:+d}，{one.evidence}）") for one in rules]
        self.fields["rule"] = chosen(_("事项"), several)
        self.fields["on"] = day_field(_("日期"))
        self.fields["evidence"] = words(_("依据"), rows=2, help_text=NO_NUMBERS)


class CorrectionForm(Refusable):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(auto_id="claim-%s", label_suffix="", **kwargs)
        self.fields["points"] = number(_("加减多少分"), -100, 100, help_text=_("多记了写负数，少记了写正数。"))
        self.fields["evidence"] = words(_("为什么更正"), rows=2, help_text=NO_NUMBERS)


class ExemptForm(Refusable):
    def __init__(self, at: datetime, **kwargs: Any) -> None:
        super().__init__(auto_id="exempt-%s", label_suffix="", initial={"from_on": local_day(at)}, **kwargs)
        self.fields["kind"] = chosen(_("原因"), Exempt.choices, help_text=_("只选一项，不写具体情况。"))
        self.fields["from_on"] = day_field(_("开始日期"))
        self.fields["until_on"] = day_field(_("结束日期"), required=False)


# --- guarded lists --------------------------------------------------------------------------------------------------------


class CultivationForm(Refusable):
    def __init__(self, branches: Sequence[PartyOrg], at: datetime, **kwargs: Any) -> None:
        super().__init__(auto_id="enter-%s", label_suffix="", initial={"on": local_day(at)}, **kwargs)
        self.fields["name"] = short(_("姓名"), LONGEST_NAME, help_text=_("加密保存，查看要写明理由。"))
        self.fields["org"] = chosen(_("负责培养的党支部"), org_choices(branches))
        self.fields["on"] = day_field(_("递交申请的日期"))
        self.fields["text"] = words(_("情况"), required=False, help_text=NO_NUMBERS)


class ReserveForm(Refusable):
    def __init__(self, areas: Sequence[str], at: datetime, **kwargs: Any) -> None:
        super().__init__(auto_id="enter-%s", label_suffix="", **kwargs)
        known = {one.code: one for area in areas for one in list_names("community", within=area)}
        self.fields["name"] = short(_("姓名"), LONGEST_NAME, help_text=_("加密保存，查看要写明理由。"))
        self.fields["area"] = chosen(_("社区"), [(code, name_path(code)) for code in sorted(known)])
        self.fields["text"] = words(_("推荐理由"), help_text=NO_NUMBERS)
        agreed = _("先当面征得本人同意；本人随时可以撤回，撤回当天删除。")
        self.fields["consented_on"] = day_field(_("本人同意的日期"))
        self.fields["consented_on"].help_text = agreed


GUARDED_FIELDS: dict[str, Callable[[bool], forms.Field]] = {
    "text": lambda needed: words(_("情况"), required=needed, help_text=NO_NUMBERS),
    "reason": lambda needed: words(_("理由"), required=needed, rows=2),
    "consented_on": lambda needed: day_field(_("重新征得本人同意的日期"), required=needed),
}


# --- rules --------------------------------------------------------------------------------------------------------------


class ActivityRuleForm(Refusable):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(auto_id="rule-%s", label_suffix="", **kwargs)
        kinds = [
            (kind.value, kind.label)
            for kind in (OrgKind.COMMITTEE, OrgKind.GENERAL_BRANCH, OrgKind.BRANCH, OrgKind.GROUP)
        ]
        self.fields["org_kind"] = chosen(_("党组织"), kinds)
        self.fields["kind"] = chosen(_("类别"), ActivityKind.choices)
        self.fields["every"] = chosen(_("周期"), Every.choices)
        self.fields["times"] = number(_("次数"), 1, 31, initial=1)
        self.fields["remind_days"] = number(_("提前几天提醒"), 0, 90, initial=7)
        self.fields["from_on"] = day_field(_("从哪天起"))
        self.fields["basis"] = short(_("依据"), 200, required=False)


class StageRuleForm(Refusable):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(auto_id="rule-%s", label_suffix="", **kwargs)
        stages = [
            (f"{kind}:{stage}", f"{kind.label} · {stage.label}")
            for kind, table in ((ListKind.CULTIVATION, cultivation.Stage), (ListKind.RESERVE, reserve.Stage))
            for stage in table
            if stage != reserve.Stage.ENDED
        ]
        self.fields["stage"] = chosen(_("名册和阶段"), stages)
        self.fields["fewest_months"] = number(_("至少几个月"), 0, 120, initial=0)
        self.fields["keep_months"] = number(_("保存几个月"), 1, 60, initial=24)
        self.fields["from_on"] = day_field(_("从哪天起"))
        self.fields["basis"] = short(_("依据"), 200, required=False)


class DecisionForm(Refusable):
    """A district's or street's decision to use points."""

    def __init__(self, areas: Sequence[Choice], at: datetime, **kwargs: Any) -> None:
        super().__init__(auto_id="decide-%s", label_suffix="", initial={"from_on": local_day(at)}, **kwargs)
        self.fields["area"] = chosen(_("在哪里启用"), areas)
        self.fields["basis"] = short(_("依据"), 200, help_text=_("由哪次会议或哪个文件决定。"))
        self.fields["from_on"] = day_field(_("从哪天起"))


class PointRuleForm(Refusable):
    def __init__(self, areas: Sequence[Choice], at: datetime, **kwargs: Any) -> None:
        super().__init__(auto_id="rule-%s", label_suffix="", initial={"from_on": local_day(at)}, **kwargs)
        self.fields["area"] = chosen(_("适用范围"), areas)
        self.fields["code"] = short(_("代码"), 20, help_text=_("同一代码的旧规则到前一天为止。"))
        self.fields["title"] = short(_("事项"))
        self.fields["points"] = number(_("分值"), -100, 100)
        self.fields["evidence"] = short(_("要提供的依据"), 100)
        self.fields["from_on"] = day_field(_("从哪天起"))
