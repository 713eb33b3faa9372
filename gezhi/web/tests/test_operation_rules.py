"""The pages of the rules: who may keep them, what holds and held, who decided, a new row tried and kept."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gezhi.assessment.models import Scheme
from gezhi.assessment.tests.rows import answers, called
from gezhi.calls.models import ScoreRule
from gezhi.cases.models import Case, FollowUpRule, HandlingPlan, Rung
from gezhi.kernel.months import before, month_of
from gezhi.matters.models import Category
from gezhi.testing import Town
from gezhi.web.operation.rules.kinds import KINDS
from gezhi.web.tests.circumstances import Circumstances
from gezhi.web.tests.desk import url_of, words

Browser = Callable[[str], Client]


def tomorrow() -> str:
    return (timezone.localdate() + timedelta(days=1)).isoformat()


def initial(client: Client, name: str) -> dict[str, Any]:
    """The form as the page gives it, filled in."""
    form = client.get(f"/operation/rules/{name}/").context["form"]
    return {field.name: field.value() for field in form if field.value() is not None and field.value() is not False}


@pytest.mark.parametrize("name", KINDS)
def test_only_the_district_keeps_rules(client_as: Browser, town: Town, name: str) -> None:
    assert client_as("district_clerk").get(f"/operation/rules/{name}/").status_code == 200
    for who in ("clerk", "street_clerk", "inspector", "worker"):
        assert client_as(who).get(f"/operation/rules/{name}/").status_code == 403
        assert client_as(who).post(f"/operation/rules/{name}/", {}).status_code == 403
    assert client_as("district_clerk").get("/operation/rules/nonsense/").status_code == 404


def test_a_follow_up_rule(client_as: Browser, town: Town) -> None:
    client = client_as("district_clerk")
    given = {"group": "rest", "share": 35, "days": 4, "attempts": 2, "valid_from": tomorrow(), "basis": "区办会议"}
    assert client.post("/operation/rules/follow-ups/", given).status_code == 302
    old, new = FollowUpRule.objects.filter(group="rest").order_by("valid_from")
    assert (new.share, old.valid_until) == (35, timezone.localdate())
    page = words(client.get("/operation/rules/follow-ups/"))
    assert "抽 35%" in page
    assert "区办会议" in page
    assert f"{town.user('district_clerk').name} 设定" in page
    # The same once more: it holds from there already.
    again = client.post("/operation/rules/follow-ups/", given)
    assert again.status_code == 422
    assert "已经过去的日子" in words(again)


def test_a_rung_is_added_and_ended(client_as: Browser) -> None:
    client = client_as("district_clerk")
    given = {"flight": "overdue", "amount": 9, "unit": "working_days", "deed": "raise", "valid_from": tomorrow()}
    assert client.post("/operation/rules/ladder/", given).status_code == 302
    rung = Rung.objects.get(amount=9)
    other = Rung.objects.exclude(pk=rung.pk).first()
    today = timezone.localdate()
    assert (
        client.post(f"/operation/rules/ladder/{other.pk}/end/", {"valid_until": today.isoformat()}).status_code == 302
    )
    other.refresh_from_db()
    assert other.valid_until == today
    yesterday = (today - timedelta(days=1)).isoformat()
    assert "已经过去的日子" in words(
        client.post(f"/operation/rules/ladder/{rung.pk}/end/", {"valid_until": yesterday}, follow=True)
    )
    assert client_as("street_clerk").post(f"/operation/rules/ladder/{rung.pk}/end/", {}).status_code == 403


def test_a_score_rule_must_make_a_hundred(client_as: Browser) -> None:
    client = client_as("district_clerk")
    given = {
        "response": 40, "manner": 20, "effect": 50, "low_level": 2, "far": 150, "fewest_scores": 5, "fewest_calls": 5,
        "valid_from": tomorrow(),
    }  # fmt: skip
    refused = client.post("/operation/rules/scores/", given)
    assert refused.status_code == 422
    assert "权重之和应为 100" in words(refused)
    tried = client.post("/operation/rules/scores/", given | {"effect": 40, "try": "1"})
    assert "没有可以试算的记录" in words(tried)
    assert ScoreRule.objects.count() == 1, "trying keeps nothing"
    assert client.post("/operation/rules/scores/", given | {"effect": 40}).status_code == 302
    assert ScoreRule.objects.count() == 2


def test_a_scheme_is_tried_on_last_month_and_kept(client_as: Browser, town: Town) -> None:
    last = before(month_of(timezone.now()))
    answers(town, *[called(month=last, follow_up_service=level, follow_up_outcome=level) for level in (5, 3, 3, 3)])
    client = client_as("district_clerk")
    given = initial(client, "schemes") | {"from_month": month_of(timezone.now()), "voices": "call"}
    weight = next(name for name in given if name.startswith("weight_") and name.endswith("_3"))
    tried = client.post("/operation/rules/schemes/", given | {weight: 0, "try": "1"})
    assert tried.status_code == 200, words(tried)
    changed = [line for line in tried.context["trial"].lines if line.was != line.would_be]
    assert changed, "the weight of a level counts"
    assert Scheme.objects.count() == 1
    saved = client.post("/operation/rules/schemes/", given | {weight: 0})
    assert saved.status_code == 302, words(saved)
    old, new = Scheme.objects.order_by("from_month")
    assert (old.until_month, new.from_month) == (last, month_of(timezone.now()))
    assert new.measures.count() == old.measures.count()


def test_a_plan_is_kept_and_stands_on_the_page_of_a_case(
    client_as: Browser, town: Town, reported: Callable[..., Case]
) -> None:
    case = Circumstances(town, reported).held()
    assert "办理方案" in words(client_as("worker").get(url_of(case)))
    form = client_as("worker").get(url_of(case, "finish")).content.decode()
    assert "套用办理方案" in form
    assert "data-template" in form
    category = Category.objects.get(code="07")
    client = client_as("district_clerk")
    given = {"category_id": category.pk, "level": "grid", "steps": "先断电，再换。", "valid_from": tomorrow()}
    assert client.post("/operation/rules/plans/", given).status_code == 302
    assert "先断电，再换。" in words(client.get("/operation/rules/plans/"))
    HandlingPlan.objects.filter(level="grid", category=category).update(valid_from=timezone.localdate())
    assert "先断电，再换。" not in words(client_as("clerk").get(url_of(Circumstances(town, reported).signed())))
