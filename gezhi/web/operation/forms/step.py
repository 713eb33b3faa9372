"""The form of a step: what its row of the table needs and offers, with what the house can fill in for the person."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.cases.access import covers
from gezhi.cases.handling_plans import PlanRow, plan_for
from gezhi.cases.models import Case
from gezhi.cases.workflow import INPUTS, Step
from gezhi.kernel.access import Actor
from gezhi.matters.queries import catalogue
from gezhi.people.queries import directory
from gezhi.web.operation.forms.fields import FIELDS, Question, say_what_is_missing

# What an answer template leaves for a person to fill in: 【核实到的情况】.
GAP = re.compile(r"【[^【】\n]{1,40}】")
# A long list of choices is found by typing.
SOUGHT = ("matter_id", "desk_id")
PLACE = ("lng", "lat", "area_code")


class StepForm(forms.Form):
    """One for any step. `is_for_many`: the case stands for a selection, so nothing is guessed from its words."""

    def __init__(
        self, step: Step, case: Case, actor: Actor, at: datetime, *, is_for_many: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(auto_id="step-%s", label_suffix="", **kwargs)
        self.step, self.case, self.actor, self.at, self.is_for_many = step, case, actor, at, is_for_many
        # Which part of the template shows a field.
        self.kinds: dict[str, str] = {}
        for name in (*step.needs, *step.offers):
            if name == "answer" and step.name == "verify" and not covers(actor, "case.answer", case):
                continue
            one = INPUTS[name]
            question = Question(name, one, step, case, actor, at, name in step.needs)
            for wire, field in FIELDS[one.kind](question).items():
                self.fields[wire] = field
                self.kinds[wire] = one.kind
        if step.name == "verify" and "answer" in self.fields:
            self.fields["answer"].help_text = _("填了，核查和答复一步完成；留空，只核查，之后再答复。")
        say_what_is_missing(self)
        self.initial = {**self.prefilled(), **self.initial}
        # With the likeliest matter chosen, accepting takes two keys: the focus waits on the button.
        self.is_ready = step.name == "accept" and bool(self.initial["matter_id"]) and not self.is_bound
        # Who verifies mostly writes the answer in the same go; the note beside it is rare.
        first = "answer" if step.name == "verify" and "answer" in self.fields else next(iter(self.fields), "")
        self.sought = first if first in SOUGHT and not self.is_ready else ""
        if first and not self.is_ready and not self.sought:
            self.fields[first].widget.attrs["autofocus"] = True

    def shown(self) -> Iterator[tuple[BoundField, str, str]]:
        """The fields in order, each with the template that shows it and the words that may be put into it."""
        offered = {} if self.is_for_many else self.offered
        for bound in self.visible_fields():
            yield bound, f"operation/fields/{self.kinds[bound.name]}.html", offered.get(bound.name, "")

    def inputs(self) -> dict[str, Any]:
        """What the action is given, files apart. A point on the map wins over an area."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "files"}
        if "area_code" in given and given["lng"] is not None:
            given["area_code"] = ""
        return given

    @property
    def template(self) -> str:
        """The answer template of the matter, else of its category's plan; "" where there is none or nothing is answered."""
        if self.step.name not in ("answer", "verify"):
            return ""
        matter = catalogue().matters.get(self.case.matter_id) if self.case.matter_id else None
        if matter is not None and matter.answer_template:
            return matter.answer_template
        return self.plan.answer if self.plan is not None else ""

    @cached_property
    def plan(self) -> PlanRow | None:
        """The handling plan for the case at its desk."""
        level = directory().get(self.case.desk_id).kind
        return plan_for(self.case.matter_id, level, on=timezone.localdate(self.at))

    @property
    def offered(self) -> dict[str, str]:
        """What may be put into a field at a press: the template into the answer, the plan into the result."""
        result = self.plan.steps if self.step.name == "finish" and self.plan is not None else ""
        return {name: words for name, words in (("answer", self.template), ("result", result)) if words}

    def prefilled(self) -> dict[str, Any]:
        """The matter that was named or is likeliest; the answer that was drafted, else for answering the matter's template."""
        if self.is_for_many:
            return {"matter_id": None}
        suggested = self.suggestions()
        # Who reclassifies wants another matter than the one it has.
        known = self.case.matter_id if self.step.name == "accept" else None
        chosen = known or (suggested[0][0] if suggested and self.step.name == "accept" else None)
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
        if "matter" not in self.step.needs or self.is_for_many:
            return []
        known = catalogue()
        day = timezone.localdate(self.at)
        return [
            (one.matter_id, known.get(one.matter_id).name, "、".join(one.words))
            for one in known.suggest(f"{self.case.title}\n{self.case.text}")
            if known.get(one.matter_id).is_offered(day, self.case.street_code)
        ]

    def refuse(self, field: str | None, message: Any) -> None:
        """Show a refusal of the action beside the input it is about; what is about the point stands at its area."""
        field = "area_code" if field in PLACE and "area_code" in self.fields else field
        self.add_error(field if field in self.fields else None, str(message))
