"""Which field of a platform's message says what, as one line of the settings."""

FACTS = {"matter", "number", "place", "due"}


def template_of(words: str) -> tuple[str, dict[str, str]] | None:
    """`ID thing1=matter time2=due` as the id and its fields; None for nothing. Raises `ValueError` with what is wrong."""
    if not words.strip():
        return None
    template, *fields = words.split()
    found = dict(one.split("=", 1) for one in fields if "=" in one)
    if len(found) != len(fields) or not found or not set(found.values()) <= FACTS:
        raise ValueError(
            f"GEZHI_WEIXIN_CASE_TEMPLATE: an id, then fields like thing1=matter; known are {sorted(FACTS)}"
        )
    return template, found
