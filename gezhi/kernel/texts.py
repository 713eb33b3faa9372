"""What a person typed, made fit to be kept. Pages and API look first and say it more kindly; an action never relies on that."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.refusals import Refused

# The longest account that anybody needs, and the longest line that still fits a list.
LONGEST_TEXT, LONGEST_TITLE = 10_000, 80
# NUL, and halves of surrogate pairs.
NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


def typed(value: str, *, field: str, longest: int, empty: Any = None) -> str:
    """`value` without the blanks around it, at most `longest` characters.

    Refused: `empty` (only where a sentence for that is given), `too_long`, `not_text` (NUL, which PostgreSQL can't store, or half a
    surrogate pair, which no database can).
    """
    text = value.strip()
    if not text and empty is not None:
        raise Refused("empty", empty, field=field)
    if len(text) > longest:
        message = _("这一栏最多 %(longest)s 个字，现在有 %(length)s 个。请缩短后再提交，您填的内容还在。")
        raise Refused("too_long", message % {"longest": longest, "length": len(text)}, field=field)
    if NOT_TEXT.search(text):
        raise Refused("not_text", _("内容里有不能保存的字符，请删去后再提交。"), field=field)
    return text
