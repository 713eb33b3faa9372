"""The same thing sent twice is done once: whoever makes a row draws a UUID for it, and a replay gets the row of the first time.

Receipts (`gezhi.kernel.receipts`) give a program the same answer for thirty days; a phone that was in a drawer for a year still can't make a
visit twice, because its key stands in the row itself.
"""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.refusals import Conflict, Refused
from gezhi.kernel.transactions import unit

Row = TypeVar("Row", bound=Model)

SOMEBODY_ELSES = _("这个编号已经用在别的内容上，这一条没有收下。请换一个新的编号再发。")
MEANWHILE = _("同一条内容正在收下，请稍后看一看再发。")


def uuid_of(key: UUID | str) -> UUID:
    """Raises `Refused` for what is no UUID."""
    try:
        return key if isinstance(key, UUID) else UUID(str(key))
    except ValueError:
        raise Refused("bad_key", _("编号要是 UUID。"), field="key") from None


def once(model: type[Row], key: UUID, make: Callable[[], Row], *, is_same: Callable[[Row], bool]) -> Row:
    """The row of this key, made now by `make` unless it stands already.

    `is_same`: is a row that stands under the key the thing that was sent? If not, `Conflict("key_reused")`. Two at the same instant: the
    database lets one through, and the other gets its row where it has a transaction of its own, else a `Conflict` that may be sent again.
    """
    found = standing(model, key, is_same)
    if found is not None:
        return found
    try:
        with unit():
            return make()
    except (IntegrityError, Conflict) as error:
        if not connection.in_atomic_block and (found := standing(model, key, is_same)) is not None:
            return found
        if isinstance(error, Conflict):
            raise
        raise Conflict("meanwhile", MEANWHILE, field="key") from error


def standing(model: type[Row], key: UUID, is_same: Callable[[Row], bool]) -> Row | None:
    found = model._default_manager.filter(key=key).first()
    if found is not None and not is_same(found):
        raise Conflict("key_reused", SOMEBODY_ELSES, field="key")
    return found
