"""The page of docs/ about rates: the words of `assessment.measures` in full, and the shipped scheme, follow-up rules and reasons as tables."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from gezhi.assessment.actions.exclusions import SHIPPED as REASONS
from gezhi.assessment.actions.schemes import shipped
from gezhi.assessment.measures import QUESTIONS, Counted, MeasureRow
from gezhi.assessment.models import Family
from gezhi.cases.actions.follow_ups import SHIPPED as FOLLOW_UPS
from gezhi.cases.models import Level
from gezhi.cases.models.answer import GROUPS

# What each word counts, over the columns of `cases.Answer`.
DEFINITIONS: Mapping[Counted, str] = {
    Counted.ANSWERED: "all answers",
    Counted.DRAWN: "drawn by lot to be called, and either reached or not opened again since: whom one should have contacted",
    Counted.CONTACTED: "drawn, and somebody was reached",
    Counted.ENDED: "drawn, and the follow-up is over: reached, or tried as often as the rule asks",
    Counted.SAID: "contacted, and the reporter said whether it is solved",
    Counted.SOLVED: "contacted, and the reporter said that it is solved",
    Counted.SERVICE: "a level was given for the service",
    Counted.OUTCOME: "a level was given for the result",
    Counted.LOWER: "a level was given for either; the lower of the two counts",
    Counted.COMPLETE: "has everything that `facts` of the measure names: matter, grid, point, contact (or found by a worker), files",
    Counted.FOUND: "reported by a grid worker and not by a resident",
    Counted.ACCEPTED: "it is known how long it took until it was accepted (first rounds)",
    Counted.PROMPT: "accepted within `minutes` working minutes of the report, and so on the desk that handles it",
    Counted.SETTLED: "not opened again, and not said to be unsolved when called",
    Counted.HEARD: "the reporter was heard at all: contacted, or rated by link",
    Counted.CONFIRMED: "heard, not said to be unsolved, and no result at or below level `poor`",
}
PROSE = """
A rate is a fraction over **answers**: one row of `cases.Answer` for each answer to a reporter, made with the answer itself. It holds place, desk and
matter of that moment, whether it was drawn for a follow-up, and what was heard, as levels. Words that people said stand elsewhere and are erased
when their time is over; these levels stay, so last year's rates can be counted again and give the same.

What stands above and below the line is a closed list of words (below). Which of them make up a rate, with which weights, is a row of a
**scheme** that holds from a month until a month: a month is judged by its own scheme, and a span of months adds up what each scheme counted.

- Every rate is shown with numerator, denominator (the sample) and the number excluded. Below the scheme's limit a sample is marked as small.
- Levels add up: what is not known down to a community or grid stands in a line of its own, so the lines of a table always sum to its total.
- What was suspended 挂账 in its round stands in no usual rate but in one of its own.
- An answer excluded 剔除 stands in neither part. It takes a reason of the list, words, and a second person; the database refuses the same one twice.
- Only who was drawn counts as called. Who calls somebody else as well may do so, but it moves no rate.
- With both voices, what the reporter gave by link goes before what a clerk wrote down: a round is heard once.
- To the public (`GET /rates/public`) a rate of fewer answers than the scheme says is not shown, nor is the one beside it from which it could be told.

Numerators of questions weigh levels: the sum over voices of weight / 100.
"""
SAMPLING = """
Each answer belongs to the first group that fits. A keyed hash of case and round casts a lot between 0 and 9,999, and the answer is drawn if the lot
is below the share of its group: nobody picks, nobody can foresee it, it comes out the same at every asking, and who is drawn at one share is
drawn at every larger one. Only who left a telephone number and wants to be contacted is drawn. The first time that somebody is reached counts.
"""


def measures() -> str:
    lines = ["# Measures 评价指标", "", "<!-- Made by `./dev docs` from the tables of the program; change those. -->"]
    lines += [
        *PROSE.splitlines(),
        "",
        "## What may be counted",
        "",
        "| word | 中文 | counts answers that |",
        "|---|---|---|",
    ]
    lines += [f"| `{word.value}` | {word.label} | {DEFINITIONS[word]} |" for word in Counted]
    lines += [
        "",
        "## The shipped scheme",
        "",
        "| | rate | above the line | below the line | weights, parameters |",
        "|---|---|---|---|---|",
    ]
    lines += [line(row) for row in shipped()]
    lines += ["", "## Levels 好差评", "", "| | 中文 |", "|---|---|"]
    lines += [f"| {level.value} | {level.label} |" for level in Level]
    lines += [
        "",
        "## Who is followed up 回访",
        *SAMPLING.splitlines(),
        "",
        "| group | 中文 | share | within | attempts |",
        "|---|---|---|---|---|",
    ]
    groups = dict(GROUPS)
    lines += [
        f"| `{row['group']}` | {groups[row['group']]} | {row['share']} % | {row['days']} working days | {row['attempts']} |"
        for row in rows_of(FOLLOW_UPS)
    ]
    lines += ["", "## Reasons to exclude 剔除理由", "", "| code | 中文 |", "|---|---|"]
    lines += [f"| `{row['code']}` | {row['name']} |" for row in rows_of(REASONS)]
    return "\n".join(lines) + "\n"


def rows_of(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def line(row: MeasureRow) -> str:
    weighed = "weighted " if row.numerator in QUESTIONS else ""
    more = [f"{level}: {weight} %" for level, weight in sorted(row.weights.items(), reverse=True)]
    more += [f"`{name}` {', '.join(value) if isinstance(value, list) else value}" for name, value in row.params.items()]
    family = Family(row.family).label
    return (
        f"| {family} | {row.name} `{row.code}` | {weighed}`{row.numerator}` | `{row.denominator}` | {'; '.join(more)} |"
    )
