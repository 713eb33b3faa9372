"""What people type about a dispute: fit to be kept, and without identity numbers."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.refusals import Refused
from gezhi.kernel.secrets import holds_identity_number
from gezhi.kernel.texts import LONGEST_TEXT, typed

LONGEST_NAME, LONGEST_PHONE = 40, 30
NO_IDENTITY = _("这里不能写身份证号码：调解不需要，系统也不保存。请删去后再提交，您填的内容还在。")


def spoken(value: str, *, field: str, longest: int = LONGEST_TEXT, empty: Any = None) -> str:
    """`gezhi.kernel.texts.typed` with plain line ends, and `Refused("identity_number")` where an identity number stands in it."""
    # Browsers end a line as telegraphs did; the paper and the next reader want one way.
    text = typed(value.replace("\r\n", "\n"), field=field, longest=longest, empty=empty)
    if holds_identity_number(text):
        raise Refused("identity_number", NO_IDENTITY, field=field)
    return text
