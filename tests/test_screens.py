"""The stored pictures are what the app draws today, and tell nothing that should stay secret."""

from __future__ import annotations

import re

import pytest

from tests.scenes import FOLDER, SCENES, draw, make_history
from tui.model.secrets import MASK
from tui.services.session import open_rehearsal


@pytest.mark.parametrize("name", SCENES)
async def test_a_stored_picture_is_what_the_app_draws(name: str) -> None:
    stored = FOLDER / f"{name}.svg"
    assert stored.exists(), f"{stored.name} is missing. Draw the pictures with: make screenshots"
    same = stored.read_text(encoding="utf-8") == await draw(SCENES[name])
    assert same, f"{stored.name} is not what the app draws now. Look at it, then run: make screenshots"


def test_no_picture_is_left_over_from_a_scene_that_is_gone() -> None:
    assert {path.stem for path in FOLDER.glob("*.svg")} == set(SCENES)


def test_no_picture_shows_a_password() -> None:
    with open_rehearsal(sample=200) as session:
        make_history(session)
        macs = [row.mac for row in session.journal.rows()]
        entries = session.journal.recall_many(session.account_key, macs)
        secrets = [entry.password.reveal() for entry in entries.values() if entry.password is not None]
    pictures = [path.read_text(encoding="utf-8") for path in FOLDER.glob("*.svg")]
    assert secrets
    assert any(MASK in picture for picture in pictures)
    assert not [secret for secret in secrets for picture in pictures if secret in picture]


def test_the_pictures_of_the_readme_exist() -> None:
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"\(screenshots/([\w-]+)\.svg\)", readme)
    assert named
    assert set(named) <= set(SCENES)
