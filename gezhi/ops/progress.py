"""Progress on a terminal: one line that is drawn again and again; in a log file, a line every tenth."""

import sys
import time
from typing import TextIO

WIDTH = 30


class Progress:
    """`step(share, text)` with a share from 0 to 1; `done(text)` ends the line."""

    def __init__(self, label: str, stream: TextIO | None = None) -> None:
        self.label = label
        self.stream = stream or sys.stderr
        self.is_live = self.stream.isatty()
        self.shown_at = 0.0
        self.tenth = -1

    def step(self, share: float, text: str = "") -> None:
        share = min(max(share, 0.0), 1.0)
        if self.is_live:
            if time.monotonic() - self.shown_at < 0.1:
                return
            self.shown_at = time.monotonic()
            bar = "█" * round(share * WIDTH)
            self.stream.write(f"\r{self.label} {bar:░<{WIDTH}} {share:4.0%}  {text}\x1b[K")
            self.stream.flush()
        elif int(share * 10) > self.tenth:
            self.tenth = int(share * 10)
            self.stream.write(f"{self.label} {share:.0%} {text}\n")
            self.stream.flush()

    def done(self, text: str = "") -> None:
        end = "\x1b[K\n" if self.is_live else "\n"
        start = "\r" if self.is_live else ""
        self.stream.write(f"{start}{self.label} {text}{end}")
        self.stream.flush()
