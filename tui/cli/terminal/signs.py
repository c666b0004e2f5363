"""Signs for a terminal that does not show every character; files and pipes get the text as it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


def find_translation(stream: TextIO) -> Callable[[str], str] | None:
    """What to send each text through before it is written to `stream`; None for as it is."""
    if not stream.isatty():
        return None
    from tui.model.text.signs import is_coerced, translation

    return translation(os.environ, coerced=is_coerced(sys.flags.utf8_mode, os.environ))
