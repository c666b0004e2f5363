"""Sessions on the real sandbox, in process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tui.services.session import Session, open_rehearsal
from tui.settings.files.paths import Places, gather_places

Rehearse = Callable[..., Session]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return gather_places(tmp_path / "home")


@pytest.fixture
def rehearse(places: Places) -> Iterator[Rehearse]:
    """Opens sandbox sessions, by default empty ones on `places`, and closes them at the end."""
    opened: list[Session] = []

    def open_one(*switches: str, sample: int = 0, home: Places | None = places) -> Session:
        opened.append(open_rehearsal(sample=sample, switches=switches, places=home))
        return opened[-1]

    yield open_one
    for session in opened:
        session.close()
