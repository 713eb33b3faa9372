"""The room 外勤保障: what workers say is answered, the lists of visits are the district's."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from gezhi.fieldwork.actions import send_suggestion
from gezhi.fieldwork.models import ChecklistEntry, Suggestion
from gezhi.kernel.models import Receipt
from gezhi.people.actions import seat
from gezhi.people.roles import Role
from gezhi.testing import FOUNDED, SYSTEM, Town
from gezhi.web.tests.resident import words

HOME = "/support/fieldwork/"
SignIn = Callable[[str], Client]


def supporter(town: Town, client_as: SignIn, place: str, who: str = "nobody") -> Client:
    seat(town.user(who), town.desk(place), Role.SUPPORT_CLERK, actor=SYSTEM, at=FOUNDED, from_on=date(2020, 1, 1))
    return client_as(who)


def sent(town: Town, **over: str) -> Suggestion:
    given = {"kind": "suggestion", "text": "早会太长，耽误上门。"} | over
    now = timezone.now()
    return send_suggestion(actor=town.actor("worker", at=now), at=now, key=uuid4(), **given)


def test_what_waits_is_answered(town: Town, client_as: SignIn) -> None:
    support, suggestion = supporter(town, client_as, town.street), sent(town)
    assert "投诉建议" in words(support.get("/support/"))
    assert "早会太长" in words(support.get(f"{HOME}suggestions/"))
    path = f"{HOME}suggestions/{suggestion.pk}/"
    assert "王专职" in words(support.get(path))
    given = {"seal": uuid4().hex, "seen": suggestion.version, "answer": "下周起缩短到十分钟。"}
    assert support.post(path, given | {"answer": ""}).status_code == 422
    assert support.post(path, given).status_code == 302
    assert support.post(path, given).status_code == 302, "sent twice, answered once"
    assert Suggestion.objects.get().answer == "下周起缩短到十分钟。"
    assert "下周起" not in str(list(Receipt.objects.values_list("answer", "fingerprint")))
    late = support.post(path, given | {"seal": uuid4().hex, "answer": "再答一次。"})
    assert late.status_code in (409, 422)
    assert "已答复" in words(support.get(f"{HOME}suggestions/?stage=answered"))


def test_the_street_does_not_read_what_is_the_districts(town: Town, client_as: SignIn) -> None:
    support, suggestion = supporter(town, client_as, town.street), sent(town, addressee="district")
    assert support.get(f"{HOME}suggestions/{suggestion.pk}/").status_code == 404
    assert "早会" not in words(support.get(f"{HOME}suggestions/"))
    district = supporter(town, client_as, town.district, "specialist")
    assert "早会" in words(district.get(f"{HOME}suggestions/{suggestion.pk}/"))


def test_the_table_has_neither_words_nor_authors(town: Town, client_as: SignIn) -> None:
    support = supporter(town, client_as, town.street)
    sent(town)
    book = load_workbook(BytesIO(support.get(f"{HOME}suggestions/suggestions.xlsx").content))
    cells = str(list(book.active.iter_rows(values_only=True)))
    assert "西关" in cells
    assert "早会" not in cells
    assert "王专职" not in cells


def test_lists_are_edited_by_the_district(town: Town, client_as: SignIn) -> None:
    street = supporter(town, client_as, town.street)
    assert "新迁入时必访" in words(street.get(f"{HOME}checklists/"))
    assert street.get(f"{HOME}checklists/visit_1/").status_code == 403
    district = supporter(town, client_as, town.district, "specialist")
    path = f"{HOME}checklists/visit_1/"
    given = {"name": "搬来一个月内必访", "position": "1", "is_confirmed": "on", "is_active": "on"}
    assert district.post(path, given | {"name": "重点人员必访"}).status_code == 422
    assert district.post(path, given).status_code == 302
    entry = ChecklistEntry.objects.get(code="visit_1")
    assert (entry.name, entry.is_confirmed) == ("搬来一个月内必访", True)
    assert district.get(f"{HOME}checklists/visit_99/").status_code == 404


@pytest.mark.parametrize("who", ["clerk", "worker", "leader", "inspector", "handler"])
def test_nobody_else_comes_in(town: Town, client_as: SignIn, who: str) -> None:
    for path in ("suggestions/", "checklists/", "suggestions/suggestions.xlsx"):
        assert client_as(who).get(f"{HOME}{path}").status_code in (302, 403)
