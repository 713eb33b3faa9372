"""The pages of docs/ that are made from the tables of the program, so that they can't say anything else."""

from collections.abc import Callable

from django.utils import translation

from gezhi.cases.workflow import ENDED, STEPS, Stage, Step
from gezhi.kernel.privacy import inventory
from gezhi.people.roles import RIGHTS, ROLE_RIGHTS, Reach, Role

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
        "```mermaid",
        "stateDiagram-v2",
    ]
    lines += [f'    state "{stage.label} {stage.value}" as {stage.value}' for stage in Stage]
    for step in STEPS.values():
        for source in step.sources or ("[*]",):
            if step.target is not None:
                lines.append(f"    {source} --> {step.target.value}: {step.label}")
    lines += [f"    {stage.value} --> [*]" for stage in ENDED]
    lines += [
        "```",
        "",
        "## Steps",
        "",
        "| step | 步骤 | from | to | who | right | must be filled in | may be filled in | conditions | key |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [row_of(step) for step in STEPS.values()]
    lines += ["", "## Conditions", "", "| condition | otherwise the screen says |", "|---|---|"]
    conditions = {condition.code: condition for step in STEPS.values() for condition in step.conditions}
    lines += [f"| `{code}` | {condition.otherwise} |" for code, condition in sorted(conditions.items())]
    return "\n".join(lines) + "\n"


def row_of(step: Step) -> str:
    cells = (
        f"`{step.name}`",
        str(step.label),
        "、".join(str(source.label) for source in step.sources) or "(new)",
        str(step.target.label) if step.target is not None else "(stays)",
        "、".join(str(who.label) for who in step.by),
        f"`{step.right}`" if step.right else "",
        ", ".join(step.needs),
        ", ".join(step.offers),
        ", ".join(condition.code for condition in step.conditions),
        step.key,
    )
    return f"| {' | '.join(cells)} |"


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


PAGES: dict[str, Callable[[], str]] = {
    "domain/loop.md": loop,
    "domain/rights.md": rights,
    "domain/personal-data.md": personal_data,
}


def made_pages() -> dict[str, str]:
    """Every generated page by its path under docs/, in the language of the source texts."""
    with translation.override("zh-hans"):
        return {path: make() for path, make in PAGES.items()}
