"""四倡导、六必访、六个做、七个好: lists of the district, marked 待确认 until it says otherwise."""

from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gezhi.fieldwork.actions import define_entry, load_checklists
from gezhi.fieldwork.checklist_files import read_checklists
from gezhi.fieldwork.checklists import checklists
from gezhi.fieldwork.models import ChecklistEntry
from gezhi.fieldwork.models.checklist import SIZES
from gezhi.fieldwork.tests.rounds import Rounds
from gezhi.kernel.access import Denied
from gezhi.kernel.refusals import Refused
from gezhi.people.actions import seat
from gezhi.people.roles import Role
from gezhi.testing import CAST, FOUNDED, NOON, SYSTEM, Town

pytestmark = pytest.mark.django_db
ENTRY = {"group": "visit", "code": "visit_1", "name": "搬来一个月内必访", "position": 1, "is_confirmed": True}


def test_the_shipped_lists_have_the_sizes_of_their_names(town: Town) -> None:
    assert Counter(ChecklistEntry.objects.values_list("group", flat=True)) == SIZES
    assert not ChecklistEntry.objects.filter(is_confirmed=True).exists()
    assert load_checklists(read_checklists(), actor=SYSTEM, at=NOON) == {"unchanged": sum(SIZES.values())}


def test_the_district_edits_them(town: Town, rounds: Rounds) -> None:
    seat(
        town.user("nobody"),
        town.desk(town.district),
        Role.SUPPORT_CLERK,
        actor=SYSTEM,
        at=FOUNDED,
        from_on=date(2020, 1, 1),
    )
    _entry, done = define_entry(actor=town.actor("nobody"), at=NOON, **ENTRY)
    assert (done, checklists().triggers[0].name) == ("updated", "搬来一个月内必访")
    define_entry(actor=town.actor("nobody"), at=NOON, **(ENTRY | {"is_active": False}))
    assert "visit_1" not in {one.code for one in checklists().triggers}
    assert rounds.visit(rounds.door()).trigger.code == "visit_1", "who was offline knows the list of yesterday"


@pytest.mark.parametrize("who", sorted(CAST))
def test_nobody_else_does(town: Town, who: str) -> None:
    with pytest.raises(Denied):
        define_entry(actor=town.actor(who), at=NOON, **ENTRY)


@pytest.mark.parametrize("name", ["重点人员必访", "独居老人必访", "残疾人家庭必访", "低保户必访", "信访上访户必访"])
def test_a_reason_to_visit_labels_nobody(town: Town, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        define_entry(actor=SYSTEM, at=NOON, **(ENTRY | {"name": name}))
    assert refusal.value.code == "labels_people"


def test_the_command_loads_a_districts_own(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "lists.csv"
    file.write_text("group,code,name,is_confirmed\nvisit,visit_1,搬来必访,yes\n", encoding="utf-8")
    out = StringIO()
    call_command("load_checklists", file=file, stdout=out)
    assert "updated: 1" in out.getvalue()
    file.write_text("group,code,name,is_confirmed\nwrong,visit_1,搬来必访,yes\n", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("load_checklists", file=file)
