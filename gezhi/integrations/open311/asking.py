"""Pure: what the parameters of a question say, or why they say nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

LONGEST_SPAN = timedelta(days=90)
MOST = 1000
MOST_PAGES = 10_000


class Wrong(Exception):
    """An error of the standard: an HTTP status, and words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


@dataclass(frozen=True, slots=True)
class Question:
    """`numbers`, where given, stand above all other filters; `since` and `until` are then not meant."""

    numbers: tuple[str, ...]
    codes: tuple[str, ...]
    states: frozenset[str]
    since: datetime
    until: datetime
    page: int
    size: int


def question(given: Mapping[str, str], *, now: datetime, zone: tzinfo) -> Question:
    """At most 90 days, the last ones where no day is named. Raises `Wrong`."""
    start, end = moment(given, "start_date", zone), moment(given, "end_date", zone)
    try:
        until = end or (min(start + LONGEST_SPAN, now) if start else now)
        since = start or until - LONGEST_SPAN
    except OverflowError:
        raise Wrong(400, "start_date or end_date is out of range") from None
    if since > until:
        raise Wrong(400, "start_date lies after end_date")
    if until - since > LONGEST_SPAN:
        raise Wrong(400, "start_date and end_date may be 90 days apart at most")
    states = frozenset(several(given.get("status", "")))
    if states - {"open", "closed"}:
        raise Wrong(400, "status is open or closed")
    numbers = several(given.get("service_request_id", ""))
    if len(numbers) > MOST:
        raise Wrong(400, "at most 1000 service_request_id at once")
    return Question(
        numbers=numbers,
        codes=several(given.get("service_code", "")),
        states=states,
        since=since,
        until=until,
        page=whole(given, "page", 1, MOST_PAGES),
        size=whole(given, "page_size", MOST, MOST),
    )


def several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def moment(given: Mapping[str, str], name: str, zone: tzinfo) -> datetime | None:
    """A time without a zone is the district's own."""
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        # A plus in an address that was not written as %2B arrives as a space.
        at = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        at = at if at.tzinfo else at.replace(tzinfo=zone)
        at.timestamp()
    except (ValueError, OverflowError):
        raise Wrong(400, f"{name} is not a time of ISO 8601") from None
    return at


def whole(given: Mapping[str, str], name: str, usual: int, most: int) -> int:
    text = given.get(name, "").strip()
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 6 and 1 <= int(text) <= most):
        raise Wrong(400, f"{name} is a whole number from 1 to {most}")
    return int(text)


def number(given: Mapping[str, str], name: str, limit: float) -> float | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = limit * 2
    if not -limit <= value <= limit:
        raise Wrong(400, f"{name} is a number of degrees between -{limit:g} and {limit:g}")
    return value
