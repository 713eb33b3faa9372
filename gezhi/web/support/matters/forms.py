"""Forms of the matters: an application with its streets and its tables, an exit, a step, money that came, work refused."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.matters.actions import Draft, ExitDraft, NewBatch, NewDemand
from gezhi.matters.actions.catalogue import LONGEST_TEMPLATE
from gezhi.matters.admission import QUESTIONS, Nature
from gezhi.matters.burden import Every
from gezhi.matters.models import Application, Category
from gezhi.matters.models.outside_request import Channel
from gezhi.matters.queries import catalogue
from gezhi.matters.workflow import CHECKS, INPUTS, ApplicationKind, Step
from gezhi.people.models import Department, DeskKind
from gezhi.people.queries import DeskInfo
from gezhi.territory.queries import list_names
from gezhi.web.support.matters.wording import fen_of

TEXT = {"class": "form-control"}
SELECT = {"class": "form-select"}
# Empty lines of the table of forms, beside those that are filled in.
SPARE = 2
MOST_YUAN = Decimal(10) ** 9
Choices = Sequence[tuple[Any, Any]]


def box(
    label: Any, *, rows: int = 3, longest: int = 4_000, required: bool = False, help_text: Any = ""
) -> forms.CharField:
    widget = forms.Textarea(attrs={**TEXT, "rows": rows})
    return forms.CharField(label=label, required=required, max_length=longest, help_text=help_text, widget=widget)


def line(label: Any, longest: int, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput(attrs={**TEXT, "autocomplete": "off"})
    return forms.CharField(label=label, required=required, max_length=longest, help_text=help_text, widget=widget)


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={**TEXT, "type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, input_formats=["%Y-%m-%d"])


def number(label: Any, least: int, most: int, *, required: bool = True, help_text: Any = "") -> forms.IntegerField:
    widget = forms.NumberInput(attrs={**TEXT, "inputmode": "numeric"})
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, required=required, widget=widget, help_text=help_text
    )


def money(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DecimalField:
    widget = forms.NumberInput(attrs={**TEXT, "inputmode": "decimal", "step": "0.01"})
    return forms.DecimalField(
        label=label,
        min_value=Decimal("0.01"),
        max_value=MOST_YUAN,
        decimal_places=2,
        required=required,
        widget=widget,
        help_text=help_text,
    )


def choice(
    label: Any, choices: Choices, *, required: bool = True, coerce: Any = str, help_text: Any = ""
) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=choices,
        required=required,
        coerce=coerce,
        empty_value=None if coerce is int else "",
        widget=forms.Select(attrs=SELECT),
        help_text=help_text,
    )


class Refusable(forms.Form):
    def refuse(self, field: str | None, message: Any) -> None:
        """Show a refusal of the action beside the input it is about."""
        self.add_error(field if field in self.fields else None, str(message))


# --- admission --------------------------------------------------------------------------------------------------------


class BatchForm(forms.Form):
    """One street: from which day, in which phase, with how much a year. Left empty the matter doesn't come there."""

    starts_on = day_field(_("开始日期"), required=False)
    phase = number(_("批次"), 1, 99, required=False)
    yearly = money(_("每年经费（元）"), required=False)

    def __init__(self, street: Any, **kwargs: Any) -> None:
        super().__init__(
            prefix=f"street-{street.code}", auto_id="id-%s", label_suffix="", use_required_attribute=False, **kwargs
        )
        self.street = street
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = f"{street.short_name} {field.label}"
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        filled = [name for name in ("starts_on", "yearly") if given.get(name)]
        if filled and len(filled) < 2 and not self.errors:
            raise forms.ValidationError(_("开始日期和每年经费要一起填，都不填就是不下沉到这里。"))
        return given

    def batch(self) -> NewBatch | None:
        given = self.cleaned_data
        if not given.get("starts_on"):
            return None
        return NewBatch(self.street.code, given["starts_on"], fen_of(given["yearly"]), given.get("phase") or 1)


class DemandForm(forms.Form):
    """One table that workers fill in. An empty name is an empty line."""

    name = line(_("表格名称"), 60, required=False)
    times = number(_("次数"), 1, 1_000, required=False)
    every = choice(_("多久一次"), [("", "—"), *Every.choices], required=False)
    minutes = number(_("每次几分钟"), 1, 6_000, required=False)
    fields_text = box(_("数据项"), rows=2, longest=2_000)

    def __init__(self, position: int, **kwargs: Any) -> None:
        super().__init__(
            prefix=f"demand-{position}", auto_id="id-%s", label_suffix="", use_required_attribute=False, **kwargs
        )
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{_('第')}{position + 1}{_('张表')} {field.label}"

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("name") and not (given.get("every") and given.get("minutes")) and not self.errors:
            raise forms.ValidationError(_("请写明多久填一次、每次几分钟。"))
        return given

    def demand(self) -> NewDemand | None:
        given = self.cleaned_data
        if not given.get("name"):
            return None
        fields = given["fields_text"].replace("，", "、").replace(",", "、").replace("\n", "、").split("、")
        return NewDemand(given["name"], given["every"], given["minutes"], given.get("times") or 1, fields)


YES_NO: Choices = [("no", _("否")), ("yes", _("是"))]


def yes_no(label: Any, *, required: bool = False) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=YES_NO, required=required, widget=forms.RadioSelect(attrs={"class": "form-check-input"})
    )


class AdmissionForm(Refusable):
    """A department's application. Nothing but the name is needed to keep it; what is missing is said when it is handed in."""

    name = line(_("事项名称"), 60)
    category_id = choice(_("类别"), [], required=False, coerce=int)
    nature = choice(_("工作性质"), Nature.choices, help_text=_("行政执法和行业监管不得下放到网格。"))
    legal_basis = box(_("法律法规或政策依据"), rows=2)
    content = box(_("需要社区落实的工作内容"), rows=4, help_text=_("写到网格员照着能做：做什么、做到什么程度。"))
    authority = box(_("随事项下放的权限"), rows=2, help_text=_("权随责走：查询、核实、协调等，写清楚。"))
    duty = box(_("部门继续承担的责任"), rows=2)
    default_desk = choice(_("由哪一级办理"), [("", _("请选择")), *DeskKind.choices], required=False)
    expected_a_week = number(_("预计全区每周多少件"), 0, 100_000, required=False)
    words = line(_("提示词"), 400, required=False, help_text=_("群众会怎么说，用空格隔开。系统按这些词推荐事项。"))
    handling_template = box(_("办理模板"), rows=4, longest=LONGEST_TEMPLATE)
    answer_template = box(_("答复模板"), rows=4, longest=LONGEST_TEMPLATE, help_text=_("要由人填的地方用【】标出。"))

    def __init__(self, application: Application | None = None, data: Any = None) -> None:
        initial = initial_of(application) if application is not None else None
        super().__init__(data=data, initial=initial, label_suffix="", use_required_attribute=False)
        categories = [
            (row.pk, row.name if row.is_confirmed else f"{row.name}（{_('待确认')}）")
            for row in Category.objects.order_by("code")
        ]
        self.fields["category_id"].choices = [("", _("请选择")), *categories]  # type: ignore[attr-defined]
        for question in QUESTIONS:
            self.fields[question.code] = yes_no(question.words)
        self.batch_forms = self.batches_of(application, data)
        self.demand_forms = self.demands_of(application, data)

    @staticmethod
    def batches_of(application: Application | None, data: Any) -> list[BatchForm]:
        known = {}
        if application is not None:
            known = {batch.street.code: batch for batch in application.batches.select_related("street")}
        made = []
        for street in list_names("street"):
            batch = known.get(street.code)
            initial = (
                {"starts_on": batch.starts_on, "phase": batch.phase, "yearly": Decimal(batch.yearly_fen) / 100}
                if batch is not None
                else None
            )
            made.append(BatchForm(street, data=data, initial=initial))
        return made

    @staticmethod
    def demands_of(application: Application | None, data: Any) -> list[DemandForm]:
        rows = list(application.demands.prefetch_related("fields").order_by("pk")) if application is not None else []
        initials: list[dict[str, Any] | None] = [
            {
                "name": row.name,
                "times": row.times,
                "every": row.every,
                "minutes": row.minutes,
                "fields_text": "、".join(field.name for field in row.fields.all()),
            }
            for row in rows
        ]
        initials += [None] * SPARE
        return [DemandForm(position, data=data, initial=initial) for position, initial in enumerate(initials)]

    @property
    def questions(self) -> Iterator[forms.BoundField]:
        return (self[code] for code in CHECKS)

    @property
    def basics(self) -> Iterator[forms.BoundField]:
        return (field for field in self.visible_fields() if field.name not in CHECKS)

    def is_valid(self) -> bool:
        # All of them, so that everything wrong is said at once.
        return all([super().is_valid(), *(one.is_valid() for one in (*self.batch_forms, *self.demand_forms))])

    def draft(self) -> Draft:
        given = dict(self.cleaned_data)
        answers = {code: {"yes": True, "no": False}.get(given.pop(code)) for code in CHECKS}
        batches = [one.batch() for one in self.batch_forms]
        demands = [one.demand() for one in self.demand_forms]
        given["words"] = tuple(given["words"].split())
        given["expected_a_week"] = given["expected_a_week"] or 0
        return Draft(
            **given,
            answers=answers,
            batches=[one for one in batches if one is not None],
            demands=[one for one in demands if one is not None],
        )


def initial_of(application: Application) -> dict[str, Any]:
    names = (
        "name", "category_id", "nature", "legal_basis", "content", "authority", "duty", "default_desk", "handling_template",
        "answer_template", "expected_a_week",
    )  # fmt: skip
    answers = {code: {True: "yes", False: "no", None: ""}[value] for code, value in application.answers.items()}
    return {name: getattr(application, name) for name in names} | {"words": " ".join(application.words)} | answers


# --- exit -------------------------------------------------------------------------------------------------------------


class ExitForm(Refusable):
    """Why a matter leaves, its last day, and who takes over what is open."""

    matter_id = choice(_("要退出的事项"), [], coerce=int)
    reason = box(_("为什么不再适宜由网格承担"), rows=4, required=True)
    ends_on = day_field(_("清单里的最后一天"))
    successor_id = choice(
        _("没有办完的由哪个事项接替"),
        [],
        required=False,
        coerce=int,
        help_text=_("不选，就交回主责部门；没有主责部门的，交回受理岗台重新归类。"),
    )

    def __init__(self, desk: DeskInfo, at: datetime, application: Application | None = None, data: Any = None) -> None:
        names = ("matter_id", "reason", "ends_on", "successor_id")
        initial = {name: getattr(application, name) for name in names} if application is not None else None
        super().__init__(data=data, initial=initial, label_suffix="", use_required_attribute=False)
        standing = [one for one in catalogue().valid_on(local_day(at)) if one.valid_until is None]
        own = [one for one in standing if desk.department_id in (None, one.owner_id)]
        self.fields["matter_id"].choices = [("", _("请选择事项")), *((one.id, f"{one.code} {one.name}") for one in own)]  # type: ignore[attr-defined]
        self.fields["successor_id"].choices = [  # type: ignore[attr-defined]
            ("", _("没有接替的事项")),
            *((one.id, f"{one.code} {one.name}") for one in standing),
        ]
        if application is not None:
            # The matter of an application stays; another one is another application.
            del self.fields["matter_id"]
        self.application = application

    def draft(self) -> ExitDraft:
        given = dict(self.cleaned_data)
        if self.application is not None:
            given["matter_id"] = self.application.matter_id
        return ExitDraft(**given)


# --- steps ------------------------------------------------------------------------------------------------------------


class StepForm(Refusable):
    """The inputs that a step needs and offers; the four questions only where an admission is examined."""

    def __init__(self, step: Step, application: Application, data: Any = None) -> None:
        super().__init__(data=data, auto_id="step-%s", label_suffix="", use_required_attribute=False)
        asked = (*step.needs, *step.offers)
        if application.kind == ApplicationKind.ADMISSION and step.name == "review":
            for question in QUESTIONS:
                self.fields[question.code] = yes_no(question.words, required=True)
        if "comment" in asked:
            self.fields["comment"] = box(INPUTS["comment"].label, longest=2_000, required="comment" in step.needs)

    def inputs(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return {name: value == "yes" if name in CHECKS else value for name, value in given.items()}


class ScheduleForm(Refusable):
    """One more street for an admitted matter, or another day for one that has not begun."""

    street = choice(_("街道"), [])
    starts_on = day_field(_("开始日期"))
    phase = number(_("批次"), 1, 99)
    yearly = money(_("每年经费（元）"))
    reason = box(_("为什么调整"), rows=2, longest=2_000, required=True)

    def __init__(self, application: Application, at: datetime, data: Any = None) -> None:
        super().__init__(data=data, auto_id="schedule-%s", label_suffix="", use_required_attribute=False)
        begun = set(application.batches.filter(starts_on__lte=local_day(at)).values_list("street__code", flat=True))
        open_to = [(one.code, one.short_name) for one in list_names("street") if one.code not in begun]
        self.fields["street"].choices = [("", _("请选择街道")), *open_to]  # type: ignore[attr-defined]


# --- funds ------------------------------------------------------------------------------------------------------------


class ReceivedForm(Refusable):
    """Money that came to a street for a matter."""

    matter_id = choice(_("事项"), [], coerce=int)
    street = choice(_("街道"), [])
    year = number(_("年度"), 2000, 2099)
    amount = money(_("到账金额（元）"))
    document = line(_("凭据"), 100, help_text=_("拨款文号或者到账凭证号。"))

    def __init__(self, actor: Actor, at: datetime, data: Any = None) -> None:
        super().__init__(
            data=data,
            initial={"year": local_day(at).year},
            auto_id="received-%s",
            label_suffix="",
            use_required_attribute=False,
        )
        streets = [one for one in list_names("street") if actor.may("matter.fund", area=one.code)]
        codes = {one.code for one in streets}
        promised = [one for one in catalogue().codes.values() if codes & set(dict(one.starts))]
        self.fields["matter_id"].choices = [("", _("请选择事项")), *((one.id, one.name) for one in promised)]  # type: ignore[attr-defined]
        self.fields["street"].choices = [("", _("请选择街道")), *((one.code, one.short_name) for one in streets)]  # type: ignore[attr-defined]
        if len(streets) == 1:
            self.initial["street"] = streets[0].code


class CorrectForm(Refusable):
    reason = line(_("为什么冲正"), 100)


# --- outside the catalogue --------------------------------------------------------------------------------------------


class OutsideForm(Refusable):
    """Work that came down outside the catalogue."""

    area_code = choice(_("哪里"), [])
    department_id = choice(_("哪个部门布置的"), [], required=False, coerce=int)
    asker = line(_("其他单位"), 60, required=False, help_text=_("不是区里部门的，写单位名称，不写个人姓名。"))
    what = box(_("要网格做什么"), rows=4, longest=2_000, required=True)
    asked_on = day_field(_("哪天布置的"))
    channel = choice(_("怎样布置的"), [("", _("请选择")), *Channel.choices])

    def __init__(self, areas: Choices, at: datetime, data: Any = None) -> None:
        super().__init__(data=data, initial={"asked_on": local_day(at)}, label_suffix="", use_required_attribute=False)
        departments = [(row.pk, row.name) for row in Department.objects.filter(is_active=True).order_by("name")]
        self.fields["area_code"].choices = areas  # type: ignore[attr-defined]
        self.fields["department_id"].choices = [("", _("不是区里的部门")), *departments]  # type: ignore[attr-defined]
