"""Small exams: what a question must look like, and how answers are graded. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SINGLE, MULTIPLE, YES_NO = "single", "multiple", "yes_no"
FEWEST_OPTIONS, MOST_OPTIONS = 2, 8


@dataclass(frozen=True, slots=True)
class Asked:
    """A question by number, with the positions of its right options."""

    id: int
    kind: str
    options: int
    correct: frozenset[int]


def fault_of(kind: str, options: Sequence[str], correct: Sequence[int]) -> str:
    """What is wrong with a question as somebody wrote it: "options", "alike", "correct", "one", "two"; "" when all is well."""
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS or not all(option.strip() for option in options):
        return "options"
    if len(set(options)) != len(options):
        return "alike"
    chosen = set(correct)
    if not chosen or len(chosen) != len(correct) or not chosen <= set(range(len(options))):
        return "correct"
    if kind != MULTIPLE and len(chosen) != 1:
        return "one"
    # All of them right would tell nobody anything.
    return "two" if kind == MULTIPLE and not 2 <= len(chosen) < len(options) else ""


def score_of(questions: Sequence[Asked], answers: Mapping[int, Sequence[int]]) -> int:
    """How many in a hundred are right, rounded down: a question counts when exactly the right options are chosen."""
    if not questions:
        return 0
    right = sum(frozenset(answers.get(one.id, ())) == one.correct for one in questions)
    return 100 * right // len(questions)
