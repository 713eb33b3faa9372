"""Every column that could hold something of a person has somebody who answers for it."""

from dataclasses import replace
from typing import Any

import pytest

from gezhi.kernel import privacy
from gezhi.kernel.privacy import Basis, Keep, Personal, declare, impersonal


def test_every_column_stands_in_the_register() -> None:
    assert privacy.undeclared() == [], (
        "declare them in the privacy.py of their app: personal with its purpose, or impersonal"
    )


def test_every_declaration_has_its_column() -> None:
    assert privacy.stale() == []


def test_confidential_columns_are_sealed() -> None:
    assert privacy.unsealed() == []


def test_no_column_holds_what_is_never_kept() -> None:
    assert privacy.forbidden() == []


def test_every_personal_column_says_why_on_what_ground_and_until_when() -> None:
    entries = privacy.inventory()
    assert len(entries) > 10, "an empty register proves nothing"
    for entry in entries:
        personal = entry.personal
        assert personal is not None
        assert str(personal.purpose).strip(), entry
        assert personal.basis in Basis, entry
        assert str(personal.keep.since).strip(), entry
        assert personal.sensitivity in {"open", "internal", "confidential"}, entry


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> dict[Any, Any]:
    """The register as it stands, to be changed freely."""
    privacy.load()
    copy = dict(privacy.registry)
    monkeypatch.setattr(privacy, "registry", copy)
    return copy


def test_a_column_that_nobody_spoke_for_is_found(register: dict[Any, Any]) -> None:
    del register["kernel.event", "note"]
    del register["kernel.receipt", "answer"]
    del register["axes.accesslog", "ip_address"]
    del register["kernel.searchentry", "tokens"]
    assert set(privacy.undeclared()) == {
        "kernel.Event.note",
        "kernel.Receipt.answer",
        "axes.AccessLog.ip_address",
        "kernel.SearchEntry.tokens",
    }


def test_a_declaration_without_its_column_is_found(register: dict[Any, Any]) -> None:
    impersonal("kernel.Event", "gone")
    impersonal("nowhere.Model", "field")
    assert privacy.stale() == ["kernel.Event.gone", "nowhere.Model.field"]


def test_a_confidential_column_in_plain_text_is_found(register: dict[Any, Any]) -> None:
    entry = register["kernel.event", "note"]
    register["kernel.event", "note"] = replace(entry, personal=replace(entry.personal, sensitivity="confidential"))
    assert privacy.unsealed() == ["kernel.Event.note is confidential but not sealed"]


def test_a_column_is_declared_once(register: dict[Any, Any]) -> None:
    with pytest.raises(ValueError, match="before"):
        impersonal("kernel.Event", "note")


def test_a_personal_column_without_purpose_basis_or_retention_is_refused() -> None:
    keep = Keep(30, "结案")
    with pytest.raises(ValueError, match="purpose"):
        Personal(" ", Basis.DUTY, keep)
    with pytest.raises(ValueError, match="basis"):
        Personal("联系", "because", keep)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="retention"):
        Personal("联系", Basis.DUTY, None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="retention"):
        Keep(0, "结案")
    with pytest.raises(ValueError, match="retention"):
        Keep(30, "")
    with pytest.raises(TypeError):
        declare("kernel.Event", note=Personal("联系"))  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "name",
    [
        "id_number", "reporter_id_card", "citizen_no", "birth", "birthday", "birth_date", "date_of_birth", "face", "face_photo",
        "fingerprint_image", "religion", "ethnic_group", "resident_score", "person_rating", "key_person", "is_focus_person", "blacklisted",
        "person_tags", "online_minutes", "login_count", "likes_count", "checkin_at", "check_in", "track_length", "credit_score",
    ],
)  # fmt: skip
def test_names_of_what_is_never_kept_are_known(name: str) -> None:
    assert privacy.reasons_against(name)


@pytest.mark.parametrize(
    "name",
    [
        "surface",
        "interface",
        "number",
        "id",
        "case_number",
        "grid_id",
        "fingerprint",
        "score",
        "user_id",
        "point_count",
        "tags",
        "note_digest",
        "level",
    ],
)
def test_harmless_names_are_left_alone(name: str) -> None:
    assert privacy.reasons_against(name) == []
