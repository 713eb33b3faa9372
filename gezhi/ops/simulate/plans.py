"""What somebody will do next with a case, and when: drawn from `habits` by the stage in which the case is."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from random import Random
from typing import Any

from PIL import Image

from gezhi.cases.follow_up_rules import drawn_by, follow_up_rules
from gezhi.cases.models import Case
from gezhi.cases.sampling import group_of
from gezhi.cases.situation import limit_end
from gezhi.cases.workflow import PROMISED, Stage
from gezhi.kernel.calendar import local_day, work_calendar
from gezhi.kernel.files import encoded, keep
from gezhi.kernel.models import StoredFile
from gezhi.matters.queries import MatterInfo, catalogue
from gezhi.ops.simulate import habits, texts
from gezhi.ops.simulate.habits import Wait, pick
from gezhi.people.queries import directory


@dataclass(frozen=True, slots=True)
class Plan:
    """A step to be taken at an instant, with its inputs."""

    at: datetime
    step: str
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Story:
    """What the simulation knows of a case and the case itself doesn't say."""

    topic: texts.Topic
    problem: int = 0
    is_slow: bool = False
    was_returned: bool = False
    was_returned_again: bool = False
    was_carded: bool = False
    is_rated_badly: bool = False
    # An open case about the same thing in the same community.
    twin: int | None = None
    was_urged: bool = False
    was_followed_up: bool = False


def next_plan(case: Case, story: Story, at: datetime, random: Random) -> Plan | None:
    """The next deed of people; None where nothing but the clock will move the case, or it has come to its end."""
    if case.awaits_reporter:
        more = {"text": pick(texts.SUPPLEMENTS, random)}
        comes = random.random() < habits.SUPPLEMENTED
        return Plan(habits.after(at, habits.RATE, random), "supplement", more) if comes else None
    if case.suspended_at is not None:
        return None
    plan = beside_the_stage(case, story, at, random)
    if plan is not None:
        return plan
    planner = PLANNERS.get(Stage(case.stage))
    return planner(case, story, at, random) if planner else None


def beside_the_stage(case: Case, story: Story, at: datetime, random: Random) -> Plan | None:
    """What somebody above or below owes first: a decision, a ruling, a reply, an end to the supervision."""
    brisk = Story(story.topic, story.problem)
    if case.asked:
        return decided(case, in_office_hours(case, brisk, at, habits.DECIDE, random), random)
    if case.ruling == "pending":
        when = in_office_hours(case, brisk, at, habits.DECIDE, random)
        return Plan(when, "rule", {"desk_id": ruled_desk(case), "reason": pick(texts.RULINGS, random)})
    if case.supervision == "open" and case.stage in PROMISED:
        return Plan(
            in_office_hours(case, brisk, at, habits.REPLY, random), "reply", {"reply": pick(texts.REPLIES, random)}
        )
    if case.supervision == "replied" and case.stage == Stage.ANSWERED:
        when = in_office_hours(case, brisk, at, habits.LOOK_INTO, random)
        return Plan(when, "lift", {"note": pick(texts.LIFTS, random)})
    return None


def decided(case: Case, when: datetime, random: Random) -> Plan:
    if case.asked == "suspension":
        return Plan(when, "suspend")
    if random.random() < habits.EXTENSION_GRANTED:
        return Plan(when, "grant_extension")
    return Plan(when, "refuse_extension", {"reason": pick(texts.REJECTS, random)})


def ruled_desk(case: Case) -> int:
    """The finest desk of the place: whoever is nearest does it."""
    desk = directory().upwards(case.place_code) if case.place_code else None
    return desk.id if desk is not None else case.desk_id


def in_office_hours(case: Case, story: Story, at: datetime, wait: Wait, random: Random) -> datetime:
    if case.is_emergency:
        return habits.after(at, habits.EMERGENCY, random)
    factor = habits.SLOWNESS if story.is_slow else 1.0
    return habits.after_working(work_calendar(), at, wait, random, factor=factor)


def received(case: Case, story: Story, at: datetime, random: Random) -> Plan:
    when = in_office_hours(case, story, at, habits.ACCEPT, random)
    if case.appeal == "open":
        if random.random() < habits.ADMITTED:
            return Plan(when, "admit", {"matter_id": matter_of(story).id, "answer": pick(texts.ADMISSIONS, random)})
        reason, answer = pick(texts.DISMISSALS, random)
        return Plan(when, "dismiss", {"reason": reason, "answer": answer})
    if story.twin is not None and not case.is_emergency and random.random() < habits.DUPLICATE_SEEN:
        return Plan(when, "merge", {"main_id": story.twin, "note": pick(texts.MERGES, random)})
    if random.random() < habits.DECLINED and not case.is_emergency:
        reason, answer = pick(texts.DECLINES, random)
        return Plan(when, "decline", {"reason": reason, "answer": answer})
    matter = matter_of(story)
    if random.random() < habits.MISROUTED:
        # A slip of the hand lands beside the right matter, not anywhere in the catalogue.
        kin = [other for other in catalogue().codes.values() if other.category_name == matter.category_name]
        matter = pick(kin, random)
    return Plan(when, "accept", {"matter_id": matter.id})


def waiting(case: Case, story: Story, at: datetime, random: Random) -> Plan:
    desk = directory().get(case.desk_id)
    wait = habits.CLAIM if desk.kind == "grid" else habits.SIGN
    when = in_office_hours(case, story, at, wait, random)
    if story.was_returned and desk.kind == "community" and case.grid_code and random.random() < 0.6:
        grid = directory().at("grid", case.grid_code)
        if grid is not None:
            return Plan(when, "assign", {"desk_id": grid.id})
    if when > limit_end("return", case, desk.kind, case.arrived_at):
        # Who looks at it too late to return it has it.
        return Plan(when, "claim" if desk.kind == "grid" else "sign")
    if case.sent_by_id and not story.was_returned and random.random() < habits.RETURNED:
        story.was_returned = True
        return Plan(when, "return", {"reason": pick(texts.RETURNS, random)})
    if case.sent_by_id and story.was_returned and not story.was_returned_again and not case.ruling:
        # What was returned once and sent on is often unwelcome there, too; then those above have to say whose it is.
        story.was_returned_again = True
        if random.random() < habits.RETURNED_AGAIN:
            return Plan(when, "return", {"reason": pick(texts.RETURNS, random)})
    if may_escalate(case) and random.random() < habits.ESCALATED_WAITING:
        return Plan(when, "escalate", {"reason": pick(texts.ESCALATE, random)})
    return Plan(when, "claim" if desk.kind == "grid" else "sign")


def handling(case: Case, story: Story, at: datetime, random: Random) -> Plan | None:
    if case.open_parts or case.is_called:
        # Others do it now; when the last of them is done the case is looked at again.
        return None
    if needs_departments(case, random):
        return Plan(in_office_hours(case, Story(story.topic), at, Wait(90), random), "call")
    if case.part_of_id is None:
        plan = takes_longer(case, story, at, random) or in_parts(case, story, at, random)
        if plan is not None:
            return plan
    return worked_on(case, story, at, random)


def worked_on(case: Case, story: Story, at: datetime, random: Random) -> Plan | None:
    desk = directory().get(case.desk_id)
    wait = habits.FINISH_AT[desk.kind]
    chance = random.random()
    if desk.kind == "grid" and chance < habits.FORGOTTEN:
        # The clock will take the claim back.
        return None
    if (
        case.part_of_id is None
        and may_escalate(case)
        and desk.kind in ("grid", "community")
        and chance < habits.ESCALATED_HANDLING
    ):
        when = in_office_hours(case, story, at, Wait(wait.median / 2), random)
        return Plan(when, "escalate", {"reason": pick(texts.ESCALATE, random)})
    if chance > 1 - habits.RELEASED:
        when = in_office_hours(case, story, at, Wait(wait.median / 3), random)
        return Plan(when, "release", {"reason": pick(texts.RELEASES, random)})
    if random.random() < habits.NOTED:
        when = in_office_hours(case, story, at, Wait(wait.median / 3), random)
        return Plan(when, "note", {"note": pick(texts.NOTES, random)})
    is_askable = (
        case.asked_reporter_at is None and case.part_of_id is None and not case.is_emergency and not case.is_called
    )
    if is_askable and random.random() < habits.REPORTER_ASKED:
        when = in_office_hours(case, story, at, Wait(wait.median / 4), random)
        return Plan(when, "ask_reporter", {"question": pick(texts.QUESTIONS, random)})
    return Plan(
        in_office_hours(case, story, at, wait, random), "finish", {"result": result_of(story), **evidence_of(case, at)}
    )


def evidence_of(case: Case, at: datetime) -> dict[str, Any]:
    """A picture with what was put aside once: it can't be done with without. All of them show the same plain card, so it is kept once."""
    if not case.is_long_standing:
        return {}
    card = BytesIO(encoded(Image.new("RGB", (64, 48), (214, 222, 214)), StoredFile.Kind.PNG))
    return {"files": [keep(card, at=at)], "meeting": pick(texts.MEETINGS, Random(case.pk))}  # noqa: S311 - meant to be repeatable


def takes_longer(case: Case, story: Story, at: datetime, random: Random) -> Plan | None:
    """A slow case: its reporter asks where it is, its holder asks for more time; a few can't be solved for a long while."""
    soon = Wait(60)
    if random.random() < habits.SUSPENSION_ASKED and not case.is_emergency:
        when = in_office_hours(case, Story(story.topic), at, soon, random)
        review_on = local_day(when) + timedelta(days=20 + random.randrange(120))
        since_on = local_day(when) - timedelta(days=200 + random.randrange(3_000))
        return Plan(
            when,
            "ask_suspension",
            {"review_on": review_on, "since_on": since_on, "reason": pick(texts.SUSPENSIONS, random)},
        )
    if not story.is_slow or case.is_emergency:
        return None
    if (
        not story.was_carded
        and case.overdue_at is not None
        and not case.supervision
        and random.random() < habits.CARDED
    ):
        story.was_carded = True
        when = in_office_hours(case, Story(story.topic), at, habits.LOOK_INTO, random)
        return Plan(when, "supervise", {"card": "yellow", "reason": pick(texts.CARDS, random)})
    if not story.was_urged and random.random() < habits.URGED_BY_REPORTER:
        story.was_urged = True
        return Plan(habits.after(at, habits.RATE, random), "urge", {"note": pick(texts.URGES, random)})
    if case.extended_at is None and random.random() < habits.EXTENSION_ASKED:
        when = in_office_hours(case, Story(story.topic), at, soon, random)
        if when < case.due_at:
            days = 1 + random.randrange(5)
            return Plan(when, "ask_extension", {"days": days, "reason": pick(texts.EXTENSIONS, random)})
    return None


def needs_departments(case: Case, random: Random) -> bool:
    """Now and then a street can't do it alone."""
    return (
        directory().get(case.desk_id).kind == "street" and case.part_of_id is None and random.random() < habits.CALLED
    )


def in_parts(case: Case, story: Story, at: datetime, random: Random) -> Plan | None:
    """Now and then a community has two of its grids do a part each."""
    desk = directory().get(case.desk_id)
    if desk.kind != "community" or random.random() >= habits.SPLIT:
        return None
    grids = [grid.id for grid in directory().within(desk.area_code) if grid.kind == "grid"][:2]
    parts = [{"desk_id": grid, "text": pick(texts.PARTS, random)} for grid in grids]
    when = in_office_hours(case, story, at, Wait(habits.FINISH_AT[desk.kind].median / 3), random)
    return Plan(when, "split", {"parts": parts}) if parts else None


def may_escalate(case: Case) -> bool:
    """Escalating twice is rare; a case that already climbed to the street is dealt with there."""
    desk = directory().get(case.desk_id)
    return desk.kind in ("grid", "community") and directory().above(desk.id) is not None


def finished(case: Case, story: Story, at: datetime, random: Random) -> Plan:
    # Who checks is somebody else than who was slow.
    brisk = Story(story.topic, story.problem)
    if case.verified_at is not None:
        return Plan(
            in_office_hours(case, brisk, at, habits.ANSWER, random),
            "answer",
            {"answer": answer_of(case, story, random)},
        )
    when = in_office_hours(case, brisk, at, habits.VERIFY, random)
    if random.random() < habits.REJECTED and not case.is_emergency:
        return Plan(when, "reject", {"reason": pick(texts.REJECTS, random)})
    if random.random() < habits.ANSWERED_AT_ONCE:
        return Plan(when, "verify", {"answer": answer_of(case, story, random)})
    return Plan(when, "verify")


def answered(case: Case, story: Story, at: datetime, random: Random) -> Plan | None:
    if case.part_of_id is not None:
        return None
    if not story.was_followed_up and is_to_be_called(case, at) and random.random() < habits.FOLLOWED_UP:
        story.was_followed_up = True
        when = in_office_hours(case, Story(story.topic), at, habits.FOLLOW_UP, random)
        if case.rate_until is None or when < case.rate_until:
            return Plan(when, "follow_up", followed_up(random))
    if random.random() >= habits.RATED:
        return None
    story.is_rated_badly = random.random() < habits.RATED_BADLY
    levels = (1, 2, 2) if story.is_rated_badly else (3, 4, 4, 5, 5, 5, 5)
    note = pick(texts.COMPLAINTS if story.is_rated_badly else texts.THANKS, random)
    # Not who writes at three in the morning, but who has read the answer in the evening.
    when = habits.after(at, habits.RATE, random)
    outcome = pick(levels, random)
    service = min(5, outcome + (random.random() < 0.4))
    return Plan(when, "rate", {"service": service, "outcome": outcome, "note": note})


def is_to_be_called(case: Case, at: datetime) -> bool:
    """Clerks call those whom the lot has drawn."""
    group = group_of(is_rehandled=case.is_rehandled, is_poor=False, is_emergency=case.is_emergency)
    return drawn_by(follow_up_rules(), case.pk, case.round, group=group, on=local_day(at)) is not None


def followed_up(random: Random) -> dict[str, Any]:
    if random.random() < 0.2:
        return {"contacted": False}
    outcome = pick((2, 3, 4, 5, 5, 5), random)
    return {
        "contacted": True,
        "solved": outcome > 2,
        "service": min(5, outcome + 1),
        "outcome": outcome,
        "note": pick(texts.FOLLOW_UPS, random),
    }


def closed(case: Case, story: Story, at: datetime, random: Random) -> Plan | None:
    if (
        not story.is_rated_badly
        or not case.is_rehandled
        or case.round > 2
        or random.random() >= habits.REOPENED_AFTER_BAD
    ):
        return None
    story.is_rated_badly = story.is_slow = False
    when = habits.after_working(work_calendar(), at, habits.REOPEN, random)
    return Plan(when, "reopen", {"reason": pick(texts.REOPENS, random)})


def declined(case: Case, story: Story, at: datetime, random: Random) -> Plan | None:
    """The reporter may not take it: then those above decide."""
    is_last = case.appealed_at is not None or directory().above(case.desk_id) is None
    if is_last or random.random() >= habits.APPEALED:
        return None
    return Plan(habits.after(at, habits.RATE, random), "appeal", {"reason": pick(texts.APPEALS, random)})


PLANNERS = {
    Stage.RECEIVED: received,
    Stage.WAITING: waiting,
    Stage.HANDLING: handling,
    Stage.FINISHED: finished,
    Stage.ANSWERED: answered,
    Stage.CLOSED: closed,
    Stage.DECLINED: declined,
}


def matter_of(story: Story) -> MatterInfo:
    matter = catalogue().by_code(story.topic.matter)
    assert matter is not None, "topics without a matter are left out"
    return matter


def result_of(story: Story) -> str:
    return f"{story.topic.results[story.problem]}。"


def answer_of(case: Case, story: Story, random: Random) -> str:
    return texts.answer_text(matter_of(story).name, case.result or result_of(story), random)
