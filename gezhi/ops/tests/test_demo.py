"""`gezhi demo` builds a town of its own, all at once or not at all, and never touches a real database."""

import io
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gezhi.accounts.models import User
from gezhi.kernel.models import Installation
from gezhi.ops.demo.people import FULL_TIMERS, MEMORABLE, PART_TIMERS, open_town_desks, populate, sign_ins
from gezhi.ops.demo.town import SCALES, few_streets, invented_rows
from gezhi.people.models import Desk, Post
from gezhi.people.roles import Role
from gezhi.territory.actions import import_areas
from gezhi.territory.models import Area
from gezhi.testing import FOUNDED, SYSTEM, Town

DATABASE = "demo.sqlite3"


def gezhi(folder: Path, *words: str, demo: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would, with a home of its own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("GEZHI_", "DJANGO_"))}
    env |= {"GEZHI_VAR": str(folder), "GEZHI_DATABASE_URL": f"sqlite:///{folder / DATABASE}"}
    env |= {"GEZHI_DEMO": "1"} if demo else {}
    return subprocess.run([sys.executable, "-m", "gezhi", *words], env=env, capture_output=True, text=True, check=False)


def ask(folder: Path, question: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(folder / DATABASE)
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()


def test_without_demo_mode_nothing_is_built(tmp_path: Path) -> None:
    done = gezhi(tmp_path, "demo", "--no-serve", demo=False)
    assert done.returncode != 0
    assert "GEZHI_DEMO" in done.stderr
    assert not (tmp_path / DATABASE).exists()


@pytest.mark.slow
def test_a_real_database_stays_as_it_is(tmp_path: Path) -> None:
    assert gezhi(tmp_path, "init", demo=False).returncode == 0
    before = (tmp_path / DATABASE).read_bytes()
    for words in (["demo", "--no-serve"], ["demo", "--no-serve", "--fresh"]):
        done = gezhi(tmp_path, *words)
        assert done.returncode != 0
        assert "不是演示库" in done.stderr
    assert (tmp_path / DATABASE).read_bytes() == before


@pytest.mark.slow
def test_a_town_stands_again_after_an_interruption_and_is_used_again(tmp_path: Path) -> None:
    # What an interrupted start leaves behind: a file that is no whole database.
    (tmp_path / f"{DATABASE}.building").write_bytes(b"SQLite format 3\x00 and then the lamp went out")
    done = gezhi(tmp_path, "demo", "--no-serve", "--days", "1")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / f"{DATABASE}.building").exists()
    assert ask(tmp_path, "select is_demo from kernel_installation") == [(1,)]
    assert ask(tmp_path, "select count(*) from accounts_user where not is_invented") == [(0,)]
    assert ask(tmp_path, "select count(*) from accounts_user where password not like '!%'") == [(0,)]
    count = ask(tmp_path, "select count(*), max(id) from kernel_event")
    assert ask(tmp_path, "select count(*) from cases_case")[0][0] > 0  # type: ignore[operator]
    assert gezhi(tmp_path, "demo", "--no-serve", "--days", "1").returncode == 0
    assert ask(tmp_path, "select count(*), max(id) from kernel_event") == count
    assert gezhi(tmp_path, "init", demo=False).returncode != 0
    assert gezhi(tmp_path, "demo", "--no-serve", "--days", "0", "--fresh").returncode == 0
    assert ask(tmp_path, "select count(*), max(id) from kernel_event") != count


# --- people and land


@pytest.fixture
def land(db: None) -> None:
    """An invented district without grids but those of one community."""
    rows = [row for row in invented_rows(1) if len(row.code) <= 6 or row.code[6:9] in ("001", "002")]
    assert not import_areas(rows, actor=SYSTEM, at=FOUNDED).refused


def test_the_small_town_is_small(land: None) -> None:
    streets = few_streets(SCALES["small"])
    assert len(streets) == 2
    assert 6 <= Area.objects.filter(level="community", code__startswith=streets[0]).count() <= 14


def test_invented_names_are_those_of_a_whole_district() -> None:
    rows = invented_rows(1)
    codes = [row.code for row in rows]
    assert len([code for code in codes if len(code) == 9]) == 17
    assert len(set(codes)) == len(codes)
    assert [row.name for row in invented_rows(1)] == [row.name for row in rows]


def test_everybody_sits_somewhere_and_each_role_has_an_account_to_remember(town: Town) -> None:
    # The town's own people have these names already.
    Post.objects.all().delete()
    User.objects.all().delete()
    desks = open_town_desks(actor=SYSTEM, at=FOUNDED)
    populate(desks, seed=1, actor=SYSTEM, at=FOUNDED, on=FOUNDED.date())
    grids = Desk.objects.filter(kind="grid")
    assert Post.objects.filter(role=Role.GRID_LEADER).values("desk").distinct().count() == grids.count()
    assert not grids.exclude(posts__role=Role.PART_TIME_WORKER).exists()
    share = grids.count() / 1157
    assert Post.objects.filter(role=Role.GRID_WORKER).values("user").distinct().count() == round(FULL_TIMERS * share)
    assert Post.objects.filter(role=Role.PART_TIME_WORKER).count() == round(PART_TIMERS * share)
    assert {one.username for one in sign_ins()} == {
        *(name for name, *_rest in MEMORABLE),
        "system",
        "security",
        "audit",
    }
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert all(user.is_invented for user in User.objects.all())


def test_a_real_district_is_founded_step_by_step(db: None, tmp_path: Path) -> None:
    output = io.StringIO()
    call_command("init", stdout=output)
    assert Installation.objects.get().is_demo is False
    assert "--areas" in output.getvalue()
    areas = tmp_path / "areas.csv"
    areas.write_text(
        "code,name\n" + "\n".join(f"{row.code},{row.name}" for row in invented_rows(1)[:40]), encoding="utf-8"
    )
    for expected in (40, 0):
        output = io.StringIO()
        call_command("init", areas=areas, stdout=output)
        assert f"新开 {expected} 个岗台" in output.getvalue()


def test_a_demo_never_becomes_real(db: None) -> None:
    Installation.objects.create(is_demo=True, founded_at=FOUNDED)
    with pytest.raises(CommandError):
        call_command("init", stdout=io.StringIO())


def test_a_taken_port_is_noticed_before_anything_else() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        for command in ("demo", "serve"):
            with pytest.raises(CommandError, match="已被占用"):
                call_command(command, port=port)
