"""Money in fen, whole numbers only: from what people type and to what they read. Pure.

A float can't hold 0.1 yuan; nothing here is ever one.
"""

import re

YUAN = re.compile(r"(?P<sign>-?)(?P<yuan>[0-9]{1,12})(?:\.(?P<fen>[0-9]{1,2}))?")


def fen_of(text: str) -> int | None:
    """「1,234.5」 or 「1234.50」 yuan as 123450 fen; None for anything else."""
    match = YUAN.fullmatch(text.strip().replace(",", "").replace("，", "").removeprefix("¥").removesuffix("元"))
    if match is None:
        return None
    fen = int(match["yuan"]) * 100 + int((match["fen"] or "").ljust(2, "0") or 0)
    return -fen if match["sign"] else fen


def yuan(fen: int) -> str:
    """「1,234.50」."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"
