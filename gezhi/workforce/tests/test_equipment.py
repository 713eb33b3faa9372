"""The ledger never says less than nothing, whatever order things move in; and a lost phone lets nobody in any more."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gezhi.accounts.actions import issue_token
from gezhi.accounts.tokens import user_for
from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.people.models import Desk
from gezhi.testing import NOON, SYSTEM, Town, at_once
from gezhi.workforce.actions import bind_token, enter_device, hand_out, load_items, move, report_lost, retire, take_back
from gezhi.workforce.models import Device, Item, Movement, Stock
from gezhi.workforce.queries import held_by, stock_lines
from gezhi.workforce.stock import EFFECTS, Moved, allows, balance_of
from gezhi.workforce.tests.life import EVERYBODY
from gezhi.workforce.tests.test_selection import refused

IMEI = "490154203237518"
steps = st.lists(st.tuples(st.sampled_from(sorted(EFFECTS)), st.integers(1, 5), st.integers(1, 3)), max_size=40)


@given(steps)
def test_what_the_ledger_lets_pass_is_never_below_nothing(wanted: list[tuple[str, int, int]]) -> None:
    written: list[Moved] = []
    for kind, count, user_id in wanted:
        moved = Moved(kind, count, user_id if EFFECTS[kind][1] else None)
        if allows(balance_of(written), moved):
            written.append(moved)
        # Counted the slow way: everything that came in is in the store, in hands, or gone.
        store = sum(one.count * EFFECTS[one.kind][0] for one in written)
        hands = {
            user: sum(one.count * EFFECTS[one.kind][1] for one in written if one.user_id == user) for user in (1, 2, 3)
        }
        balance = balance_of(written)
        assert balance.in_store == store >= 0
        assert {user: balance.held[user] for user in hands} == hands
        assert min(hands.values()) >= 0
        gone = sum(one.count for one in written if one.kind in ("lost", "written_off"))
        assert store + sum(hands.values()) + gone == sum(one.count for one in written if one.kind == "taken_in")


@pytest.fixture
def kit(town: Town) -> Item:
    load_items(actor=SYSTEM, at=NOON)
    return Item.objects.get(code="kit")


def test_in_out_back_lost_and_written_off(town: Town, kit: Item) -> None:
    desk, clerk, worker = town.desk(town.community), town.actor("clerk"), town.user("worker")
    move(kit, desk, "taken_in", 10, actor=clerk, at=NOON)
    move(kit, desk, "issued", 4, actor=clerk, at=NOON, user=worker)
    move(kit, desk, "returned", 1, actor=clerk, at=NOON, user=worker)
    with refused("too_few") as told:
        move(kit, desk, "returned", 4, actor=clerk, at=NOON, user=worker)
    assert "3 个" in str(told.value)
    with refused("too_few"):
        move(kit, desk, "issued", 8, actor=clerk, at=NOON, user=worker)
    with refused("empty"):
        move(kit, desk, "lost", 1, actor=clerk, at=NOON, user=worker)
    move(kit, desk, "lost", 1, actor=clerk, at=NOON, user=worker, note="巡查时丢在河边")
    move(kit, desk, "written_off", 2, actor=clerk, at=NOON, note="拉链坏了")
    (line,) = stock_lines(Stock.objects.all())
    assert (line.balance.in_store, line.balance.in_hands) == (5, 2)
    assert held_by(worker.pk) == [("管家包", "个", 2)]
    # The chain of events says the same as the table, entry for entry.
    stock = Stock.objects.get()
    chain = timeline(stock)
    assert faults(chain, version=stock.version) == []
    assert [(one.seq, one.data["kind"], one.data["count"]) for one in chain[1:]] == list(
        Movement.objects.order_by("seq").values_list("seq", "kind", "count")
    )


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_move_things(town: Town, kit: Item, who: str) -> None:
    try:
        move(kit, town.desk(town.community), "taken_in", 1, actor=town.actor(who), at=NOON)
        is_done = True
    except Denied:
        is_done = False
    assert is_done is (who in {"clerk", "street_clerk", "district_clerk"})


@pytest.mark.django_db(transaction=True)
def test_many_who_take_the_last_one_at_once(town: Town) -> None:
    load_items(actor=SYSTEM, at=NOON)
    kit, desk = Item.objects.get(code="kit"), Desk.objects.select_related("area").get(area__code=town.community)
    move(kit, desk, "taken_in", 3, actor=town.actor("clerk"), at=NOON)
    worker, actor = town.user("worker"), town.actor("clerk")
    outcomes = at_once(6, lambda number: move(kit, desk, "issued", 1, actor=actor, at=NOON, user=worker))
    (line,) = stock_lines(Stock.objects.all())
    done = sum(isinstance(one, Movement) for one in outcomes)
    assert 1 <= done <= 3
    assert (line.balance.in_store, line.balance.in_hands) == (3 - done, done)


# --- phones ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def phone(town: Town) -> Device:
    clerk = town.actor("clerk")
    made = enter_device(
        actor=clerk,
        at=NOON,
        desk=town.desk(town.community),
        imei=IMEI,
        model="直板 5G",
        number="SZ-001",
        sim="13800001111",
    )
    hand_out(made, town.user("worker"), actor=clerk, at=NOON)
    return Device.objects.select_related("desk__area").get(pk=made.pk)


def test_a_lost_phone_ends_its_sessions_and_tokens_at_once(town: Town, phone: Device, client_as: object) -> None:
    browser = client_as("worker")  # type: ignore[operator]
    assert browser.get("/operation/").status_code == 200
    worker, system = town.user("worker"), town.actor("officer_system")
    token, plain = issue_token(worker, actor=system, at=NOON, label="手机", expires_at=NOON + timedelta(days=300))
    other, spared = issue_token(worker, actor=system, at=NOON, label="电脑程序", expires_at=NOON + timedelta(days=300))
    bind_token(phone, token, actor=town.actor("clerk"), at=NOON)
    assert report_lost(phone, actor=town.actor("worker"), at=timezone.now(), note="可能落在公交车上") == 1
    assert browser.get("/operation/").status_code in (302, 303)
    assert user_for(plain, at=NOON) is None
    assert user_for(spared, at=NOON) == worker
    assert other.revoked_at is None
    with refused("wrong_stage"):
        report_lost(phone, actor=town.actor("worker"), at=NOON)


def test_whose_phone_it_is_who_may_report_it(town: Town, phone: Device) -> None:
    for who in ("worker2", "neighbour", "other_clerk", "stranger", "inspector"):
        with pytest.raises(Denied):
            report_lost(phone, actor=town.actor(who), at=NOON)
    report_lost(phone, actor=town.actor("street_clerk"), at=NOON)
    retire(phone, actor=town.actor("street_clerk"), at=NOON, note="没有找回")
    assert Device.objects.get().holder is None


def test_back_in_the_store_its_tokens_end(town: Town, phone: Device) -> None:
    system = town.actor("officer_system")
    token, plain = issue_token(
        town.user("worker"), actor=system, at=NOON, label="手机", expires_at=NOON + timedelta(days=30)
    )
    bind_token(phone, token, actor=town.actor("clerk"), at=NOON)
    take_back(phone, actor=town.actor("clerk"), at=NOON)
    assert user_for(plain, at=NOON) is None
    hand_out(phone, town.user("worker2"), actor=town.actor("clerk"), at=NOON)
    stranger, _plain = issue_token(
        town.user("worker"), actor=system, at=NOON, label="手机", expires_at=NOON + timedelta(days=30)
    )
    with refused("no_such_token"):
        bind_token(phone, stranger, actor=town.actor("clerk"), at=NOON)


def test_the_number_of_a_phone_is_kept_as_a_hash_alone(town: Town, phone: Device) -> None:
    assert IMEI not in str(Device.objects.values().get())
    with refused("no_imei"):
        enter_device(actor=town.actor("clerk"), at=NOON, desk=phone.desk, imei="490154203237519", model="x", number="y")
    with refused("device_there"), transaction.atomic():
        enter_device(
            actor=town.actor("clerk"), at=NOON, desk=phone.desk, imei=" 49-015420-323751-8", model="x", number="y"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Device.objects.filter(pk=phone.pk).update(holder=None)
