"""The pages of docs/ that are made from the tables of the program, so that they can't say anything else."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils import translation

from gezhi.calls import workflow as of_calls
from gezhi.cases.workflow import ENDED, STEPS, Stage
from gezhi.disputes import workflow as mediation
from gezhi.kernel.privacy import inventory
from gezhi.matters import workflow as of_matters
from gezhi.matters.admission import NATURES, QUESTIONS
from gezhi.matters.balance import Mismatch
from gezhi.ops.measures_page import measures
from gezhi.people.roles import RIGHTS, ROLE_RIGHTS, Reach, Role
from gezhi.territory.workflow import ENDED as PLAN_ENDED
from gezhi.territory.workflow import STEPS as PLAN_STEPS
from gezhi.territory.workflow import PlanStage

MADE = "<!-- Made by `./dev docs` from the tables of the program; change those. -->"


def loop() -> str:
    """The stages and the steps that join them: a diagram and a table."""
    lines = [
        "# The closed loop 闭环",
        "",
        MADE,
        "",
        "Stages are the case's own life. Overdue, emergency and confidential stand beside the stage, in columns of their own.",
        "",
        *diagram(Stage, STEPS, ENDED),
        "",
        "## Steps",
        "",
        "| step | 步骤 | from | to | who | right | must be filled in | may be filled in | conditions | key |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [row_of(step, "、".join(str(who.label) for who in step.by)) for step in STEPS.values()]
    return "\n".join([*lines, *conditions_of(STEPS)]) + "\n"


def disputes() -> str:
    """The same for mediation, which has a table of its own and no one but staff in it."""
    lines = [
        "# Mediation of disputes 矛盾纠纷调解",
        "",
        MADE,
        "",
        "A dispute is confidential from its first day: sides are roles (甲方, 乙方 ...), what they say is sealed at rest and in no search",
        "index, identity numbers are refused. A case that led to it keeps its own life and learns only that there is mediation.",
        "The limits (调解, 预警, 延期, 回访) are rows of the catalogue.",
        "",
        *diagram(mediation.DisputeStage, mediation.STEPS, mediation.ENDED),
        "",
        "## Steps",
        "",
        "| step | 步骤 | from | to | right | must be filled in | may be filled in | conditions | key |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [row_of(step) for step in mediation.STEPS.values()]
    return "\n".join([*lines, *conditions_of(mediation.STEPS)]) + "\n"


# Any table of steps will do: that of cases and that of mediation have the same columns.
Steps = Mapping[str, Any]


def diagram(stages: Iterable[Any], steps: Steps, ended: Iterable[Any]) -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{stage.label} {stage.value}" as {stage.value}' for stage in stages]
    for step in steps.values():
        for source in step.sources or ("[*]",):
            if step.target is not None:
                lines.append(f"    {source} --> {step.target.value}: {step.label}")
    return [*lines, *(f"    {stage.value} --> [*]" for stage in ended), "```"]


def conditions_of(steps: Steps) -> list[str]:
    conditions = {condition.code: condition for step in steps.values() for condition in step.conditions}
    lines = [f"| `{code}` | {condition.otherwise} |" for code, condition in sorted(conditions.items())]
    return ["", "## Conditions", "", "| condition | otherwise the screen says |", "|---|---|", *lines]


def row_of(step: Any, *more: str) -> str:
    """A step as a line; `more` stands between where it leads and its right."""
    cells = (
        f"`{step.name}`",
        str(step.label),
        "、".join(str(source.label) for source in step.sources) or "(new)",
        str(step.target.label) if step.target is not None else "(stays)",
        *more,
        f"`{step.right}`" if step.right else "",
        ", ".join(step.needs),
        ", ".join(step.offers),
        ", ".join(condition.code for condition in step.conditions),
        step.key,
    )
    return f"| {' | '.join(cells)} |"


def calls() -> str:
    """The phases of a call, the states of a department's part, the standings of a score, and the steps that join them."""
    lines = [
        "# 街呼区应: a street calls departments",
        "",
        MADE,
        "",
        "呼叫 → 分办 → 联动 → 销号. A call goes through phases; in it each department has a part with states and a clock of its own;",
        "after strike-off the calling street scores each part once. Limits are rows of the catalogue (`call_*`), weights and guards of the",
        "scores are rows of the score rules.",
    ]
    sections: tuple[tuple[str, str, Iterable[Any], Iterable[Any]], ...] = (
        ("The call", "call", of_calls.Phase, of_calls.ENDED),
        ("A department's part", "part", of_calls.PartState, ()),
        ("A score", "score", of_calls.Standing, ()),
    )
    for title, what, values, ended in sections:
        steps = {name: step for name, step in of_calls.STEPS.items() if step.on == what}
        lines += ["", f"## {title}", "", *diagram(values, steps, ended), ""]
        lines += ["| step | 步骤 | from | to | at | right | must be filled in | may be filled in | conditions | key |"]
        lines += ["|---|---|---|---|---|---|---|---|---|---|"]
        lines += [row_of(step, step.side) for step in steps.values()]
    lines += [*conditions_of(of_calls.STEPS), "", "## What can be late", "", "| | 超时 |", "|---|---|"]
    lines += [f"| `{late.value}` | {late.label} |" for late in of_calls.Late]
    return "\n".join(lines) + "\n"


def rights() -> str:
    """Roles against rights."""
    lines = [
        "# Roles and rights 角色与权限",
        "",
        MADE,
        "",
        "● everything in the area of the desk and below it; ○ only what lies on the desk itself.",
        "",
        f"| right | 权限 | {' | '.join(str(role.label) for role in Role)} |",
        "|---|---|" + "---|" * len(Role),
    ]
    marks = {Reach.BELOW: "●", Reach.AT_DESK: "○"}
    for right, label in RIGHTS.items():
        cells = [marks[ROLE_RIGHTS[role][right]] if right in ROLE_RIGHTS[role] else "" for role in Role]
        lines.append(f"| `{right}` | {label} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def personal_data() -> str:
    """The inventory of personal data."""
    lines = [
        "# What is kept of people 个人信息清单",
        "",
        MADE,
        "",
        "Every text column of every table is either in this list or declared to hold nothing of a person; a test fails otherwise.",
        "",
        "| table | column | purpose | basis | kept | sensitivity |",
        "|---|---|---|---|---|---|",
    ]
    for entry in sorted(inventory(), key=lambda entry: (entry.model, entry.field)):
        if entry.personal is None:
            continue
        kept = entry.personal.keep
        term = f"{kept.days} 天，自{kept.since}起" if kept.days is not None else str(kept.since)
        cells = (
            entry.model,
            f"`{entry.field}`",
            str(entry.personal.purpose),
            str(entry.personal.basis.label),
            term,
            entry.personal.sensitivity,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def plans() -> str:
    """The way of a re-division plan: a diagram and a table."""
    lines = [
        "# Re-division plans 区划调整方案",
        "",
        MADE,
        "",
        "A community proposes for itself (`plan.propose`); what concerns several communities or streets is proposed by the level that has them",
        "all (`plan.propose_wide`) and examined by every street it touches. No role holds the step of another level.",
        "",
        "By another: whoever drafted, revised or submitted a plan doesn't examine it; and none of these, nor who examined it, approves it.",
        "Corrections of a plan in force and withdrawals of an approved one are plans of their own and may begin filled in.",
        "Told are the desks whose turn it is, on the way back those who proposed, and before and on the day all desks whose land changes.",
        "",
        "```mermaid",
        "stateDiagram-v2",
    ]
    lines += [f'    state "{stage.label} {stage.value}" as {stage.value}' for stage in PlanStage]
    lines.append("    [*] --> draft")
    for step in PLAN_STEPS.values():
        lines += [f"    {source.value} --> {step.target.value}: {step.label}" for source in step.sources]
    lines += [f"    {stage.value} --> [*]" for stage in PLAN_ENDED]
    lines += ["```", "", "| step | 步骤 | from | to | right | needs | by another |", "|---|---|---|---|---|---|---|"]
    for step in PLAN_STEPS.values():
        cells = (
            f"`{step.name}`",
            str(step.label),
            "、".join(str(source.label) for source in step.sources),
            str(step.target.label),
            f"`{step.right}`" if step.right else "(the clock, or another plan)",
            ", ".join(step.needs),
            "yes" if step.by_another else "",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def matters() -> str:
    """The way into the catalogue and out of it, and the words of its books."""
    lines = [
        "# Matters 事项",
        "",
        MADE,
        "",
        "A grid does what stands in the catalogue and nothing else. A department asks that a matter come in (准入), whoever carries it may ask",
        "that it leave (退出). What reaches a single street is examined by that street, everything else by the district; the district approves.",
        "Who asks, examines and approves are three people (`application_by_three_people`), and no admission stands without legal basis, content,",
        "authority, the department's own duty, funds, and four answers of no (`admission_is_whole`): both are constraints of the database as",
        "well as rules.",
        "",
        *diagram(of_matters.ApplicationStage, of_matters.STEPS, of_matters.ENDED),
        "",
        "## Steps",
        "",
        "| step | 步骤 | from | to | right | must be filled in | may be filled in | conditions | key |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [row_of(step) for step in of_matters.STEPS.values()]
    lines += [
        "",
        "`turn_away` is taken instead of `submit`, and `object` instead of `review`, where a question is answered with yes. An exit is asked for",
        "with `matter.ask_exit` instead of `matter.apply`.",
        *conditions_of(of_matters.STEPS),
        "",
        "## What refuses",
        "",
        "| code | 问题 | reason |",
        "|---|---|---|",
    ]
    lines += [f"| `{one.code}` | {one.words} | {one.reason} |" for one in QUESTIONS]
    lines += [f"| `{nature}` |  | {reason} |" for nature, reason in NATURES.items()]
    lines += [
        "",
        "## By batches",
        "",
        "A batch names a street, a first day, and funds a year. From that day on the matter is offered for cases of the street, and for cases of no",
        "known street never (`MatterInfo.is_offered`). A matter of the founding catalogue has no batches and is offered everywhere. Batches follow a",
        "re-division of the land; the district adds streets and moves days that have not come.",
        "",
        "## Out",
        "",
        "The day after its last the daily job records `matter.exited`. Cases react: what is accepted and not finished goes to the desk of the",
        "matter that takes over; where none does in that street, to the desk of the department whose matter it was, keeping its",
        "matter; nobody's matter goes back to intake. Called cases stay with their street, parts where they were sent, finished ones are",
        "verified and answered.",
        "",
        "## Books",
        "",
        "- **Funds**, in fen, by year and street: promised with the approval (the first year by days, then yearly by the daily job), received by the",
        "  street with a voucher. Lines are never changed; a wrong one is taken out by a second one.",
        "- **Balance**: authority, funds and real cases of each matter. It is counted in `assessment`, because cases lie above matters; the rule",
        "  (fewest cases, least fen a case, least share received) is rows from a day on.",
        "",
        "| mismatch | 不匹配 |",
        "|---|---|",
    ]
    lines += [f"| `{one.value}` | {one.label} |" for one in Mismatch]
    lines += [
        "",
        "- **Forms**: each with how often and how many minutes. A form of every case is counted by the cases of the last 13 weeks and held against",
        "  what the department expected. What the dictionary of data fields holds is never asked again; an admitted matter's fields enter it.",
        "- **Likeness**: names and contents are compared by the pairs of characters of the house's search, and a name that holds a word of another",
        "  matter is shown beside it. What resembles another is approved only with a comment.",
        "- **Work outside the catalogue** is written down by the leader of a grid or the clerk of a community (which office, what, when, by what",
        "  way), refused with the standing sentence of the day, told to the department and the district, and counted by who asks. No",
        "  person is named.",
        "",
    ]
    return "\n".join(lines)


PAGES: dict[str, Callable[[], str]] = {
    "domain/loop.md": loop,
    "domain/disputes.md": disputes,
    "domain/calls.md": calls,
    "domain/rights.md": rights,
    "domain/measures.md": measures,
    "domain/personal-data.md": personal_data,
    "domain/plans.md": plans,
    "domain/matters.md": matters,
}


def made_pages() -> dict[str, str]:
    """Every generated page by its path under docs/, in the language of the source texts."""
    with translation.override("zh-hans"):
        return {path: make() for path, make in PAGES.items()}
