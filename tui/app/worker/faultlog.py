"""Where an unexpected exception left its trace: places and types only, never values, so never a secret."""

from __future__ import annotations

import os
import traceback
from datetime import datetime
from pathlib import Path

from tui.errors import StoreError
from tui.settings.files.private import close_folder, open_private


def write_fault(folder: Path, error: BaseException) -> Path | None:
    """Append the exception's types, files and lines to `faults.log` (0600) in `folder`; None if that is not
    possible.
    """
    lines = [f"{datetime.now().astimezone().isoformat(timespec='seconds')} {type(error).__name__}"]
    chain: BaseException | None = error
    while chain is not None:
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(chain.__traceback__)
        ]
        chain = chain.__cause__ or chain.__context__
        if chain is not None:
            lines.append(f"after {type(chain).__name__}")
    path = folder / "faults.log"
    try:
        close_folder(folder)
        handle = open_private(path, os.O_WRONLY | os.O_APPEND)
        with os.fdopen(handle, "a", encoding="utf-8") as log:
            log.write("\n".join(lines) + "\n")
    except (OSError, StoreError):
        return None
    return path
