"""The dictionary of types. Each change tells the register "disputes"."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.disputes.models import DisputeType
from gezhi.disputes.type_files import TypeRow
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit

RIGHT = "matter.edit"
REGISTER = "disputes"
EMPTY = _("类型要有代码和名称。")


def define_type(
    *, actor: Actor, at: datetime, code: str, name: str, is_confirmed: bool, is_active: bool = True
) -> tuple[DisputeType, str]:
    """Enter a type or change it; what was done: "inserted", "updated" or "unchanged". Disputes that have an inactive type keep it."""
    actor.require(RIGHT, area=settings.DISTRICT)
    code = typed(code, field="code", longest=20, empty=EMPTY)
    columns = {
        "name": typed(name, field="name", longest=40, empty=EMPTY),
        "is_confirmed": is_confirmed,
        "is_active": is_active,
    }
    with unit():
        row = DisputeType.objects.filter(code=code).first()
        if row is None:
            with first_come("type_meanwhile", _("刚刚有人改动了类型，请看过最新情况再提交。"), field="code"):
                row = DisputeType.objects.create(code=code, version=1, **columns)
            found(row, Fact("dispute_type.defined", {"code": code, **columns}), actor=actor, at=at)
            touch(REGISTER)
            return row, "inserted"
        changes = {column: value for column, value in columns.items() if getattr(row, column) != value}
        if not changes:
            return row, "unchanged"
        advance(row, Fact("dispute_type.changed", {"changes": changes}), actor=actor, at=at, changes=changes)
        touch(REGISTER)
    return row, "updated"


def load_types(rows: Iterable[TypeRow], *, actor: Actor, at: datetime) -> Counter[str]:
    """Bring the dictionary to what these rows say, in one transaction; what is not in them stays. Counted by what was done."""
    done: Counter[str] = Counter()
    with unit():
        for row in rows:
            _type, outcome = define_type(
                actor=actor, at=at, code=row.code, name=row.name, is_confirmed=row.is_confirmed
            )
            done[outcome] += 1
    return done
