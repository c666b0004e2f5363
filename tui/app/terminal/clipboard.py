"""Copying: the terminal's own clipboard sequence (OSC 52), wrapped for tmux and screen where we sit in
one.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping

# Terminals cut or refuse longer sequences; a file is the better way then.
LIMIT = 74_000


def osc52(text: str, environ: Mapping[str, str] = os.environ) -> str:
    """The sequence that puts `text` on the clipboard of the terminal; empty if it is too long."""
    if len(text) > LIMIT:
        return ""
    payload = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    if len(payload) > LIMIT:
        return ""
    sequence = f"\x1b]52;c;{payload}\x07"
    if environ.get("TMUX"):
        return f"\x1bPtmux;\x1b{sequence}\x1b\\"
    if environ.get("TERM", "").startswith("screen"):
        return f"\x1bP{sequence}\x1b\\"
    return sequence
