"""What must never be kept, what is kept sealed, what is found nowhere."""

import pytest
from django.db import connection, models

from gezhi.disputes.actions import keep_contact, reveal_contact
from gezhi.disputes.actions.register import SideDraft
from gezhi.disputes.models import Dispute, Remark, Side
from gezhi.disputes.tests.mediation import ACCOUNT, AGREEMENT, NAME, PHONE, Mediation, registered
from gezhi.kernel.access import Denied
from gezhi.kernel.events import dispatch, timeline
from gezhi.kernel.models import Event, SearchEntry
from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.search import matching
from gezhi.kernel.secrets import holds_identity_number, unseal
from gezhi.testing import NOON, Town

# Invented: the sequence of all ones belongs to nobody, and the check digits are as they come.
IDENTITY = "110101199003071234"
SEALED = [(Dispute, "account"), (Dispute, "agreement"), (Side, "name"), (Side, "phone"), (Remark, "text")]


def stored(model: type[models.Model], column: str) -> list[str]:
    """What really stands in the database."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{model._meta.db_table}" WHERE "{column}" <> %s', [""])
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize(("model", "column"), SEALED, ids=lambda value: getattr(value, "__name__", value))
def test_what_people_said_is_ciphertext_in_the_database(
    mediation: Mediation, model: type[models.Model], column: str
) -> None:
    mediation.visited()
    values = stored(model, column)
    assert values
    for value in values:
        assert value.startswith("s1.")
        assert unseal(value, context=f"{model._meta.label_lower}.{column}") in {
            ACCOUNT, AGREEMENT, NAME, PHONE, "双方都说了经过。", "上门看过。",
        }  # fmt: skip


def test_nothing_of_it_stands_in_the_log_or_in_the_search_index(mediation: Mediation) -> None:
    mediation.visited("no").take("reopen", "clerk", reason="又吵起来了，张三丰先动手。")
    while dispatch(at=mediation.at):
        pass
    assert not SearchEntry.objects.filter(kind="dispute").exists()
    for word in ("家具", "争吵", "张三丰", PHONE, "晚十点"):
        assert not SearchEntry.objects.filter(key__in=matching("case", word)).exists()
        for event in Event.objects.filter(subject_kind="dispute"):
            assert word not in f"{event.note}{event.data}"


def test_the_case_learns_that_there_is_mediation_and_no_more(town: Town) -> None:
    case = town.report()
    dispute = registered(town, "clerk", case_id=case.pk, area_code="")
    assert (dispute.case_id, dispute.place_code) == (case.pk, case.place_code)
    while dispatch(at=NOON):
        pass
    before = case.stage
    case.refresh_from_db()
    assert case.stage == before
    note = timeline(case)[-1]
    assert (note.name, note.actor_kind) == ("case.noted", "system")
    assert "调解" in note.note
    assert ACCOUNT not in note.note
    assert dispute.number not in note.note


# --- identity numbers


@pytest.mark.parametrize(
    "text",
    [
        IDENTITY,
        f"甲方身份证{IDENTITY}。",
        "11010119900307123X",
        "11010119900307123x",
        "１１０１０１１９９００３０７１２３４",
        "110101 19900307 1234",
        "110101-1990-0307-1234",
    ],
)
def test_an_identity_number_is_known_in_any_spelling(text: str) -> None:
    assert holds_identity_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "13812345678",
        "370103-260302-0000012",
        "370103001001001",
        "欠款 120000 元，2026 年 3 月 2 日起",
        "110101299013071234",
    ],
)
def test_other_numbers_are_no_identity_numbers(text: str) -> None:
    assert not holds_identity_number(text)


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"account": f"甲方 {IDENTITY}"}, "account"),
        ({"sides": (SideDraft(name=IDENTITY), SideDraft())}, "side1_name"),
        ({"sides": (SideDraft(), SideDraft(phone=IDENTITY))}, "side2_phone"),
    ],
)
def test_no_identity_number_comes_in(town: Town, over: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        registered(town, **over)
    assert (refusal.value.code, refusal.value.field) == ("identity_number", field)
    assert "身份证" in str(refusal.value)
    assert not Dispute.objects.exists()


@pytest.mark.parametrize(
    ("step", "field"),
    [("meet", "account"), ("agree", "agreement"), ("refer", "reason"), ("withdraw", "reason"), ("extend", "reason")],
)
def test_no_identity_number_comes_in_with_a_step(mediation: Mediation, step: str, field: str) -> None:
    mediation.met()
    inputs = {"on": mediation.today, "present": ["side1"], "referral": "court", field: f"见 {IDENTITY}"}
    with pytest.raises(Refused) as refusal:
        mediation.take(step, "leader", **inputs)
    assert (refusal.value.code, refusal.value.field) == ("identity_number", field)


# --- whom to call


def test_a_contact_is_shown_with_a_reason_that_is_recorded(mediation: Mediation) -> None:
    town = mediation.town
    side = reveal_contact(mediation.dispute, 1, actor=town.actor("clerk"), at=NOON, reason="约调解时间")
    assert (side.name, side.phone) == (NAME, PHONE)
    event = timeline(mediation.dispute)[-1]
    assert (event.name, event.data, event.note, event.actor_id) == (
        "dispute.contact_seen", {"side": 1}, "约调解时间", town.user("clerk").pk,
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        reveal_contact(mediation.dispute, 1, actor=town.actor("clerk"), at=NOON, reason=" ")
    assert refusal.value.code == "empty"
    with pytest.raises(Denied):
        reveal_contact(mediation.dispute, 1, actor=town.actor("inspector"), at=NOON, reason="看看")
    for position in (2, 3):
        with pytest.raises(Missing):
            reveal_contact(mediation.dispute, position, actor=town.actor("clerk"), at=NOON, reason="约时间")


def test_a_contact_is_taken_down_later_and_erased_again(mediation: Mediation) -> None:
    clerk = mediation.town.actor("clerk")
    keep_contact(mediation.dispute, 2, actor=clerk, at=NOON, name="李四", phone="0531-8888888")
    assert reveal_contact(mediation.dispute, 2, actor=clerk, at=NOON, reason="约时间").name == "李四"
    keep_contact(mediation.dispute, 2, actor=clerk, at=NOON, name="", phone="")
    with pytest.raises(Missing):
        reveal_contact(mediation.dispute, 2, actor=clerk, at=NOON, reason="约时间")
    with pytest.raises(Refused):
        keep_contact(mediation.dispute, 2, actor=clerk, at=NOON, name=IDENTITY, phone="")
    with pytest.raises(Denied):
        keep_contact(mediation.dispute, 2, actor=mediation.town.actor("inspector"), at=NOON, name="王五", phone="")
    mediation.take("withdraw", "clerk", reason="和好了")
    with pytest.raises(Refused):
        keep_contact(mediation.dispute, 2, actor=clerk, at=NOON, name="李四", phone="")


def test_a_list_opens_no_sealed_word(town: Town) -> None:
    """A row whose words can't be opened any more is still listed."""
    from gezhi.disputes.worklist import Filters, page_of

    dispute = registered(town)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE disputes_dispute SET account = %s WHERE id = %s", ["s1.lost.AAAA", dispute.pk])
    page = page_of(Filters(), town.actor("leader"), NOON)
    assert [one.pk for one in page.disputes] == [dispute.pk]
