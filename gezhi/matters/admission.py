"""What may come to a grid at all, and what speaks against it. Pure: plain values, no Django but translated names.

The founding text forbids four kinds of work for grids and leaves two outside them altogether. Each is a question with yes or no; one yes
is enough, and the reason is said with the question's own words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Nature(TextChoices):
    """What sort of work it is. Only service enters the catalogue."""

    SERVICE = "service", _("服务管理")
    ENFORCEMENT = "enforcement", _("行政执法")
    REGULATION = "regulation", _("行业监管")


@dataclass(frozen=True, slots=True)
class Question:
    """One of the four that refuse. `code` is also the column of the application that holds the applicant's answer."""

    code: str
    words: Any
    reason: Any


QUESTIONS: tuple[Question, ...] = (
    Question("too_specialised", _("专业性较强吗？"), _("专业性较强，应由专业人员办理。")),
    Question(
        "beyond_autonomy", _("超出社区（村）自治能力范围吗？"), _("超出社区（村）自治能力范围，应由有职权的部门办理。")
    ),
    Question("foreign_to_duty", _("与网格责任不相符吗？"), _("与网格责任不相符，不是网格该做的事。")),
    Question("beyond_ability", _("与网格员能力不相匹配吗？"), _("与网格员能力不相匹配，网格员做不了。")),
)
CODES = tuple(question.code for question in QUESTIONS)
NATURES: Mapping[str, Any] = {
    Nature.ENFORCEMENT: _("行政执法不得下放到网格。"),
    Nature.REGULATION: _("行业监管不得下放到网格。"),
}
REASONS: Mapping[str, Any] = {**NATURES, **{question.code: question.reason for question in QUESTIONS}}


def grounds(nature: str, answers: Mapping[str, bool | None]) -> tuple[str, ...]:
    """The codes of all that refuses this work, in the order of the table; empty where nothing does. An open question refuses nothing yet."""
    by_nature = (nature,) if nature in NATURES else ()
    return by_nature + tuple(code for code in CODES if answers.get(code))


def unanswered(answers: Mapping[str, bool | None]) -> tuple[str, ...]:
    """The questions to which nobody has said yes or no."""
    return tuple(code for code in CODES if answers.get(code) is None)


def reasons(codes: Iterable[str]) -> list[Any]:
    """The sentences of these grounds."""
    return [REASONS[code] for code in codes if code in REASONS]
