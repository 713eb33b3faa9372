"""What a device says about the time. Pure. It is written down beside our own and decides nothing: a phone may be wrong by a day, or by a decade."""

from datetime import datetime


def device_time(done_at: datetime | None) -> datetime | None:
    """The instant by the device's clock; None for one that no calendar of ours can hold, or without a time zone."""
    if done_at is None or done_at.tzinfo is None or not 2000 <= done_at.year < 2200:
        return None
    return done_at
