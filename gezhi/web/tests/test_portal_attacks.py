"""What comes to a door that stands open to everybody."""

import io
import zipfile
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from gezhi.cases.models import Case
from gezhi.kernel.models import StoredFile
from gezhi.testing import Town
from gezhi.web.tests.resident import filled, photo, send, words

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def test_markup_in_any_field_stays_text(town: Town, client: Client) -> None:
    case = send(
        client, text=f"{SCRIPT} {{{{ 7|add:7 }}}}", address=f'"><img src=x onerror=alert(1)>{SCRIPT}', name=SCRIPT
    )
    for path in (f"/follow/?code={case.receipt_code}", f"/report/done/{case.receipt_code}/"):
        body = client.get(path).content.decode()
        assert SCRIPT not in body
        assert "<img src=x" not in body
    assert "{{ 7|add:7 }}" in client.get(f"/follow/?code={case.receipt_code}").content.decode()
    again = client.post(
        "/report/", filled(text="", address=f'" autofocus onfocus=alert(1) x="{SCRIPT}')
    ).content.decode()
    assert SCRIPT not in again
    assert '" autofocus' not in again


def test_markup_in_a_file_name_or_a_code_stays_text(town: Town, client: Client) -> None:
    broken = io.BytesIO(b"not a picture")
    broken.name = "<img src=x onerror=alert(1)>.jpg"
    body = client.post("/report/", filled(photos=[broken])).content.decode()
    assert "<img src=x" not in body
    assert SCRIPT not in client.get("/follow/", {"code": SCRIPT}).content.decode()


def test_text_longer_than_allowed_is_told_and_kept(town: Town, client: Client) -> None:
    page = client.post("/report/", filled(text="长" * 10_001))
    assert page.status_code == 422
    assert "情况最多 10000 个字，现在有 10001 个" in words(page)
    assert "长" * 10_001 in page.content.decode()


def test_line_ends_count_once(town: Town, client: Client) -> None:
    """A browser counts a line end as one character and sends two."""
    assert send(client, text="行\r\n" * 4_999 + "完").text.count("\n") == 4_999


def test_ten_megabytes_of_text_get_an_answer_in_words(town: Town, client: Client) -> None:
    page = client.post("/report/", filled(text="长" * 3_500_000))
    assert page.status_code == 413
    assert "情况请写在 10000 个字以内" in words(page)
    assert not Case.objects.exists()


def test_a_thousand_fields_get_an_answer_in_words(town: Town, client: Client) -> None:
    page = client.post("/report/", filled(**{f"field{number}": "x" for number in range(1_100)}))
    assert page.status_code == 413


def test_a_body_that_claims_to_be_enormous_is_not_read(town: Town, client: Client) -> None:
    page = client.post("/report/", filled(), headers={"content-length": str(10**10)})
    assert page.status_code == 413


def zip_file() -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "x" * 1000)
    file.seek(0)
    return file


@pytest.mark.parametrize(
    "content", [zip_file().getvalue(), b"", b"\xff\xd8\xff broken", b"<svg onload=alert(1)>", b"GIF89a"]
)
def test_what_is_no_photo_is_refused_by_content_and_nothing_is_lost(town: Town, client: Client, content: bytes) -> None:
    file = io.BytesIO(content)
    file.name = "holiday.jpg"
    page = client.post("/report/", filled(address="柳巷", photos=[photo(), file]))
    assert page.status_code == 422
    assert "holiday.jpg" in words(page)
    assert 'value="柳巷"' in page.content.decode()
    assert page.content.decode().count('name="kept"') == 1
    assert not Case.objects.exists()


def test_a_stored_file_can_not_be_claimed_by_its_number(town: Town, client: Client) -> None:
    """Files belong to all cases and have small numbers: only a token that this form was given counts."""
    send(client, photos=[photo()])
    file = StoredFile.objects.get()
    for token in (str(file.pk), f'"{file.pk}"', f"{file.pk}:1tXYZ:forged"):
        assert send(client, kept=[token]).attachments.count() == 0
        assert client.get(f"/report/photo/{token}/").status_code == 404
        assert client.get(f"/follow/photo/{token}/").status_code == 404


def test_a_token_of_one_door_opens_no_other(town: Town, client: Client) -> None:
    from gezhi.web.portal.photos import tokens_of

    case = send(client, photos=[photo()])
    (token,) = tokens_of(case)
    assert client.get(f"/follow/photo/{token}/").status_code == 200
    assert client.get(f"/report/photo/{token}/").status_code == 404
    assert client.get(f"/rate/{token}/").status_code == 404
    case.attachments.all().delete()
    assert client.get(f"/follow/photo/{token}/").status_code == 404


def test_a_form_from_elsewhere_is_refused(town: Town) -> None:
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post("/report/", filled()).status_code == 403
    assert not Case.objects.exists()


def test_the_trap_catches_programs_and_only_delays_people(town: Town, client: Client) -> None:
    page = client.post("/report/", filled(website="https://buy.example"))
    assert page.status_code == 422
    assert "buy.example" not in page.content.decode()
    assert "请再按一次发送" in words(page)
    assert not Case.objects.exists()
    send(client)


def flood(client: Client, times: int, **extra: Any) -> int:
    return sum(client.post("/report/", filled(), **extra).status_code == 302 for _ in range(times))


def test_one_address_can_not_flood_the_desks(town: Town, client: Client) -> None:
    assert flood(client, 32) == 30
    page = client.post("/report/", filled(text="第三十三件"))
    assert page.status_code == 429
    assert "第三十三件" in page.content.decode()
    assert flood(client, 1, REMOTE_ADDR="192.0.2.7") == 1


def test_a_claimed_forwarding_is_not_believed(town: Town, client: Client) -> None:
    for number in range(30):
        flood(client, 1, headers={"x-forwarded-for": f"192.0.2.{number}"})
    assert flood(client, 1, headers={"x-forwarded-for": "192.0.2.99"}) == 0


def test_behind_our_proxy_the_address_it_saw_counts(town: Town, client: Client, settings: Any) -> None:
    settings.AXES_IPWARE_PROXY_COUNT = 1
    for number in range(30):
        flood(client, 1, headers={"x-forwarded-for": f"10.0.0.{number}, 192.0.2.1"})
    assert flood(client, 1, headers={"x-forwarded-for": "10.9.9.9, 192.0.2.1"}) == 0
    assert flood(client, 1, headers={"x-forwarded-for": "10.9.9.9, 192.0.2.2"}) == 1


def test_one_home_counts_as_one_under_ipv6(town: Town, client: Client) -> None:
    for number in range(30):
        flood(client, 1, REMOTE_ADDR=f"2001:db8::{number:x}")
    assert flood(client, 1, REMOTE_ADDR="2001:db8::ffff") == 0
    assert flood(client, 1, REMOTE_ADDR="2001:db8:0:1::1") == 1


@pytest.mark.parametrize("field", ["lng", "lat", "kind", "community", "grid", "key", "phone"])
@pytest.mark.parametrize("value", ["NaN", "1e999", "-1", "' OR 1=1 --", "\x00", "𝟙" * 70], ids=range(6))
def test_nonsense_in_a_field_never_breaks_the_page(town: Town, client: Client, field: str, value: str) -> None:
    assert client.post("/report/", filled(**{field: value})).status_code in (302, 422)
