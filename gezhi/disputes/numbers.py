"""The number of a dispute, as it stands on paper and as people type it. Pure."""

import re
import unicodedata

NUMBER = re.compile(r"[1-9][0-9]{5}人调\[(?:20[0-9]{2})\]([0-9]{1,18})号?", re.ASCII)


def dispute_number(district: str, year: int, id: int) -> str:
    """`370103人调〔2026〕0012号`: derived from what the row has anyway. Beyond 9,999 the last part grows longer."""
    return f"{district}人调〔{year}〕{id:04d}号"


def parse_dispute_number(text: str) -> int | None:
    """The key of the dispute with this number, or with this serial alone; None for other words."""
    folded = unicodedata.normalize("NFKC", text).strip().translate(str.maketrans("〔〕()【】", "[][][]")).lstrip("#")
    if folded.isascii() and folded.isdigit() and len(folded) <= 18:
        return int(folded)
    match = NUMBER.fullmatch(re.sub(r"\s", "", folded))
    return int(match[1]) if match else None
