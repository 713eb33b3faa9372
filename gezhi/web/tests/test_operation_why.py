"""为什么在这里, at length."""

from collections.abc import Callable

import pytest
from django.test import Client

from gezhi.cases.models import Case
from gezhi.testing import Town
from gezhi.web.tests.circumstances import Circumstances, case_for
from gezhi.web.tests.desk import url_of, words

Browser = Callable[[str], Client]


@pytest.fixture
def made(town: Town, reported: Callable[..., Case]) -> Circumstances:
    return Circumstances(town, reported)


def page(client: Client, case: Case) -> str:
    return words(client.get(f"{url_of(case)}why/"))


def test_rule_facts_and_what_would_have_changed_it(client_as: Browser, made: Circumstances, town: Town) -> None:
    told = page(client_as("worker"), made.held())
    assert "依据： 这个事项先由事发网格办理" in told
    assert "柳巷社区 / 第1网格" in told
    assert f"事项改为由社区办理的 交{town.desk(town.community).name}" in told
    assert f"位置只知道到社区 交{town.desk(town.community).name}" in told
    assert f"位置只知道到街道 交{town.desk(town.street).name}" in told


def test_limits_with_their_row_and_basis(client_as: Browser, made: Circumstances) -> None:
    told = page(client_as("worker"), made.held())
    assert "办理 2 工作日" in told
    assert "网格一级的时限" in told
    assert "通用时限（初始值，可修改）" in told
    manhole = page(client_as("worker"), made.accepted("manhole"))
    assert "“井盖" in manhole
    assert "的时限" in manhole


def test_the_ladder(client_as: Browser, made: Circumstances) -> None:
    waiting = page(client_as("worker"), made.accepted())
    assert "到岗以后一直没有人认领、签收，系统会：" in waiting
    assert "催办 过 1 工作日 · 下一步" in waiting
    held = page(client_as("worker"), made.held())
    assert "如果到期以后一直没有答复，系统会：" in held


def test_every_move_by_people_too(client_as: Browser, made: Circumstances, town: Town) -> None:
    case = made.move(made.held(), "escalate", "worker", reason="要登高车。")
    told = page(client_as("clerk"), case)
    assert "要登高车。" in told
    assert f"上报到{town.desk(town.community).name}" in told


def test_what_the_clerk_chose_instead(client_as: Browser, made: Circumstances, town: Town) -> None:
    case = made.move(
        made.report(), "accept", "clerk", matter_id=town.matter("lamp").id, desk_id=town.desk(town.next_grid).id
    )
    told = page(client_as("clerk"), case)
    assert "受理人另外选择了岗台" in told
    assert f"按规则原应去{town.desk(town.grid).name}" in told


@pytest.mark.parametrize(
    "how", ["report", "to_be_ruled", "supervised", "suspended", "part", "merged", "closed", "declined", "urgent"]
)
def test_at_every_stage(client_as: Browser, made: Circumstances, how: str) -> None:
    case = case_for(how, made)
    assert client_as("street_clerk").get(f"{url_of(case)}why/").status_code == 200
    assert client_as("stranger").get(f"{url_of(case)}why/").status_code == 404


def test_who_used_how_much(client_as: Browser, made: Circumstances, town: Town) -> None:
    told = words(client_as("worker").get(url_of(made.held())))
    assert "谁用了多少时间" in told
    assert town.desk(town.community).name in told
