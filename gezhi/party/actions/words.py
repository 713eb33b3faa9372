"""What people type about the party's members: fit to be kept, and without numbers of identity or telephones."""

import re
import unicodedata
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.refusals import Refused
from gezhi.kernel.secrets import holds_identity_number
from gezhi.kernel.texts import typed

LONGEST_NAME, LONGEST_NUMBER, LONGEST_TITLE, LONGEST_TEXT = 40, 30, 80, 10_000
NO_IDENTITY = _("这里不能写身份证号码：党务管理不需要，系统也不保存。请删去后再提交，您填的内容还在。")
NO_PHONE = _("这里不能写手机号码：系统不保存党员的联系方式。请删去后再提交，您填的内容还在。")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def holds_mobile_number(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text)
    return bool(MOBILE.search(plain) or MOBILE.search(re.sub(r"(?<=\d)[ \-－–—]{1,2}(?=\d)", "", plain)))


def plain(value: str, *, field: str, longest: int, empty: Any = None) -> str:
    """`gezhi.kernel.texts.typed`; refused: `identity_number` and `phone_number`, which nobody needs here."""
    text = typed(value.replace("\r\n", "\n"), field=field, longest=longest, empty=empty)
    if holds_identity_number(text):
        raise Refused("identity_number", NO_IDENTITY, field=field)
    if holds_mobile_number(text):
        raise Refused("phone_number", NO_PHONE, field=field)
    return text
