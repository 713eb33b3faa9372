"""Tables of the kernel, a file a noun."""

from gezhi.kernel.models.calendar import WorkDay, WorkHours, WorkYear
from gezhi.kernel.models.event import Chained, Delivery, Event
from gezhi.kernel.models.installation import Installation
from gezhi.kernel.models.receipt import Receipt
from gezhi.kernel.models.register import Register
from gezhi.kernel.models.search_entry import SearchEntry
from gezhi.kernel.models.sent_file import SentFile
from gezhi.kernel.models.stored_file import StoredFile

__all__ = [
    "Chained",
    "Delivery",
    "Event",
    "Installation",
    "Receipt",
    "Register",
    "SearchEntry",
    "SentFile",
    "StoredFile",
    "WorkDay",
    "WorkHours",
    "WorkYear",
]
