"""What the suite needs whoever starts it, and however."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

from hypothesis import HealthCheck, settings

# `make test` tries the same examples at every run; HYPOTHESIS_PROFILE=search draws new ones. Neither has a
# limit of time: a loaded machine is no fault.
UNHURRIED: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("same", derandomize=True, **UNHURRIED)
settings.register_profile("search", print_blob=True, **UNHURRIED)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_configure() -> None:
    """A suite in the background of a shell, or under nohup, has signals ignored, and every program that it
    starts would have them ignored too: here they are caught, which no program inherits."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
