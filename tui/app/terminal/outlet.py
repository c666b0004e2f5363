"""The end of the way to the terminal: bytes in its charset, written whole or given up once it is gone."""

from __future__ import annotations

import errno
import os
import select
from collections.abc import Callable


class Outlet:
    """The file that Textual's writer thread writes to. A terminal that is gone (the line was dropped) takes
    nothing any more and is no error: what is under way must still come to its end."""

    def __init__(
        self,
        handle: int,
        charset: str,
        translate: Callable[[str], str] | None,
        catch_up: Callable[[], str] | None = None,
    ) -> None:
        self._handle, self._charset = handle, charset
        self._translate, self._catch_up = translate, catch_up
        self.gone = False

    def write(self, text: str) -> int:
        """Write all of `text`; an empty one is the turn of the screen's next update."""
        if not text and self._catch_up is not None:
            text = self._catch_up()
        if self._translate is not None:
            text = self._translate(text)
        rest = memoryview(text.encode(self._charset, "replace"))
        while rest and not self.gone:
            try:
                rest = rest[os.write(self._handle, rest) :]
            except BlockingIOError:
                select.select([], [self._handle], [], 1.0)
            except OSError as error:
                self.gone = error.errno != errno.EINTR
        return len(text)

    def flush(self) -> None:
        """Nothing is kept back."""

    def fileno(self) -> int:
        return self._handle

    def isatty(self) -> bool:
        return True
