"""Rating by the link of an answer: once, for this round, within its time."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from gezhi.cases.actions import take
from gezhi.cases.invitations import SIGNED, token_for
from gezhi.cases.models import Answer, Case, Rating
from gezhi.kernel.events import dispatch
from gezhi.testing import Town
from gezhi.web.tests.resident import answered, words


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def link_of(client: Client, case: Case) -> str:
    """As the resident finds it on the page of the receipt code."""
    body = client.get("/follow/", {"code": case.receipt_code}).content.decode()
    found = re.search(r'href="(/rate/[^"]+)"', body)
    assert found is not None
    return found[1]


def test_two_taps_without_javascript(town: Town, client: Client) -> None:
    case = answered(town, at=timezone.now())
    link = link_of(client, case)
    assert "服务怎么样" in words(client.get(link))
    assert "事情办得怎么样" in words(client.get(link, {"service": "5"}))
    done = client.post(link, {"service": "5", "outcome": "3", "note": "慢了点"}, follow=True)
    assert "谢谢您的评价" in words(done)
    rating = Rating.objects.get(case=case)
    assert (rating.service, rating.outcome, rating.text, rating.round) == (5, 3, "慢了点", 1)
    case.refresh_from_db()
    assert case.stage == "closed"


def test_looking_at_the_link_rates_nothing(town: Town, client: Client) -> None:
    """Messengers open links by themselves to show a preview."""
    link = link_of(client, answered(town, at=timezone.now()))
    client.get(link, {"service": "1", "outcome": "1"})
    client.head(link)
    assert not Rating.objects.exists()


def test_a_second_rating_is_refused_in_words(town: Town, client: Client) -> None:
    case = answered(town, at=timezone.now())
    link = link_of(client, case)
    client.post(link, {"service": "5", "outcome": "5"})
    second = client.post(link, {"service": "1", "outcome": "1"})
    assert second.status_code == 409
    assert "您已经评价过" in words(second)
    assert Rating.objects.get(case=case).outcome == 5
    assert "您的评价" in words(client.get("/follow/", {"code": case.receipt_code}))


def test_a_link_of_an_earlier_round_rates_nothing(town: Town, client: Client) -> None:
    case = answered(town, at=timezone.now())
    old = link_of(client, case)
    token = token_for(case)
    client.post(old, {"service": "1", "outcome": "1"})
    case.refresh_from_db()
    take("reopen", case, actor=town.actor("street_clerk"), at=timezone.now(), reason="又坏了")
    page = client.post(f"/rate/{token}/", {"service": "5", "outcome": "5"})
    assert page.status_code == 409
    assert Rating.objects.count() == 1


def test_a_link_of_an_unrated_earlier_round_says_so(town: Town, client: Client) -> None:
    case = answered(town, at=timezone.now())
    old = link_of(client, case)
    Case.objects.filter(pk=case.pk).update(round=2)
    page = client.post(old, {"service": "5", "outcome": "5"})
    assert page.status_code == 410
    assert "上一次办理" in words(page)
    assert not Rating.objects.exists()


@pytest.mark.parametrize("token", ["x", "WzEsMV0:1tXYZ:forged", "WzEsMV0", "a" * 500, "W10:x:y"])
def test_a_forged_link_opens_nothing(town: Town, client: Client, token: str) -> None:
    answered(town, at=timezone.now())
    assert client.get(f"/rate/{token}/").status_code == 404
    assert client.post(f"/rate/{token}/", {"service": "5", "outcome": "5"}).status_code == 404


def test_before_the_answer_there_is_nothing_to_rate(town: Town, client: Client) -> None:
    case = town.report(at=timezone.now())
    assert "/rate/" not in client.get("/follow/", {"code": case.receipt_code}).content.decode()
    assert token_for(case) == ""
    page = client.post(f"/rate/{signing.dumps([case.pk, case.round], salt=SIGNED)}/", {"service": "5", "outcome": "5"})
    assert page.status_code == 404
    assert not Rating.objects.exists()


def test_tokens_are_random_and_say_nothing(town: Town) -> None:
    tokens = {token_for(answered(town, at=timezone.now())) for _ in range(5)}
    assert len(tokens) == 5
    assert all(len(token) == 24 for token in tokens)


def test_a_signed_link_given_out_before_still_rates(town: Town, client: Client) -> None:
    case = answered(town, at=timezone.now())
    old = f"/rate/{signing.dumps([case.pk, case.round], salt=SIGNED)}/"
    assert client.post(old, {"service": "5", "outcome": "4"}).status_code == 302
    assert Rating.objects.get(case=case).outcome == 4
    assert client.post(f"/rate/{token_for(case)}/", {"service": "1", "outcome": "1"}).status_code == 409


def test_a_link_signed_for_something_else_opens_nothing(town: Town, client: Client) -> None:
    case = answered(town, at=timezone.now())
    assert client.get(f"/rate/{signing.dumps([case.pk, case.round], salt='other')}/").status_code == 404


def test_after_a_poor_rating_the_reporter_reads_what_happens(town: Town, client: Client) -> None:
    case = answered(town, at=timezone.now())
    link = link_of(client, case)
    done = words(client.post(link, {"service": "5", "outcome": "2"}, follow=True))
    assert "会自动重新办理" in done
    assert "会自动重新办理" in words(client.get("/follow/", {"code": case.receipt_code}))
    dispatch(at=timezone.now(), limit=1000)
    case.refresh_from_db()
    assert (case.stage, case.is_rehandled) == ("waiting", True)
    assert "会自动重新办理" in words(client.get("/follow/", {"code": case.receipt_code}))
    assert Answer.objects.get(case=case).link_outcome == 2


def test_a_second_poor_rating_is_for_people(town: Town, client: Client) -> None:
    case = answered(town, at=timezone.now() - timedelta(minutes=10))
    client.post(link_of(client, case), {"service": "1", "outcome": "1"})
    dispatch(at=timezone.now(), limit=1000)
    case.refresh_from_db()
    clerk, worker, at = town.actor("clerk"), town.actor("worker"), timezone.now()
    take("claim", case, actor=worker, at=at)
    take("finish", case, actor=worker, at=at, result="又换了一次。")
    take("verify", case, actor=clerk, at=at, answer="又修好了。")
    done = words(client.post(link_of(client, case), {"service": "3", "outcome": "1"}, follow=True))
    assert "由工作人员联系您" in done
    assert "会自动重新办理" not in done


def test_a_fair_rating_promises_nothing(town: Town, client: Client) -> None:
    case = answered(town, at=timezone.now())
    done = words(client.post(link_of(client, case), {"service": "3", "outcome": "3"}, follow=True))
    assert "不满意" not in done


def test_after_its_time_the_link_is_over(town: Town, client: Client) -> None:
    case = answered(town, at=timezone.now() - timedelta(days=90))
    assert "/rate/" not in client.get("/follow/", {"code": case.receipt_code}).content.decode()
    page = client.post(f"/rate/{token_for(case)}/", {"service": "5", "outcome": "5"})
    assert page.status_code == 410
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    "given", [{}, {"service": "5"}, {"service": "9", "outcome": "5"}, {"service": "5", "outcome": "0"}]
)
def test_levels_are_one_to_five(town: Town, client: Client, given: dict[str, str]) -> None:
    case = answered(town, at=timezone.now())
    assert client.post(link_of(client, case), given).status_code == 422
    assert not Rating.objects.exists()


@pytest.mark.parametrize("service", ["0", "6", "12", "x", "５", ""])
def test_a_strange_first_answer_asks_again(town: Town, client: Client, service: str) -> None:
    link = link_of(client, answered(town, at=timezone.now()))
    assert "服务怎么样" in words(client.get(link, {"service": service}))


def test_words_too_long_are_kept_on_the_page(town: Town, client: Client) -> None:
    link = link_of(client, answered(town, at=timezone.now()))
    page = client.post(link, {"service": "5", "outcome": "5", "note": "好" * 1001})
    assert page.status_code == 422
    assert "好" * 1001 in page.content.decode()
    assert not Rating.objects.exists()


def test_a_rating_from_another_site_is_refused(town: Town, client: Client) -> None:
    link = link_of(client, answered(town, at=timezone.now()))
    assert Client(enforce_csrf_checks=True).post(link, {"service": "1", "outcome": "1"}).status_code == 403
    assert not Rating.objects.exists()
