"""What this database is for: a real district or a demo. Decided once, while the database is empty, and never changed.

Demo mode (entering as any role without a password) needs three things at once: `GEZHI_DEMO=1`, a database born as a demo, and an account
made by the demo. A database that was founded for real, or that holds any user or area, can't become a demo; importing real messages into a
demo is refused likewise. There is no action that changes the row, and the database allows only one.
"""

from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.models import Installation
from gezhi.kernel.refusals import Refused
from gezhi.kernel.transactions import first_come, unit

OTHER_KIND = _("这个数据库建立时的用途不同，不能改作他用。请换一个空的数据库。")


def found_installation(*, is_demo: bool, at: datetime) -> Installation:
    """Say what this database is for. Repeating the same is harmless; a demo only in an empty database."""
    with unit():
        existing = Installation.objects.first()
        if existing is not None:
            if existing.is_demo != is_demo:
                raise Refused("other_kind", OTHER_KIND)
            return existing
        if is_demo and any(
            apps.get_model(label)._default_manager.exists()
            for label in ("accounts.User", "territory.Area", "cases.Case")
        ):
            raise Refused("not_empty", _("数据库里已有数据，不能作为演示库。演示请用空的数据库。"))
        with first_come("other_kind", OTHER_KIND):
            return Installation.objects.create(is_demo=is_demo, founded_at=at)


def is_demo_database() -> bool:
    return Installation.objects.filter(is_demo=True).exists()


def is_demo_mode() -> bool:
    """May one enter without a password? Both the setting and the database must say so."""
    return bool(settings.DEMO) and is_demo_database()


def refuse_in_demo() -> None:
    """For imports of real data: a demo, where anybody may enter as anybody, is no place for it."""
    if is_demo_database():
        raise Refused("demo_database", _("这是演示库，任何人都能以任何身份进入，不能导入真实数据。请建立正式库。"))
