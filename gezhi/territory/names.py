"""Short names of areas, as people say them. Pure."""

import re

# First match wins. A 家属居委会 keeps its ending: without it the name would be that of the unit whose families live there.
ENDINGS: tuple[tuple[str, str], ...] = (
    (r"^(.+街道)办事处$", r"\1"),
    (r"^(.+[镇乡])人民政府$", r"\1"),
    (r"^(.+家属(?:居民委员会|居委会))$", r"\1"),
    (r"^(.+社区)(?:居民|村民)?(?:委员会|居委会|村委会)$", r"\1"),
    (r"^(.+[村居])(?:村民|居民)委员会$", r"\1"),
    (r"^(.+[村居])(?:村|居)委会$", r"\1"),
    (r"^(.+)(村)(?:民委员会|委会)$", r"\1\2"),
    (r"^(.+?)(?:居民委员会|居委会)$", r"\1"),
)


def short_name(name: str) -> str:
    """「花园街道办事处」 is 「花园街道」, 「东门社区居民委员会」 is 「东门社区」; a name without a known ending stays."""
    for pattern, short in ENDINGS:
        if re.match(pattern, name):
            return re.sub(pattern, short, name)
    return name
