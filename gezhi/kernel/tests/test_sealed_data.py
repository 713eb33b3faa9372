"""Personal data at rest: sealed in the column, opened only as it was written, found by a blind index, and moved to new keys."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, models
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker, Settings

from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.actions import Rotation, rotate_keys
from gezhi.kernel.secrets import SealedTextField, Unreadable, blind_index, key_of, seal, unseal

OLD = "2025:" + "0123456789abcdef" * 2
NEW = "2026:" + "fedcba9876543210" * 2
CLERK = Actor.system("test")
ZHANG, PHONE = "张三丰", "13812345678"


@pytest.fixture
def old_key(settings: Settings) -> None:
    settings.DATA_KEYS = [OLD]


@pytest.fixture(scope="module")
def letter_table(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[type[models.Model]]:
    """A table with two sealed columns, which stands in the registry of models only while these tests run."""

    class Letter(models.Model):
        name = SealedTextField(blank=True)
        phone = SealedTextField(null=True)
        phone_index = models.CharField(max_length=64, blank=True)

        class Meta:
            app_label = "kernel"

        def __str__(self) -> str:
            return str(self.pk)

    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Letter)
    yield Letter
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.delete_model(Letter)
    del apps.all_models["kernel"]["letter"]
    apps.clear_cache()


@pytest.fixture
def letters(db: None, old_key: None, letter_table: Any) -> Any:
    return letter_table.objects


def raw(column: str = "name") -> list[Any]:
    """The column as whoever steals the database sees it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM kernel_letter ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def write_raw(value: str, column: str = "name") -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE kernel_letter SET {column} = %s", [value])


# --- sealing --------------------------------------------------------------------------------------------------------


@given(st.text(), st.text(max_size=20))
@effort(deadline=None)
def test_what_was_sealed_comes_back_and_never_looks_the_same_twice(text: str, context: str) -> None:
    try:
        text.encode(), context.encode()
    except UnicodeEncodeError:
        return
    token = seal(text, context=context)
    assert unseal(token, context=context) == text
    assert token != seal(text, context=context)


def test_the_token_names_its_key_and_hides_the_text(old_key: None) -> None:
    token = seal(PHONE, context="a.b.c")
    assert token.startswith("s1.2025.")
    assert key_of(token) == "2025"
    assert PHONE not in token


def test_any_changed_character_is_found(old_key: None) -> None:
    token = seal(ZHANG, context="a.b.c")
    for place, character in enumerate(token):
        for other in {"A", "B", "-", "."} - {character}:
            changed = token[:place] + other + token[place + 1 :]
            with pytest.raises(Unreadable):
                unseal(changed, context="a.b.c")
    for cut in (token[:-1], token[:12], token + "A", token + "\n", "", ZHANG):
        with pytest.raises(Unreadable):
            unseal(cut, context="a.b.c")


def test_a_value_moved_to_another_field_does_not_open(old_key: None) -> None:
    with pytest.raises(Unreadable, match="another field"):
        unseal(seal(ZHANG, context="cases.reporter.name"), context="cases.reporter.address")


def test_without_its_key_a_value_says_which_key_is_missing(settings: Settings) -> None:
    settings.DATA_KEYS = [OLD]
    token = seal(ZHANG, context="x")
    settings.DATA_KEYS = [NEW]
    with pytest.raises(Unreadable, match="key 2025"):
        unseal(token, context="x")


@pytest.mark.parametrize(
    "keys", [["2025"], ["2025:abc"], ["2025:" + "g" * 32], [OLD, OLD], ["own:" + "0" * 32], ["A b:" + "0" * 32]]
)
def test_malformed_keys_stop_the_service_rather_than_seal_weakly(settings: Settings, keys: list[str]) -> None:
    settings.DATA_KEYS = keys
    with pytest.raises(ImproperlyConfigured):
        seal(ZHANG, context="x")


def test_an_installation_without_keys_makes_its_own_and_keeps_it_in_the_ring(settings: Settings, tmp_path: Any) -> None:
    settings.VAR, settings.DATA_KEYS = tmp_path, []
    token = seal(ZHANG, context="x")
    assert key_of(token) == "own"
    assert (tmp_path / "keys" / "data").stat().st_mode & 0o077 == 0
    settings.DATA_KEYS = [NEW]
    assert unseal(token, context="x") == ZHANG
    assert key_of(seal(ZHANG, context="x")) == "2026"


# --- the field ------------------------------------------------------------------------------------------------------


def test_the_database_sees_ciphertext_and_the_program_text(letters: Any) -> None:
    row = letters.create(name=ZHANG, phone=PHONE)
    assert raw()[0].startswith("s1.2025.")
    assert ZHANG not in raw()[0]
    assert letters.get(pk=row.pk).name == ZHANG
    assert letters.values_list("phone", flat=True).get() == PHONE


def test_every_way_of_writing_seals(letters: Any) -> None:
    one, other = letters.bulk_create([letters.model(name="甲"), letters.model(name="乙")])
    letters.filter(pk=one.pk).update(name="丙")
    other.name = "丁"
    letters.bulk_update([other], ["name"])
    assert all(token.startswith("s1.2025.") for token in raw())
    assert [row.name for row in letters.order_by("id")] == ["丙", "丁"]


def test_nothing_stays_nothing(letters: Any) -> None:
    letters.create(name="", phone=None)
    assert (raw(), raw("phone")) == ([""], [None])
    row = letters.get(phone__isnull=True)
    assert (row.name, row.phone) == ("", None)


def test_a_tampered_row_raises_when_it_is_read(letters: Any) -> None:
    letters.create(name=ZHANG)
    token = raw()[0]
    write_raw(token[:-3] + ("AAA" if not token.endswith("AAA") else "BBB"))
    with pytest.raises(Unreadable, match=r"kernel\.letter\.name"):
        letters.get()
    assert letters.defer("name").get().phone is None, "without the field the row can still be read"


def test_plain_text_slipped_into_the_column_is_found(letters: Any) -> None:
    letters.create(name=ZHANG)
    write_raw("李四")
    with pytest.raises(Unreadable):
        letters.get()


def test_a_value_copied_from_the_column_beside_is_found(letters: Any) -> None:
    letters.create(name=ZHANG, phone=PHONE)
    write_raw(raw("name")[0], "phone")
    with pytest.raises(Unreadable):
        letters.get()


@pytest.mark.parametrize("lookup", ["name", "name__in", "name__contains", "name__gt", "name__lower"])
def test_a_sealed_field_cannot_be_searched(letters: Any, lookup: str) -> None:
    with pytest.raises(FieldError, match="sealed"):
        letters.filter(**{lookup: [ZHANG] if lookup.endswith("in") and "__in" in lookup else ZHANG}).exists()


# --- the blind index ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13812345678", "+86 138-1234-5678"),
        ("13812345678", "008613812345678"),
        ("13812345678", "１３８１２３４５６７８"),
        ("053182078888", "(0531) 8207 8888"),
        ("053182078888", "+86 531 82078888"),
        ("86123456", "8612-3456"),
        ("Zhang San", " zhang san "),
    ],
)
def test_the_same_number_however_written_has_the_same_index(one: str, other: str) -> None:
    assert blind_index(one, context="x") == blind_index(other, context="x")


def test_the_index_depends_on_value_context_and_key(settings: Settings) -> None:
    settings.BLIND_INDEX_KEY = "00" * 32
    index = blind_index(PHONE, context="cases.reporter.phone")
    assert len(index) == 64
    assert index != blind_index("13812345679", context="cases.reporter.phone")
    assert index != blind_index(PHONE, context="people.post.phone")
    settings.BLIND_INDEX_KEY = "01" * 32
    assert index != blind_index(PHONE, context="cases.reporter.phone")
    settings.BLIND_INDEX_KEY = "00" * 32
    assert index == blind_index(PHONE, context="cases.reporter.phone")


def test_nothing_has_no_index() -> None:
    assert blind_index("  ", context="x") == ""


@pytest.mark.parametrize("key", ["zz", "0011"])
def test_a_malformed_index_key_is_named(settings: Settings, key: str) -> None:
    settings.BLIND_INDEX_KEY = key
    with pytest.raises(ImproperlyConfigured, match="BLIND_INDEX_KEY"):
        blind_index(PHONE, context="x")


def test_an_exact_look_up_goes_by_the_index(letters: Any) -> None:
    letters.create(name=ZHANG, phone=PHONE, phone_index=blind_index(PHONE, context="kernel.letter.phone"))
    wanted = blind_index("+86 138 1234 5678", context="kernel.letter.phone")
    assert letters.get(phone_index=wanted).name == ZHANG


# --- new keys -------------------------------------------------------------------------------------------------------


def rotated(**options: Any) -> dict[tuple[str, str], Rotation]:
    return {(part.model, part.column): part for part in rotate_keys(actor=CLERK, **options)}


def test_after_rotation_the_old_key_may_be_dropped(letters: Any, settings: Settings) -> None:
    letters.bulk_create([letters.model(name=f"居民{n}", phone=None if n % 2 else PHONE) for n in range(7)])
    letters.create(name="")
    settings.DATA_KEYS = [NEW, OLD]
    call_command("rotate_keys", batch=2)
    settings.DATA_KEYS = [NEW]
    assert [row.name for row in letters.order_by("id")] == [*(f"居民{n}" for n in range(7)), ""]
    assert {token[:8] for token in raw() if token} == {"s1.2026."}
    assert raw("phone").count(None) == 4


def test_rotation_goes_on_where_it_was_stopped(letters: Any, settings: Settings) -> None:
    letters.bulk_create([letters.model(name=f"居民{n}") for n in range(6)])
    settings.DATA_KEYS = [NEW, OLD]
    for part in rotate_keys(actor=CLERK, batch=2):
        if part.model == "kernel.Letter":
            break
    assert sorted(key_of(token) for token in raw()) == ["2025"] * 4 + ["2026"] * 2
    before = raw()
    assert rotated(batch=2)["kernel.Letter", "name"].resealed == 4
    assert raw()[:2] == before[:2], "what was done is not done again"
    assert rotated()["kernel.Letter", "name"].resealed == 0


def test_rotation_leaves_what_it_cannot_open_and_keeps_the_old_key(
    letters: Any, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    row = letters.create(name=ZHANG)
    tampered = raw()[0][:-3] + ("AAA" if not raw()[0].endswith("AAA") else "BBB")
    write_raw(tampered)
    settings.DATA_KEYS = [NEW, OLD]
    with pytest.raises(CommandError, match="keep the old keys"):
        call_command("rotate_keys")
    output = capsys.readouterr()
    assert f"can't be opened: [{row.pk}]" in output.err
    assert "1 still under key 2025" in output.out
    assert raw() == [tampered]


def test_a_change_made_meanwhile_is_not_overwritten(letters: Any, settings: Settings) -> None:
    letters.bulk_create([letters.model(name=f"居民{n}") for n in range(4)])
    settings.DATA_KEYS = [NEW, OLD]
    parts = rotate_keys(actor=CLERK, batch=2)
    next(part for part in parts if part.model == "kernel.Letter")
    letters.filter(pk__in=letters.values("pk")).update(name="改了")
    list(parts)
    assert {row.name for row in letters.all()} == {"改了"}


def test_only_those_who_may_rotate_do(letters: Any) -> None:
    with pytest.raises(Denied):
        list(rotate_keys(actor=Actor(kind="staff", name="路人")))
