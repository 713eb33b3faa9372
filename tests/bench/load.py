"""The load generator: kept connections, each sending its next request as soon as the last was answered. One process, sockets only.

`hello` shows that it is not what limits the others.
"""

import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)


def request(method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """A whole HTTP/1.1 request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Outcome:
    """`took` are milliseconds of each answered request; `odd` holds the first answers that were no success."""

    seconds: float = 0.0
    took: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    odd: list[bytes] = field(default_factory=list)
    size: int = 0

    @property
    def rate(self) -> float:
        """Answered requests a second."""
        return len(self.took) / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def require_success(self) -> "Outcome":
        """A fast refusal is no good figure."""
        if self.odd or not self.took:
            raise AssertionError(f"{dict(self.statuses)}: {self.odd[:1]!r}")
        return self


@dataclass
class Line:
    """One kept connection and what it has still to send."""

    channel: socket.socket
    plan: Iterator[bytes]
    sent_at: float = 0.0
    got: bytearray = field(default_factory=bytearray)

    def send_next(self) -> bool:
        message = next(self.plan, None)
        if message is None:
            return False
        self.got.clear()
        self.sent_at = time.perf_counter()
        self.channel.sendall(message)
        return True

    def receive(self) -> int | None:
        """The status once the whole answer is there."""
        piece = self.channel.recv(1 << 18)
        if not piece:
            raise ConnectionError("the server closed a kept connection")
        self.got += piece
        end = self.got.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self.got[: end + 2])
        if (length := LENGTH.search(head)) is not None:
            is_complete = len(self.got) >= end + 4 + int(length[1])
        elif CHUNKED.search(head):
            is_complete = self.got.endswith(b"0\r\n\r\n")
        else:
            is_complete = True
        return int(head[9:12]) if is_complete else None


LONGEST = 60.0


def drive(
    port: int, plans: Sequence[Iterator[bytes]], *, seconds: float, warm_up: float = 0.3, least: int = 1
) -> Outcome:
    """Keep a connection busy for each plan until the time or all plans are over. What is answered while warming up does not count.

    Goes on until `least` answers came, a minute at most: what is slow is to be measured too.
    """
    outcome = Outcome()
    with selectors.DefaultSelector() as ready:
        lines = [Line(connect(port), plan) for plan in plans]
        try:
            for line in lines:
                if line.send_next():
                    ready.register(line.channel, selectors.EVENT_READ, line)
            begun = time.perf_counter()
            first, last = begun + warm_up, begun + warm_up + seconds
            while ready.get_map() and ((now := time.perf_counter()) < last or len(outcome.took) < least):
                if now > last + LONGEST:
                    break
                for key, _events in ready.select(timeout=max(last - now, 1.0)):
                    answered(key.data, ready, outcome, first)
            outcome.seconds = max(time.perf_counter() - first, 1e-9)
        finally:
            for line in lines:
                line.channel.close()
    return outcome


def answered(line: Line, ready: selectors.BaseSelector, outcome: Outcome, first: float) -> None:
    status = line.receive()
    if status is None:
        return
    now = time.perf_counter()
    outcome.statuses[status] += 1
    if not 200 <= status < 300:
        outcome.odd.append(bytes(line.got[:2000]))
    if now >= first:
        outcome.took.append((now - line.sent_at) * 1000)
        outcome.size = len(line.got)
    if not line.send_next():
        ready.unregister(line.channel)


def connect(port: int) -> socket.socket:
    channel = socket.create_connection(("127.0.0.1", port), timeout=30)
    channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return channel
