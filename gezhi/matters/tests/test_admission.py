"""The way into the catalogue: nothing left out, nobody skipped, nothing that a question refuses."""

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from gezhi.kernel.access import Denied
from gezhi.kernel.events import dispatch, faults, timeline
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.matters.access import get_application
from gezhi.matters.actions import draft_admission, revise_admission, take, take_effect
from gezhi.matters.admission import CODES, QUESTIONS
from gezhi.matters.models import Application, Matter
from gezhi.matters.queries import catalogue, templates_of
from gezhi.matters.tests.story import (
    DAY,
    FIRST,
    NO,
    approved,
    batch,
    colleague,
    drafted,
    examine,
    reviewed,
    submitted,
    whole,
)
from gezhi.matters.workflow import ApplicationStage
from gezhi.people.models import Notice
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db


def stage(application: Application) -> str:
    return Application.objects.get(pk=application.pk).stage


# --- the whole way ----------------------------------------------------------------------------------------------------


def test_from_draft_to_catalogue_by_three_people(town: Town) -> None:
    application = approved(town)
    assert stage(application) == ApplicationStage.APPROVED
    assert len({application.submitted_by_id, application.reviewed_by_id, application.decided_by_id}) == 3
    matter = catalogue().get(application.matter_id or 0)
    assert (matter.name, matter.code[:2], matter.valid_from) == ("灵活就业登记代办", "04", FIRST)
    assert (matter.owner_id, matter.default_desk) == (application.department_id, "grid")
    assert templates_of(matter.id).handling.startswith("一、上门")
    assert templates_of(matter.id).answer.startswith("您好")
    assert not matter.is_valid_on(FIRST - timedelta(days=1))
    assert matter.is_offered(FIRST, town.street)
    take_effect(at=NOON + timedelta(days=9))
    assert stage(application) == ApplicationStage.APPROVED
    assert take_effect(at=NOON + timedelta(days=10)) == 1
    assert take_effect(at=NOON + timedelta(days=10)) == 0
    assert stage(application) == ApplicationStage.IN_FORCE
    fresh = Application.objects.get(pk=application.pk)
    chain = timeline(fresh)
    assert faults(chain, version=fresh.version) == []
    assert [event.name.partition(".")[2] for event in chain] == [
        "drafted",
        "submitted",
        "reviewed",
        "approved",
        "took_effect",
    ]


def test_codes_go_on_after_the_highest_of_the_category(town: Town) -> None:
    first = approved(town)
    second = approved(town, name="青年见习报名", content="收集见习意愿并通知。", words=("青年见习",), demands=())
    assert first.matter is not None
    assert second.matter is not None
    assert int(second.matter.code) == int(first.matter.code) + 1


def test_each_whose_turn_it_is_is_told(town: Town) -> None:
    def told(desk: str) -> list[str]:
        while dispatch(at=NOON):
            pass
        rows = Notice.objects.filter(desk=town.desk(desk), subject_kind="application").order_by("pk")
        return [row.event.name.partition(".")[2] for row in rows.select_related("event")]

    application = submitted(town)
    assert told(town.street) == ["submitted"]
    examine(application, town.actor("street_clerk"))
    assert told(town.district) == ["reviewed"]
    take("approve", application, actor=town.actor("district_clerk"), at=NOON)
    assert told("human_resources") == ["approved"]
    take_effect(at=NOON + timedelta(days=10))
    assert told(town.street) == ["submitted", "took_effect"]
    assert told(town.other_street) == []


# --- nothing is left out ----------------------------------------------------------------------------------------------

LACKING: dict[str, dict[str, Any]] = {
    "has_basis": {"legal_basis": " "},
    "has_content": {"content": ""},
    "has_authority": {"authority": ""},
    "has_duty": {"duty": ""},
    "has_place": {"default_desk": ""},
    "has_batches": {"batches": ()},
    "answered": {"answers": {**NO, "beyond_ability": None}},
    "name_free": {"name": "拖欠工资"},
    "nothing_held": {"demands": ()},
}


@pytest.mark.parametrize("code", [code for code in LACKING if code != "nothing_held"])
def test_what_lacks_something_is_not_handed_in(town: Town, code: str) -> None:
    over = {"name": town.matter("wages").name} if code == "name_free" else LACKING[code]
    application = drafted(town, **over)
    with pytest.raises(Refused) as refused:
        take("submit", application, actor=town.actor("handler"), at=NOON)
    assert refused.value.code == code
    assert stage(application) == ApplicationStage.DRAFT


def test_no_category_no_application(town: Town) -> None:
    application = drafted(town, category_id=None)
    with pytest.raises(Refused) as refused:
        take("submit", application, actor=town.actor("handler"), at=NOON)
    assert refused.value.code == "has_place"


@pytest.mark.parametrize("fen", [0, -1, 10**12])
def test_funds_are_some_money(town: Town, fen: int) -> None:
    with pytest.raises(Refused) as refused:
        drafted(town, batches=(batch(town.street, fen=fen),))
    assert refused.value.code == "no_funds"
    assert not Application.objects.exists()


def test_the_database_itself_admits_nothing_without_authority_and_funds(town: Town) -> None:
    application = approved(town)
    for column, value in (
        ("authority", ""),
        ("yearly_fen", 0),
        ("duty", ""),
        ("too_specialised", True),
        ("nature", "enforcement"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Application.objects.filter(pk=application.pk).update(**{column: value})
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(reviewed_by=application.submitted_by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(decided_by=application.reviewed_by)


def test_a_beginning_in_the_past_is_refused_also_when_time_went_by(town: Town) -> None:
    late = drafted(town, batches=(batch(town.street, on=DAY - timedelta(days=1)),))
    with pytest.raises(Refused) as refused:
        take("submit", late, actor=town.actor("handler"), at=NOON)
    assert refused.value.code == "day_ahead"
    application = reviewed(town, name="另一件事", words=("另一件",))
    with pytest.raises(Refused) as refused:
        take("approve", application, actor=town.actor("district_clerk"), at=NOON + timedelta(days=30))
    assert refused.value.code == "day_ahead"


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"name": ""}, "empty"),
        ({"name": "长" * 61}, "too_long"),
        ({"content": "长" * 4001}, "too_long"),
        ({"content": "\x00"}, "not_text"),
        ({"nature": "other"}, "no_such_nature"),
        ({"default_desk": "city"}, "no_such_desk"),
        ({"words": ("字",)}, "short_word"),
        ({"category_id": 999_999}, "no_such_category"),
        ({"batches": (batch("370103999"),)}, "no_such_street"),
        ({"batches": (batch("370103001"), batch("370103001"))}, "street_twice"),
        ({"batches": (batch("370103001", phase=0),)}, "bad_batch"),
    ],
)
def test_nonsense_is_no_draft(town: Town, over: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        drafted(town, **over)
    assert refused.value.code == code


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("yes", [c for n in range(1, 5) for c in combinations(CODES, n)], ids="+".join)
def test_any_yes_to_the_four_questions_refuses_with_its_reason(town: Town, yes: tuple[str, ...]) -> None:
    application = drafted(town, answers={code: code in yes for code in CODES})
    take("submit", application, actor=town.actor("handler"), at=NOON)
    fresh = Application.objects.get(pk=application.pk)
    assert (fresh.stage, tuple(fresh.grounds)) == (ApplicationStage.REFUSED, yes)
    assert timeline(fresh)[-1].data["grounds"] == list(yes)
    assert not Matter.objects.filter(name=fresh.name).exists()


@pytest.mark.parametrize("nature", ["enforcement", "regulation"])
def test_enforcement_and_regulation_never_enter(town: Town, nature: str) -> None:
    application = drafted(town, nature=nature)
    take("submit", application, actor=town.actor("handler"), at=NOON)
    fresh = Application.objects.get(pk=application.pk)
    assert (fresh.stage, fresh.grounds) == (ApplicationStage.REFUSED, [nature])


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.code)
def test_a_yes_of_the_examiner_refuses_too(town: Town, question: Any) -> None:
    application = submitted(town)
    examine(application, town.actor("street_clerk"), **{question.code: True}, comment="")
    fresh = Application.objects.get(pk=application.pk)
    assert (fresh.stage, fresh.grounds) == (ApplicationStage.REFUSED, [question.code])
    assert timeline(fresh)[-1].note == str(question.reason)


def test_the_examiner_answers_all_four(town: Town) -> None:
    application = submitted(town)
    with pytest.raises(Refused) as refused:
        take("review", application, actor=town.actor("street_clerk"), at=NOON, too_specialised=False)
    assert (refused.value.code, refused.value.field) == ("unanswered", "beyond_autonomy")
    assert stage(application) == ApplicationStage.SUBMITTED


def test_refused_is_the_end(town: Town) -> None:
    application = drafted(town, answers={**NO, "foreign_to_duty": True})
    take("submit", application, actor=town.actor("handler"), at=NOON)
    for name in ("submit", "review", "approve", "withdraw"):
        with pytest.raises((Refused, Denied)):
            take(name, application, actor=town.actor("handler"), at=NOON, comment="再来", **NO)
    with pytest.raises(Refused):
        revise_admission(application, whole(town), actor=town.actor("handler"), at=NOON)


# --- who --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who",
    ["other_handler", "street_clerk", "district_clerk", "clerk", "worker", "inspector", "nobody", "officer_system"],
)
def test_only_the_department_applies_at_its_desk(town: Town, who: str) -> None:
    with pytest.raises(Denied):
        drafted(town, who=who)


def test_a_street_asks_for_no_admission(town: Town) -> None:
    with pytest.raises(Denied):
        draft_admission(whole(town), actor=town.actor("street_clerk"), at=NOON, desk_id=town.desk(town.street).pk)


@pytest.mark.parametrize(
    "who", ["handler", "department_lead", "clerk", "leader", "inspector", "stranger", "district_clerk", "other_handler"]
)
def test_only_the_street_that_it_reaches_examines(town: Town, who: str) -> None:
    application = submitted(town)
    with pytest.raises(Denied):
        examine(application, town.actor(who))
    assert stage(application) == ApplicationStage.SUBMITTED


def test_what_reaches_several_streets_is_examined_by_the_district_and_approved_by_another(town: Town) -> None:
    application = submitted(town, batches=(batch(town.street), batch(town.other_street, phase=2)))
    for who in ("street_clerk", "stranger"):
        with pytest.raises(Denied):
            examine(application, town.actor(who))
    examine(application, town.actor("district_clerk"))
    with pytest.raises(Refused) as refused:
        take("approve", application, actor=town.actor("district_clerk"), at=NOON)
    assert refused.value.code == "not_reviewer"
    take("approve", application, actor=colleague(town), at=NOON)
    assert stage(application) == ApplicationStage.APPROVED


@pytest.mark.parametrize("who", ["handler", "department_lead", "street_clerk", "clerk", "inspector", "stranger"])
def test_only_the_district_approves(town: Town, who: str) -> None:
    application = reviewed(town)
    for name in ("approve", "reject", "send_back"):
        with pytest.raises(Denied):
            take(name, application, actor=town.actor(who), at=NOON, comment="好")


def test_no_step_is_skipped(town: Town) -> None:
    application = drafted(town)
    for name, who in (("review", "district_clerk"), ("approve", "district_clerk"), ("take_effect", "district_clerk")):
        with pytest.raises((Refused, Denied)):
            take(name, application, actor=town.actor(who), at=NOON, **NO)
    take("submit", application, actor=town.actor("handler"), at=NOON)
    with pytest.raises(Refused) as refused:
        take("approve", application, actor=town.actor("district_clerk"), at=NOON)
    assert refused.value.code == "wrong_stage"


# --- back and again ---------------------------------------------------------------------------------------------------


def test_returned_with_a_comment_revised_and_handed_in_again(town: Town) -> None:
    application = submitted(town)
    with pytest.raises(Refused) as refused:
        take("return", application, actor=town.actor("street_clerk"), at=NOON, comment=" ")
    assert refused.value.field == "comment"
    take("return", application, actor=town.actor("street_clerk"), at=NOON, comment="经费请写到每个街道")
    assert timeline(application)[-1].note == "经费请写到每个街道"
    more = batch(town.street, fen=2_000_000)
    revise_admission(application, whole(town, batches=(more,)), actor=town.actor("department_lead"), at=NOON)
    assert Application.objects.get(pk=application.pk).yearly_fen == 2_000_000
    take("submit", application, actor=town.actor("department_lead"), at=NOON)
    examine(application, town.actor("street_clerk"))
    take("send_back", application, actor=town.actor("district_clerk"), at=NOON, comment="请补依据")
    assert stage(application) == ApplicationStage.RETURNED
    take("submit", application, actor=town.actor("handler"), at=NOON)
    # A new round: what was examined before is examined again.
    assert application.reviewed_by_id is None


def test_what_is_handed_in_stays_as_it_is(town: Town) -> None:
    application = submitted(town)
    with pytest.raises(Refused) as refused:
        revise_admission(application, whole(town, name="换一个"), actor=town.actor("handler"), at=NOON)
    assert refused.value.code == "not_open"


def test_withdrawn_until_approved_and_not_after(town: Town) -> None:
    application = reviewed(town)
    take("withdraw", application, actor=town.actor("handler"), at=NOON, comment="暂不下沉")
    assert stage(application) == ApplicationStage.WITHDRAWN
    done = approved(town, name="另一件事", words=("另一件",))
    with pytest.raises(Refused):
        take("withdraw", done, actor=town.actor("handler"), at=NOON, comment="晚了")


def test_a_stale_page_decides_nothing(town: Town) -> None:
    application = submitted(town)
    seen = application.version
    take("return", application, actor=town.actor("street_clerk"), at=NOON, comment="再改")
    with pytest.raises(Conflict):
        take("return", application, actor=town.actor("street_clerk"), at=NOON, comment="再改", seen=seen)


# --- who sees it ------------------------------------------------------------------------------------------------------


def test_a_draft_is_its_department_s_alone(town: Town) -> None:
    application = drafted(town)
    assert get_application(town.actor("department_lead"), application.pk) == application
    for who in ("other_handler", "street_clerk", "district_clerk", "nobody"):
        with pytest.raises(Missing):
            get_application(town.actor(who), application.pk)


def test_handed_in_it_is_seen_where_it_goes(town: Town) -> None:
    application = submitted(town)
    for who in ("handler", "street_clerk", "district_clerk", "inspector", "clerk", "leader"):
        assert get_application(town.actor(who), application.pk) == application
    for who in ("stranger", "other_handler", "worker", "nobody", "officer_audit"):
        with pytest.raises(Missing):
            get_application(town.actor(who), application.pk)
    with pytest.raises(Missing):
        get_application(town.actor("district_clerk"), 2**70)
