"""The way out: asked for, examined, approved, and gone the day after its last; its history stays."""

from datetime import timedelta

import pytest

from gezhi.kernel.access import Denied
from gezhi.kernel.events import timeline
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.matters.actions import revise_exit, take, take_effect
from gezhi.matters.actions.applications import ExitDraft
from gezhi.matters.models import Application, Matter
from gezhi.matters.queries import catalogue
from gezhi.matters.tests.story import DAY, FIRST, colleague, examine, exit_approved, exit_drafted, in_force
from gezhi.matters.workflow import ApplicationStage
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db


def test_a_matter_leaves_after_its_last_day_and_stays_in_the_records(town: Town) -> None:
    application = exit_approved(town)
    matter = Matter.objects.get(pk=application.matter_id)
    assert (matter.valid_until, matter.exited_at) == (FIRST, None)
    assert take_effect(at=NOON + timedelta(days=10)) == 0
    assert take_effect(at=NOON + timedelta(days=11)) == 1
    assert take_effect(at=NOON + timedelta(days=12)) == 0
    matter.refresh_from_db()
    assert matter.exited_at is not None
    assert [event.name for event in timeline(matter)] == ["matter.defined", "matter.ended", "matter.exited"]
    assert Application.objects.get(pk=application.pk).stage == ApplicationStage.IN_FORCE
    info = catalogue().get(matter.pk)
    assert info.is_valid_on(FIRST)
    assert not info.is_valid_on(FIRST + timedelta(days=1))


def test_no_new_case_for_an_exited_matter(town: Town) -> None:
    exit_approved(town, "lamp", who="street_clerk", desk=town.street)
    town.report(actor=town.actor("worker"), source="worker", matter_id=town.matter("lamp").id)
    later = NOON + timedelta(days=11)
    take_effect(at=later)
    with pytest.raises(Refused) as refused:
        town.report(actor=town.actor("worker", at=later), at=later, source="worker", matter_id=town.matter("lamp").id)
    assert refused.value.code == "no_such_matter"


def test_a_street_that_carries_it_may_ask_and_the_district_examines(town: Town) -> None:
    application = exit_drafted(town, "lamp", who="street_clerk", desk=town.street)
    take("submit", application, actor=town.actor("street_clerk"), at=NOON)
    assert application.review_desk_id == town.desk(town.district).pk
    with pytest.raises(Denied):
        examine(application, town.actor("stranger"))
    take("review", application, actor=colleague(town), at=NOON, comment="同意")
    with pytest.raises(Refused) as refused:
        # Who examined is not who approves, here as there.
        take("approve", application, actor=colleague(town), at=NOON)
    assert refused.value.code == "not_reviewer"


def test_what_runs_in_one_street_is_examined_there(town: Town) -> None:
    matter = in_force(town)
    application = exit_drafted(town, matter.code, ends_on=DAY + timedelta(days=20))
    with pytest.raises(Refused) as refused:
        take("submit", application, actor=town.actor("handler"), at=NOON)
    assert refused.value.code == "matter_in_force", "what has not begun does not end"
    take("submit", application, actor=town.actor("handler"), at=NOON + timedelta(days=12))
    assert application.review_desk_id == town.desk(town.street).pk


@pytest.mark.parametrize("who", ["worker", "leader", "clerk", "inspector", "assessor", "nobody"])
def test_others_ask_for_no_exit(town: Town, who: str) -> None:
    with pytest.raises(Denied):
        exit_drafted(town, who=who)


def test_a_department_asks_for_its_own_alone(town: Town) -> None:
    for matter in ("refund", "lamp"):
        with pytest.raises(Refused) as refused:
            exit_drafted(town, matter)
        assert refused.value.code == "no_such_matter"


def test_one_exit_at_a_time(town: Town) -> None:
    exit_drafted(town)
    with pytest.raises(Conflict) as refused:
        exit_drafted(town)
    assert refused.value.code == "exit_meanwhile"


def test_a_reason_and_a_day_to_come(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        exit_drafted(town, reason=" ")
    assert refused.value.field == "reason"
    application = exit_drafted(town, ends_on=DAY - timedelta(days=1))
    with pytest.raises(Refused) as refused:
        take("submit", application, actor=town.actor("handler"), at=NOON)
    assert refused.value.code == "day_ahead"
    draft = ExitDraft(application.matter_id or 0, "改由窗口办", DAY)
    revise_exit(application, draft, actor=town.actor("handler"), at=NOON)
    take("submit", application, actor=town.actor("handler"), at=NOON)
    assert application.stage == ApplicationStage.SUBMITTED


def test_what_has_left_does_not_leave_again(town: Town) -> None:
    exit_approved(town)
    take_effect(at=NOON + timedelta(days=11))
    again = exit_drafted(town)
    with pytest.raises(Refused) as refused:
        take("submit", again, actor=town.actor("handler"), at=NOON + timedelta(days=12))
    assert refused.value.code in ("matter_in_force", "day_ahead")


def test_the_successor_is_another_one_in_the_catalogue(town: Town) -> None:
    for successor in (town.matter("wages").id, 999_999):
        with pytest.raises(Refused) as refused:
            exit_drafted(town, successor_id=successor)
        assert refused.value.field == "successor_id"


def test_refused_it_stays(town: Town) -> None:
    application = exit_drafted(town)
    take("submit", application, actor=town.actor("handler"), at=NOON)
    take("object", application, actor=town.actor("district_clerk"), at=NOON, comment="群众还需要")
    assert application.stage == ApplicationStage.REFUSED
    assert Matter.objects.get(pk=application.matter_id).valid_until is None
