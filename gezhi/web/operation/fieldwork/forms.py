"""Forms of the field work: a campaign, its questions, its targets, its steps; a spot."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.fieldwork.models import Campaign, TargetKind
from gezhi.fieldwork.questions import LONGEST_LABEL, MOST_QUESTIONS, Question, QuestionKind
from gezhi.fieldwork.workflow import Step
from gezhi.kernel.access import Actor
from gezhi.kernel.texts import LONGEST_TITLE
from gezhi.territory.models import GridKind
from gezhi.territory.queries import list_names, name_path
from gezhi.web.operation.disputes.forms import Refusable, day_field, line, select
from gezhi.web.operation.forms import Choices, say_what_is_missing

EMPTY_ROWS = 3


def area_choices(actor: Actor, right: str, *, levels: Sequence[Any] = ("street", "community", "grid")) -> Choices:
    """Where the actor holds the right, down to two levels below: a whole district of grids is no list to choose from."""
    found: dict[str, str] = {}
    for top in actor.areas(right):
        found[top] = name_path(top)
        for level in levels:
            found |= {
                area.code: name_path(area.code)
                for area in list_names(level, within=top)
                if len(area.code) - len(top) <= 6
            }
    return sorted(found.items())


def grid_choices(actor: Actor, right: str) -> Choices:
    """The single grids; where they are too many, one names the street first and has fewer."""
    return sorted(
        (area.code, name_path(area.code)) for top in actor.areas(right) for area in list_names("grid", within=top)
    )


class CampaignForm(Refusable):
    """The words and days of a campaign; where it is and what it goes to can't be changed afterwards."""

    title = forms.CharField(label=_("名称"), max_length=LONGEST_TITLE, widget=line(autofocus=True))
    area_code = forms.ChoiceField(label=_("范围"), widget=select())
    target_kind = forms.ChoiceField(label=_("怎样排"), choices=TargetKind.choices, widget=select())
    due_on = day_field(_("截止日期"))
    remind_on = day_field(_("哪天提醒没做完的"), required=False)
    purpose = forms.CharField(
        label=_("看什么、怎么看"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )

    def __init__(self, actor: Actor, campaign: Campaign | None = None, **kwargs: Any) -> None:
        super().__init__(label_suffix="", **kwargs)
        self.fields["remind_on"].help_text = _("不填的，截止前一天提醒。")
        if campaign is None:
            field = self.fields["area_code"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = area_choices(actor, "campaign.edit")
        else:
            del self.fields["area_code"], self.fields["target_kind"]
            kept = ("title", "purpose", "due_on", "remind_on")
            self.initial = {name: getattr(campaign, name) for name in kept}
        say_what_is_missing(self)


class QuestionsForm(Refusable):
    """Rows of questions. An empty row is none, so a question is taken away by emptying its words."""

    def __init__(self, questions: Sequence[Question], *, rows: int = 0, **kwargs: Any) -> None:
        super().__init__(label_suffix="", **kwargs)
        self.given = questions
        self.rows = min(max(rows, len(questions) + EMPTY_ROWS), MOST_QUESTIONS)
        for number in range(1, self.rows + 1):
            self.add_row(number, questions[number - 1] if number <= len(questions) else None)

    def add_row(self, number: int, question: Question | None) -> None:
        name = f"question{number}"
        self.fields[name] = forms.CharField(
            label=_("问什么"),
            required=False,
            max_length=LONGEST_LABEL,
            initial=question.label if question else "",
            widget=line(),
        )
        self.fields[f"{name}_kind"] = forms.ChoiceField(
            label=_("题型"),
            choices=QuestionKind.choices,
            initial=question.kind if question else QuestionKind.YES_NO,
            widget=select(),
        )
        self.fields[f"{name}_choices"] = forms.CharField(
            label=_("选项，用顿号隔开"),
            required=False,
            max_length=400,
            initial="、".join(question.choices) if question else "",
            widget=line(),
        )
        self.fields[f"{name}_required"] = forms.BooleanField(
            label=_("必填"), required=False, initial=question.is_required if question else False
        )
        self.fields[f"{name}_code"] = forms.CharField(
            required=False, max_length=20, initial=question.code if question else "", widget=forms.HiddenInput()
        )

    def lines(self) -> list[dict[str, Any]]:
        """The rows, for the template."""
        return [
            {
                "number": number,
                "label": self[f"question{number}"],
                "kind": self[f"question{number}_kind"],
                "choices": self[f"question{number}_choices"],
                "required": self[f"question{number}_required"],
                "code": self[f"question{number}_code"],
            }
            for number in range(1, self.rows + 1)
        ]

    def questions(self) -> tuple[list[Question], list[int]]:
        """What was filled in, and in which row each stands."""
        given = self.cleaned_data
        found, at = [], []
        for number in range(1, self.rows + 1):
            name = f"question{number}"
            if not given[name].strip():
                continue
            kind = given[f"{name}_kind"]
            choices = tuple(
                part.strip() for part in given[f"{name}_choices"].replace("，", "、").split("、") if part.strip()
            )
            found.append(
                Question(
                    given[f"{name}_code"],
                    given[name],
                    kind,
                    given[f"{name}_required"],
                    choices if kind == QuestionKind.CHOICE else (),
                )
            )
            at.append(number)
        return found, at


class TargetsForm(Refusable):
    """Which parts of the area, and which kind of grids."""

    codes = forms.MultipleChoiceField(
        label=_("哪些地方"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    )
    grid_kind = forms.ChoiceField(label=_("哪种网格"), required=False, widget=select())

    def __init__(self, parts: Choices, **kwargs: Any) -> None:
        super().__init__(label_suffix="", **kwargs)
        codes, kinds = self.fields["codes"], self.fields["grid_kind"]
        assert isinstance(codes, forms.MultipleChoiceField)
        assert isinstance(kinds, forms.ChoiceField)
        codes.choices = parts
        codes.help_text = _("一个都不勾选，就是整个范围。")
        kinds.choices = [("", _("全部")), *GridKind.choices]


class StepForm(Refusable):
    """What a step needs and offers."""

    def __init__(self, step: Step, *, due_on: date, **kwargs: Any) -> None:
        super().__init__(label_suffix="", **kwargs)
        for name in (*step.needs, *step.offers):
            if name == "due_on":
                self.fields[name] = day_field(_("新的截止日期"))
                self.initial = {"due_on": due_on}
            else:
                self.fields[name] = forms.CharField(
                    label=_("理由"),
                    required=name in step.needs,
                    max_length=500,
                    widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
                )
        say_what_is_missing(self)


class SpotForm(Refusable):
    """A spot worth a look."""

    name = forms.CharField(label=_("名称"), max_length=40, widget=line(autofocus=True))
    area_code = forms.ChoiceField(label=_("在哪个网格"), widget=select())
    hint = forms.CharField(label=_("看什么"), required=False, max_length=120, widget=line())

    def __init__(self, actor: Actor, *, is_new: bool, **kwargs: Any) -> None:
        super().__init__(label_suffix="", **kwargs)
        if is_new:
            field = self.fields["area_code"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = grid_choices(actor, "spot.edit")
        else:
            del self.fields["area_code"]
        say_what_is_missing(self)
