"""What the public reads: three fields, of those who consented, as long as they do; and plates that say the truth or are stale."""

from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from gezhi.accounts.models import User
from gezhi.kernel.access import Denied
from gezhi.people.actions import issue_plate, open_pilot, publish, recall_plate, unseat, withdraw_publication
from gezhi.people.features import Feature
from gezhi.people.models import Plate, Post, Publication
from gezhi.people.plates import content_now, print_of, standings_of, with_posts
from gezhi.people.public import PublicPerson, public_team
from gezhi.people.signing import Content
from gezhi.people.tests.teams import TODAY, refused, support
from gezhi.territory.models import Area
from gezhi.testing import NOON, SYSTEM, Town

DAY = timedelta(days=1)
SERVICES = "代办、巡查、调解"


@pytest.fixture
def plates(town: Town) -> Town:
    open_pilot(Feature.PLATES, Area.objects.get(code=town.street), actor=SYSTEM, at=NOON, from_on=TODAY)
    return town


def shown(town: Town, key: str = "worker") -> Publication:
    return publish(town.user(key), SERVICES, actor=town.actor(key), at=NOON)


def plate_of(town: Town, key: str = "worker", **over: Any) -> Plate:
    post = Post.objects.select_related("user", "desk__area").get(user=town.user(key), desk=town.desk(town.grid))
    return issue_plate(post, actor=SYSTEM, at=NOON, **over)


def test_exactly_three_fields_are_shown() -> None:
    assert [field.name for field in fields(PublicPerson)] == ["name", "work_phone", "services"]


def test_nobody_is_shown_who_has_not_consented(town: Town) -> None:
    assert public_team(town.grid, on=TODAY) == []
    shown(town)
    [group] = public_team(town.grid, on=TODAY)
    assert [(one.name, one.work_phone, one.services) for one in group.people] == [("王专职", "0531-12345", SERVICES)]


def test_what_is_withdrawn_is_gone_at_once_and_leaves_no_words(town: Town) -> None:
    publication = shown(town)
    withdraw_publication(publication, actor=town.actor("worker"), at=NOON)
    assert public_team(town.grid, on=TODAY) == []
    publication.refresh_from_db()
    assert publication.services == ""


def test_who_consents_again_is_shown_once(town: Town) -> None:
    withdraw_publication(shown(town), actor=town.actor("worker"), at=NOON)
    publish(town.user("worker"), "只代办", actor=town.actor("worker"), at=NOON)
    [group] = public_team(town.grid, on=TODAY)
    assert [one.services for one in group.people] == ["只代办"]


def test_who_has_left_is_shown_no_more(town: Town) -> None:
    shown(town)
    unseat(town.user("worker").posts.get(), actor=SYSTEM, at=NOON, until_on=TODAY)
    assert public_team(town.grid, on=TODAY)
    assert public_team(town.grid, on=TODAY + DAY) == []


def test_saying_it_again_changes_the_services(town: Town) -> None:
    first = shown(town)
    assert publish(town.user("worker"), "只巡查", actor=town.actor("worker"), at=NOON).pk == first.pk
    assert Publication.objects.count() == 1


def test_one_consents_for_oneself_or_support_writes_it_down(town: Town) -> None:
    with pytest.raises(Denied):
        publish(town.user("worker"), actor=town.actor("worker2"), at=NOON)
    with pytest.raises(Denied):
        publish(town.user("worker"), actor=support(town, town.other_street), at=NOON)
    publish(town.user("worker"), actor=support(town, key="assessor"), at=NOON)


# --- plates -----------------------------------------------------------------------------------------------------------


def standing(town: Town, on: Any = TODAY) -> str:
    [one] = standings_of(with_posts(town.street), on=on)
    return one.stale


def test_a_plate_says_the_truth(plates: Town) -> None:
    shown(plates)
    plate = plate_of(plates)
    assert standing(plates) == ""
    content = content_now(plate, Publication.objects.get())
    assert (content.name, content.work_phone, content.services, content.grid) == (
        "王专职", "0531-12345", SERVICES, plates.grid,
    )  # fmt: skip
    assert plate.printed == print_of(content)


def test_a_plate_is_stale_when_the_phone_changes(plates: Town) -> None:
    shown(plates)
    plate_of(plates)
    User.objects.filter(pk=plates.user("worker").pk).update(work_phone="0531-99999")
    assert standing(plates) == "changed"


def test_a_plate_is_stale_when_the_services_change(plates: Town) -> None:
    shown(plates)
    plate_of(plates)
    publish(plates.user("worker"), "别的", actor=plates.actor("worker"), at=NOON)
    assert standing(plates) == "changed"


def test_a_plate_is_stale_when_the_post_ends(plates: Town) -> None:
    shown(plates)
    plate_of(plates)
    unseat(Post.objects.get(user=plates.user("worker")), actor=SYSTEM, at=NOON, until_on=TODAY)
    assert standing(plates) == ""
    assert standing(plates, TODAY + DAY) == "post_ended"


def test_a_plate_is_stale_without_consent_and_after_its_term(plates: Town) -> None:
    publication = shown(plates)
    plate_of(plates, valid_until=TODAY)
    assert standing(plates, TODAY + DAY) == "expired"
    withdraw_publication(publication, actor=SYSTEM, at=NOON)
    assert standing(plates) == "withdrawn"


def test_a_new_plate_takes_the_place_of_the_old(plates: Town) -> None:
    shown(plates)
    first, second = plate_of(plates), plate_of(plates)
    first.refresh_from_db()
    assert first.recalled_on == TODAY
    assert first.number != second.number
    recall_plate(second, actor=SYSTEM, at=NOON)
    assert with_posts(plates.street) == []


def test_no_plate_without_consent_phone_or_pilot(plates: Town) -> None:
    refused("no_consent", lambda: plate_of(plates))
    shown(plates)
    User.objects.filter(pk=plates.user("worker").pk).update(work_phone="")
    refused("no_phone", lambda: plate_of(plates))
    east = Post.objects.select_related("user", "desk__area").get(
        desk=plates.desk(plates.other_grid), role="grid_worker"
    )
    refused("plates_closed", lambda: issue_plate(east, actor=SYSTEM, at=NOON))


def test_what_is_printed_is_not_kept(plates: Town) -> None:
    """The table of plates holds a number, days and a digest: nothing of the bearer."""
    shown(plates)
    plate_of(plates)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_plate")
        row = " ".join(map(str, cursor.fetchone()))
    assert not any(word in row for word in ("王专职", "0531", "代办"))
    assert {field.name for field in fields(Content)} == {
        "number", "name", "work_phone", "services", "grid", "place", "issued_on", "valid_until",
    }  # fmt: skip
