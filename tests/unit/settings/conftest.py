from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tui.settings.files.paths import Places, find_places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return find_places({"REDIRECTORY_HOME": str(tmp_path / "home")})


@pytest.fixture
def write(places: Places) -> Callable[..., Any]:
    def put(path: Path, text: str, mode: int = 0o600) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    return put
