"""Every write of identities: coming in and binding (`coming_in`), messages to who has asked for them (`messages`)."""

from gezhi.integrations.identity.actions.coming_in import (
    LONGEST_CODE,
    NO_TICKET,
    Admission,
    admit,
    bind,
    end_binding,
    end_bindings,
    forget,
    open_with,
)
from gezhi.integrations.identity.actions.messages import not_quiet, send_waiting, write_of

__all__ = [
    "LONGEST_CODE",
    "NO_TICKET",
    "Admission",
    "admit",
    "bind",
    "end_binding",
    "end_bindings",
    "forget",
    "not_quiet",
    "open_with",
    "send_waiting",
    "write_of",
]
