"""The lists 四倡导、六必访、六个做、七个好. Each change tells the register "fieldwork"."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.fieldwork.checklist_files import EntryRow
from gezhi.fieldwork.checklists import REGISTER
from gezhi.fieldwork.models import ChecklistEntry, ChecklistGroup
from gezhi.fieldwork.questions import NEVER_ASKED
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit

RIGHT = "checklist.edit"
EMPTY = _("清单的每一项要有代码和名称。")
# A list of services may say how the worker behaves (服务态度好); a reason to visit may not say what people are like.
LABELS_PEOPLE = (*NEVER_ASKED, "困难户", "独居", "空巢", "上访", "刑满", "社区矫正", "吸毒", "精神障碍")


def define_entry(
    *,
    actor: Actor,
    at: datetime,
    group: str,
    code: str,
    name: str,
    position: int,
    is_confirmed: bool,
    is_active: bool = True,
) -> tuple[ChecklistEntry, str]:
    """Enter an entry or change it; what was done: "inserted", "updated" or "unchanged". Visits that have an inactive one keep it.

    A trigger (六必访) that labels people is refused: visits made for it would mark the doors they were made at.
    """
    actor.require(RIGHT, area=settings.DISTRICT)
    code = typed(code, field="code", longest=30, empty=EMPTY)
    if group not in ChecklistGroup.values:
        raise Refused("no_such_group", _("没有这张清单。"), field="group")
    columns = {
        "group": group,
        "name": typed(name, field="name", longest=40, empty=EMPTY),
        "position": position,
        "is_confirmed": is_confirmed,
        "is_active": is_active,
    }
    if group == ChecklistGroup.VISIT and any(word in name for word in LABELS_PEOPLE):
        message = _("六必访写的是什么时候去（时机），不写对方是什么人：走访记录会因此给门牌贴上标签。")
        raise Refused("labels_people", message, field="name")
    with unit():
        row = ChecklistEntry.objects.filter(code=code).first()
        if row is None:
            with first_come("entry_meanwhile", _("刚刚有人改动了清单，请看过最新情况再提交。"), field="code"):
                row = ChecklistEntry.objects.create(code=code, version=1, **columns)
            found(row, Fact("checklist_entry.defined", {"code": code, **columns}), actor=actor, at=at)
            touch(REGISTER)
            return row, "inserted"
        changes = {column: value for column, value in columns.items() if getattr(row, column) != value}
        if not changes:
            return row, "unchanged"
        advance(row, Fact("checklist_entry.changed", {"changes": changes}), actor=actor, at=at, changes=changes)
        touch(REGISTER)
    return row, "updated"


def load_checklists(rows: Iterable[EntryRow], *, actor: Actor, at: datetime) -> Counter[str]:
    """Bring the lists to what these rows say, in one transaction; what is not in them stays. Counted by what was done."""
    done: Counter[str] = Counter()
    position: Counter[str] = Counter()
    with unit():
        for row in rows:
            position[row.group] += 1
            _entry, outcome = define_entry(
                actor=actor,
                at=at,
                group=row.group,
                code=row.code,
                name=row.name,
                position=position[row.group],
                is_confirmed=row.is_confirmed,
            )
            done[outcome] += 1
    return done
