"""Who serves in my grid, and whether a plate is genuine: what a resident is shown, and nothing more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from gezhi.people.actions import issue_plate, open_pilot, publish, recall_plate, withdraw_publication
from gezhi.people.features import Feature
from gezhi.people.models import Plate, Post, Publication
from gezhi.people.plates import content_now, public_keys, signed
from gezhi.people.signing import sign
from gezhi.territory.models import Area
from gezhi.testing import FOUNDED, SYSTEM, Town
from gezhi.web.tests.resident import words


@pytest.fixture
def opened(town: Town) -> Town:
    """Both features open in the western street."""
    street = Area.objects.get(code=town.street)
    for feature in Feature:
        open_pilot(feature, street, actor=SYSTEM, at=FOUNDED, from_on=FOUNDED.date())
    publish(town.user("worker"), "代办、巡查", actor=SYSTEM, at=FOUNDED)
    return town


def plate(town: Town) -> Plate:
    post = Post.objects.select_related("user", "desk__area").get(user=town.user("worker"))
    return issue_plate(post, actor=SYSTEM, at=timezone.now())


def text_of(plate: Plate) -> str:
    return signed(content_now(plate, Publication.objects.filter(withdrawn_at=None).first()))


def test_a_resident_finds_the_team_by_three_taps(opened: Town, client: Client) -> None:
    assert "找我的网格" in words(client.get("/"))
    assert f"?in={opened.street}" in client.get("/grids/").content.decode()
    assert f"?in={opened.other_street}" in client.get("/grids/").content.decode(), "the grid page stands everywhere"
    assert f"?in={opened.community}" in client.get(f"/grids/?in={opened.street}").content.decode()
    assert f"/grids/{opened.grid}/" in client.get(f"/grids/?in={opened.community}").content.decode()
    assert "王专职" in words(client.get(f"/grids/{opened.grid}/"))
    assert "王专职" not in words(client.get(f"/grids/{opened.other_grid}/"))


def test_the_page_shows_whoever_consented_and_nothing_else_of_him(opened: Town, client: Client) -> None:
    page = client.get(f"/grids/{opened.grid}/team/")
    text = words(page)
    assert "王专职" in text
    assert "0531-12345" in text
    assert "代办、巡查" in text
    for other in ("李专职", "赵兼职", "孙网格"):
        assert other not in text
    person = page.context["groups"][0].people[0]
    assert set(person.__dataclass_fields__) == {"name", "work_phone", "services"}
    assert opened.user("worker").username not in page.content.decode().replace("worker2", "")
    assert not page.cookies
    assert "no-store" in page["Cache-Control"]


def test_where_it_is_not_open_there_is_no_such_page(opened: Town, client: Client) -> None:
    publish(opened.user("stranger"), "代办", actor=SYSTEM, at=FOUNDED)
    assert client.get(f"/grids/{opened.other_grid}/team/").status_code == 404
    for code in (opened.community, "370103001001099", "x"):
        assert client.get(f"/grids/{code}/team/").status_code == 404


def test_a_withdrawal_is_seen_at_once(opened: Town, client: Client) -> None:
    withdraw_publication(Publication.objects.get(), actor=SYSTEM, at=timezone.now())
    assert "王专职" not in words(client.get(f"/grids/{opened.grid}/team/"))


def test_without_a_pilot_nobody_hears_of_it(town: Town, client: Client) -> None:
    assert "看看谁在您住的网格服务" not in words(client.get("/"))
    assert client.get(f"/grids/{town.grid}/team/").status_code == 404


# --- plates -----------------------------------------------------------------------------------------------------------


def test_a_genuine_plate_is_told_from_a_changed_one(opened: Town, client: Client) -> None:
    text = text_of(plate(opened))
    assert "现在有效" in words(client.get("/plates/check/", {"p": text}))
    head, key, body, signature = text.split(".")
    forged = ".".join([head, key, body[:-4] + ("AAAA" if body[-4:] != "AAAA" else "BBBB"), signature])
    assert "伪造" in words(client.get("/plates/check/", {"p": forged}))
    assert "不是管家牌上的码" in words(client.get("/plates/check/", {"p": "hello"}))


def test_the_whole_address_of_the_code_will_do(opened: Town, client: Client) -> None:
    address = f"https://gezhi.example/plates/check/?p={text_of(plate(opened))}"
    assert "现在有效" in words(client.get("/plates/check/", {"p": address}))


def test_a_genuine_plate_that_holds_no_more_is_told(opened: Town, client: Client) -> None:
    one = plate(opened)
    text = text_of(one)
    recall_plate(one, actor=SYSTEM, at=timezone.now())
    assert "已收回" in words(client.get("/plates/check/", {"p": text}))
    second = text_of(plate(opened))
    withdraw_publication(Publication.objects.get(), actor=SYSTEM, at=timezone.now())
    assert "已撤回公示" in words(client.get("/plates/check/", {"p": second}))


def test_the_same_is_found_without_a_network(
    opened: Town, client: Client, capsys: pytest.CaptureFixture[str], tmp_path
) -> None:  # type: ignore[no-untyped-def]
    keys = tmp_path / "keys.txt"
    keys.write_bytes(client.get("/plates/keys.txt").content)
    text = text_of(plate(opened))
    call_command("verify_plate", text, "--keys", str(keys))
    assert "王专职" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("verify_plate", text[:-8] + "AAAAAAAA", "--keys", str(keys))
    content = content_now(plate(opened), Publication.objects.get())
    stranger = sign(content, Ed25519PrivateKey.generate())
    with pytest.raises(CommandError):
        call_command("verify_plate", stranger, "--keys", str(keys))
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    with pytest.raises(CommandError):
        call_command("verify_plate", signed(replace(content, valid_until=yesterday)), "--keys", str(keys))


def test_the_public_key_is_public(opened: Town, client: Client) -> None:
    [line] = client.get("/plates/keys.txt").content.decode().splitlines()
    name, key = line.split()
    assert bytes.fromhex(key) == public_keys()[name]
