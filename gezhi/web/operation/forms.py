"""Forms of the desk: one for any step, made from its row of the step table, and one for a report taken down by telephone or at the counter."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.cases.access import covers
from gezhi.cases.actions.report import LONGEST_TEXT, MOST_FILES
from gezhi.cases.models import Case, Kind
from gezhi.cases.workflow import Step
from gezhi.kernel.access import Actor
from gezhi.kernel.files import keep
from gezhi.kernel.models import StoredFile
from gezhi.matters.queries import catalogue
from gezhi.people.models import DeskKind
from gezhi.people.queries import DeskInfo, directory

Choices = Sequence[tuple[Any, Any]]
KEPT_FOR_SECONDS = 24 * 3600
# What an answer template leaves for a person to fill in: 【核实到的情况】.
GAP = re.compile(r"【[^【】\n]{1,40}】")


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of uploads; what they are is looked at when they are kept."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        uploads = data if isinstance(data, list | tuple) else [data]
        return [forms.FileField.clean(self, upload, initial) for upload in uploads if upload]


# --- what a field offers --------------------------------------------------------------------------------------------


def matter_choices(at: datetime) -> Choices:
    """The matters of the day in their categories; a category not yet confirmed says so."""
    groups: dict[Any, list[tuple[int, str]]] = {}
    for matter in catalogue().valid_on(timezone.localdate(at)):
        name = matter.category_name if matter.category_is_confirmed else f"{matter.category_name}（{_('待确认')}）"
        groups.setdefault(name, []).append((matter.id, matter.name))
    return [("", _("请选择事项")), *groups.items()]


def desk_choices(case: Case, actor: Actor, *, empty: Any) -> Choices:
    """Desks to which this actor may send this case: upwards and downwards of its place first, then its neighbours, then departments."""
    desks = directory()
    here = desks.desks.get(case.desk_id)
    base = case.place_code or (here.area_code if here is not None else "")
    ladder = [desk for size in (15, 12, 9, 6) if (desk := desks.upwards(base[:size])) is not None and len(base) >= size]
    around = [
        *[desk for desk in desks.within(base[:12]) if len(base) >= 12 and desk.kind == DeskKind.GRID],
        *[desk for desk in desks.within(base[:9]) if len(base) >= 9 and desk.kind == DeskKind.COMMUNITY],
        *[desk for desk in desks.opened if desk.kind == DeskKind.STREET],
    ]
    departments = [desk for desk in desks.opened if desk.kind == DeskKind.DEPARTMENT]
    seen: set[int] = {case.desk_id}

    def fresh(several: Iterable[DeskInfo]) -> list[tuple[int, str]]:
        chosen = []
        for desk in several:
            if desk.id not in seen and actor.may("case.assign", area=desk.area_code, desk_id=desk.id):
                seen.add(desk.id)
                chosen.append((desk.id, desk.name))
        return chosen

    groups = [(_("事发地"), fresh(ladder)), (_("周边"), fresh(around)), (_("部门"), fresh(departments))]
    return [("", empty), *[group for group in groups if group[1]]]


def text_field(label: Any, *, rows: int = 3, help_text: Any = "") -> Callable[[bool], forms.Field]:
    return lambda required: forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_TEXT,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows, "class": "form-control"}),
    )


TEXTS: dict[str, Callable[[bool], forms.Field]] = {
    "reason": text_field(_("理由")),
    "result": text_field(_("办理结果"), rows=4, help_text=_("做了什么、解决到什么程度。核查的人会看到。")),
    "answer": text_field(_("答复内容"), rows=5, help_text=_("诉求人会原样看到，请写完整、写明白。")),
    "note": text_field(_("说明"), rows=2),
}
# The word a step of the table uses, and the name under which its action takes it.
INPUT = {"matter": "matter_id", "desk": "desk_id"}
SOUGHT = ("matter_id", "desk_id")


def say_what_is_missing(form: forms.Form) -> None:
    """In the words of a colleague, instead of Django's own."""
    for field in form.fields.values():
        choose = isinstance(field, forms.ChoiceField)
        words = _("请选择%(what)s。") if choose else _("请填写%(what)s。")
        field.error_messages["required"] = words % {"what": field.label}


# --- a step ---------------------------------------------------------------------------------------------------------


class StepForm(forms.Form):
    """The inputs that a step needs and offers, with what the house can fill in for the person."""

    def __init__(self, step: Step, case: Case, actor: Actor, at: datetime, **kwargs: Any) -> None:
        super().__init__(auto_id="step-%s", label_suffix="", **kwargs)
        self.step, self.case, self.actor, self.at = step, case, actor, at
        for name in (*step.needs, *step.offers):
            if name == "answer" and step.name == "verify" and not covers(actor, "case.answer", case):
                continue
            self.fields[INPUT.get(name, name)] = self.field(name, required=name in step.needs)
        say_what_is_missing(self)
        self.initial = {**self.prefilled(), **self.initial}
        # With the likeliest matter chosen, accepting takes two keys: the focus waits on the button.
        self.is_ready = "matter_id" in self.fields and bool(self.initial["matter_id"]) and not self.is_bound
        # Who verifies mostly writes the answer in the same go; the note beside it is rare.
        first = "answer" if step.name == "verify" and "answer" in self.fields else next(iter(self.fields), "")
        # A long list of choices is found by typing: then the focus waits in the field above it.
        self.sought = first if first in SOUGHT and not self.is_ready else ""
        if first and not self.is_ready and not self.sought:
            self.fields[first].widget.attrs["autofocus"] = True

    def field(self, name: str, *, required: bool) -> forms.Field:
        select = forms.Select(attrs={"class": "form-select"})
        match name:
            case "matter":
                return forms.TypedChoiceField(
                    label=_("事项"), coerce=int, empty_value=None, choices=matter_choices(self.at), widget=select
                )
            case "desk":
                empty = _("请选择去向") if required else _("按事项自动确定")
                return forms.TypedChoiceField(
                    label=_("去向"),
                    coerce=int,
                    empty_value=None,
                    required=required,
                    choices=desk_choices(self.case, self.actor, empty=empty),
                    widget=select,
                )
            case "files":
                return files_field()
            case _:
                field = TEXTS[name](required)
                if name == "answer" and self.step.name == "verify":
                    field.help_text = _("填了，核查和答复一步完成；留空，只核查，之后再答复。")
                return field

    @property
    def template(self) -> str:
        """The answer template of the matter; "" where there is none or nothing is answered."""
        matter = catalogue().matters.get(self.case.matter_id) if self.case.matter_id else None
        return matter.answer_template if matter is not None and self.step.name in ("answer", "verify") else ""

    def prefilled(self) -> dict[str, Any]:
        """The matter that was named or is likeliest; the answer that was drafted, else for answering the matter's template."""
        suggested = self.suggestions()
        chosen = self.case.matter_id or (suggested[0][0] if suggested else None)
        answer = self.case.answer if self.step.name in ("answer", "verify") else ""
        return {"matter_id": chosen, "answer": answer or (self.template if self.step.name == "answer" else "")}

    def clean_answer(self) -> str:
        """A template that was not filled in must not reach anybody."""
        answer: str = self.cleaned_data["answer"]
        if gaps := GAP.findall(answer):
            raise forms.ValidationError(_("模板里还有没填的地方：%(gaps)s") % {"gaps": "、".join(gaps)})
        return answer

    def suggestions(self) -> list[tuple[int, str, str]]:
        """Up to three matters that the words of the report speak for: id, name, and the words."""
        if "matter" not in self.step.needs:
            return []
        known = catalogue()
        day = timezone.localdate(self.at)
        return [
            (one.matter_id, known.get(one.matter_id).name, "、".join(one.words))
            for one in known.suggest(f"{self.case.title}\n{self.case.text}")
            if known.get(one.matter_id).is_valid_on(day)
        ]

    def refuse(self, field: str | None, message: Any) -> None:
        """Show a refusal of the action beside the input it is about."""
        self.add_error(field if field in self.fields else None, str(message))


def files_field() -> FilesField:
    return FilesField(
        label=_("照片或文件"),
        required=False,
        help_text=_("照片或 PDF，每个不超过 10 MB，最多 %(most)s 个。照片里的拍摄地点等信息会去掉。")
        % {"most": MOST_FILES},
        widget=ManyFiles(attrs={"class": "form-control", "accept": "image/*,application/pdf"}),
    )


# --- a report taken down --------------------------------------------------------------------------------------------


class IntakeForm(forms.Form):
    """代录: what somebody says at the counter or on the telephone."""

    text = forms.CharField(
        label=_("反映的情况"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5, "class": "form-control", "autofocus": True}),
    )
    kind = forms.ChoiceField(label=_("类别"), choices=Kind.choices, widget=forms.Select(attrs={"class": "form-select"}))
    lng = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    area_code = forms.ChoiceField(
        label=_("所在社区"),
        required=False,
        help_text=_("在地图上点了位置就不用选。"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    address = forms.CharField(
        label=_("地址"), required=False, max_length=200, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    reporter_name = forms.CharField(
        label=_("诉求人姓名"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    reporter_phone = forms.CharField(
        label=_("联系电话"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "inputmode": "tel"}),
    )
    may_be_contacted = forms.BooleanField(label=_("可以回访"), required=False, initial=True)
    is_emergency = forms.BooleanField(label=_("紧急"), required=False, help_text=_("危及人身、财产安全，不能等。"))
    is_confidential = forms.BooleanField(label=_("要求保密"), required=False, help_text=_("办理的人看不到是谁反映的。"))

    def __init__(self, areas: Choices, **kwargs: Any) -> None:
        super().__init__(label_suffix="", **kwargs)
        field = self.fields["area_code"]
        assert isinstance(field, forms.ChoiceField)
        # Whoever works in a single grid is in it; a point on the map still wins.
        is_single = len(areas) == 1 and isinstance(areas[0][1], str)
        field.choices = areas if is_single else [("", _("不清楚")), *areas]
        self.fields["files"] = files_field()
        say_what_is_missing(self)

    def refuse(self, field: str | None, message: Any) -> None:
        """Show a refusal of the action beside the input it is about; what is about the point goes to the top."""
        self.add_error(field if field in self.fields and field not in ("lng", "lat") else None, str(message))


class SolveForm(IntakeForm):
    """即查即办: found and solved on the spot."""

    matter_id = forms.TypedChoiceField(
        label=_("事项"), coerce=int, empty_value=None, widget=forms.Select(attrs={"class": "form-select"})
    )
    result = forms.CharField(
        label=_("怎样解决的"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )

    def __init__(self, areas: Choices, matters: Choices, **kwargs: Any) -> None:
        super().__init__(areas, **kwargs)
        field = self.fields["matter_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = matters
        say_what_is_missing(self)


# --- files that outlive a refusal -----------------------------------------------------------------------------------


def keep_uploads(uploads: "Sequence[UploadedFile[Any]]", *, kept: str, user_id: int, at: datetime) -> list[StoredFile]:
    """The files of a form: those of an earlier try that was refused, then the new ones. Before the action, outside its transaction."""
    earlier = list(StoredFile.objects.filter(pk__in=opened_token(kept, user_id))) if kept else []
    return [*earlier, *(keep(upload, at=at) for upload in uploads)]


def token_of(files: Sequence[StoredFile], user_id: int) -> str:
    """Names stored files in a hidden field. Signed for this person: whoever could write keys here could read other people's files."""
    return signing.dumps([file.pk for file in files], salt=f"kept-files-{user_id}") if files else ""


def opened_token(token: str, user_id: int) -> list[int]:
    try:
        return list(signing.loads(token, salt=f"kept-files-{user_id}", max_age=KEPT_FOR_SECONDS))
    except signing.BadSignature:
        return []
