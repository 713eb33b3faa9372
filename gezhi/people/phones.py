"""What a telephone number of the work looks like. Pure."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.refusals import Refused

# Mobile numbers, fixed lines with and without area code and extension, service numbers.
PHONE = re.compile(r"\+?[0-9][0-9 ()-]{2,17}[0-9]")
LONGEST = 20
BAD_PHONE = _("电话号码有误：只能有数字、空格、括号、短横线，最多 20 位。")


def is_phone(text: str) -> bool:
    return len(text) <= LONGEST and PHONE.fullmatch(text) is not None


def require_phone(text: str, *, field: str = "work_phone", empty: Any = None) -> str:
    """The number without blanks around it; "" stays empty unless a sentence for that is given. Refused: bad_phone."""
    plain = text.strip()
    if not plain and empty is None:
        return ""
    if not is_phone(plain):
        raise Refused("bad_phone", empty if not plain else BAD_PHONE, field=field)
    return plain
