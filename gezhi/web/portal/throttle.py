"""How often one network address may write or guess at the residents' door.

A count an address and ten minutes, in Django's cache: without a shared cache each serving process counts for itself, so the true limit is
the written one times the number of processes. That stops floods and guessing, and needs no table of addresses. An address is counted under
its blind index and forgotten after the time; behind one address of a mobile network stand many homes, so the limits are generous.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from gezhi.kernel.secrets import blind_index

WINDOW = 600  # seconds


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` times within `WINDOW` from one address."""

    name: str
    most: int


# Every form that is sent, complete or not: each may carry photos.
SENDING = Limit("sending", 30)
# Well-formed receipt codes that open nothing. Typing errors don't count: their check character shows that they are no guess.
GUESSING = Limit("guessing", 10)


def address_of(request: HttpRequest) -> str:
    """The network from which the request came: an IPv4 address, or the /64 of an IPv6 one, which belongs to one home.

    Forwarded addresses are believed only as far as `GEZHI_PROXIES` says that our own proxies wrote them.
    """
    proxies = settings.AXES_IPWARE_PROXY_COUNT or 0
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    text = forwarded[-proxies] if proxies and len(forwarded) >= proxies else request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def slot(limit: Limit, request: HttpRequest, at: datetime) -> str:
    address = blind_index(address_of(request), context="portal.throttle")
    return f"throttle:{limit.name}:{int(at.timestamp()) // WINDOW}:{address[:32]}"


def count(limit: Limit, request: HttpRequest, *, at: datetime) -> None:
    """Write one down."""
    key = slot(limit, request, at)
    cache.add(key, 0, timeout=WINDOW * 2)
    try:
        cache.incr(key)
    except ValueError:
        # The cache dropped it between the two calls; the next one starts anew.
        return


def is_over(limit: Limit, request: HttpRequest, *, at: datetime) -> bool:
    """Has this address used up its number?"""
    return int(cache.get(slot(limit, request, at), 0)) >= limit.most
