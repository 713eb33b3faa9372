"""What a resident fills in. Everything is optional but the text; each refusal says in words what to change."""

import re
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.cases.models import Kind
from gezhi.kernel.texts import LONGEST_TEXT
from gezhi.territory.queries import area_name, list_names
from gezhi.web.portal.photos import MOST

# What each kind means, in everyday words.
KIND_NOTES = {
    Kind.PROBLEM: _("坏了、脏了、不安全"),
    Kind.REQUEST: _("需要帮助办理"),
    Kind.OPINION: _("看法和建议"),
    Kind.TIP: _("违法违规，自动保密"),
}
PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,24}", re.ASCII)


class LongText(forms.CharField):
    """A browser sends a line end as two characters but counts it as one; here it is one."""

    def to_python(self, value: Any) -> str:
        return super().to_python(str(value).replace("\r\n", "\n") if value else value) or ""


class ReportForm(forms.Form):
    """One report. `community` may also hold a street's code; the list of `grid` follows from the chosen community.

    New photos are not a field to be validated: they were taken in before, so that an error elsewhere doesn't lose them.
    """

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    lng = forms.FloatField(widget=forms.HiddenInput, required=False)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False)
    text = LongText(
        label=_("情况"),
        help_text=_("什么事、在哪里、什么时候开始、希望怎样解决。不用写别人的身份证号、银行卡号。"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 7, "autocomplete": "off"}),
        error_messages={
            "required": _("请写下要反映的情况。"),
            "max_length": _("情况最多 %(limit_value)d 个字，现在有 %(show_value)d 个。请缩短后再发，您写的都还在。"),
        },
    )
    kind = forms.ChoiceField(
        label=_("这是"),
        choices=[(kind.value, kind.label) for kind in KIND_NOTES],
        initial=Kind.PROBLEM,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个类别。"), "invalid_choice": _("请选一个类别。")},
    )
    community = forms.ChoiceField(label=_("街道和社区"), required=False)
    grid = forms.ChoiceField(label=_("网格"), required=False)
    address = forms.CharField(
        label=_("地址或附近的标志"),
        help_text=_("例如：某某小区 3 号楼 2 单元门口，公交站旁"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("地址最多 %(limit_value)d 个字，现在有 %(show_value)d 个。")},
    )
    name = forms.CharField(
        label=_("怎样称呼您"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"max_length": _("称呼最多 %(limit_value)d 个字。")},
    )
    phone = forms.CharField(
        label=_("电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"max_length": _("电话号码太长，请核对。")},
    )
    may_be_contacted = forms.BooleanField(label=_("有说不清的地方，可以打电话问我"), required=False, initial=True)
    is_confidential = forms.BooleanField(
        label=_("诉求保密"), help_text=_("办理的人只看到事情，看不到您是谁"), required=False
    )
    photos = forms.Field(
        label=_("照片"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )
    # A trap for programs that fill in every field; people neither see nor reach it.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].choices = community_choices()  # type: ignore[attr-defined]
        chosen = (self.data if self.is_bound else self.initial).get("community", "")
        self.grids = grid_choices(str(chosen))
        self.fields["grid"].choices = [("", _("不清楚")), *self.grids]  # type: ignore[attr-defined]
        self.fields["photos"].widget.attrs["multiple"] = True
        # Put together here, in the language of the request; on the class it would be that of the start of the process.
        self.fields["photos"].help_text = gettext("最多 %(most)s 张，每张不超过 10 MB。照片里的位置等信息会去掉。") % {
            "most": MOST
        }
        if not self.is_bound:
            self.initial.setdefault("key", str(uuid.uuid4()))

    def clean_key(self) -> str:
        """A key that is no UUID is not ours; a new one does no harm but to the protection against a double click."""
        try:
            return str(uuid.UUID(self.cleaned_data["key"]))
        except ValueError:
            return str(uuid.uuid4())

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"]).strip()
        if phone and not PHONE.fullmatch(phone):
            raise forms.ValidationError(_("电话号码只写数字，例如 13800000000 或 0531-86000000；也可以不填。"))
        return phone

    @property
    def area_code(self) -> str:
        """The finest area that was picked from the lists."""
        return str(self.cleaned_data["grid"] or self.cleaned_data["community"])


def community_choices() -> list[Any]:
    """Streets as groups, their communities in them; a street alone may be picked too."""
    choices: list[Any] = [("", _("不清楚，只知道在本区"))]
    for street in list_names("street"):
        inside = [(one.code, one.short_name) for one in list_names("community", within=street.code)]
        only = _("%(street)s（不清楚哪个社区）") % {"street": street.short_name}
        choices.append((street.short_name, [(street.code, only), *inside]))
    return choices


def grid_choices(community: str) -> list[tuple[str, str]]:
    """The grids of a community by code; none for anything else."""
    known = area_name(community)
    if known is None or known.level != "community":
        return []
    return [(grid.code, grid.short_name) for grid in list_names("grid", within=community)]


class RatingForm(forms.Form):
    """Both questions, and a few words for those who want."""

    service = forms.TypedChoiceField(choices=[(level, level) for level in range(1, 6)], coerce=int)
    outcome = forms.TypedChoiceField(
        choices=[(level, level) for level in range(1, 6)],
        coerce=int,
        error_messages={"required": _("请点一个等级。"), "invalid_choice": _("请点一个等级。")},
    )
    note = LongText(
        label=_("想说的话"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "max_length": _("最多 %(limit_value)d 个字，现在有 %(show_value)d 个。请缩短后再发，您写的都还在。")
        },
    )
