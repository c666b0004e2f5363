"""Credentials for a web server, written from the app: what the file holds is said before it is made."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.functional.conftest import Open
from tui.model.identifiers import parse_identifier
from tui.model.registration import Registration, Target
from tui.services.changes.registering import register
from tui.services.session import Session, open_rehearsal
from tui.settings.files.paths import Places

NEW = "7C2F80AB0001-1234"


def with_password(places: Places) -> tuple[Session, str]:
    """A session, and the MAC password that a registration has put into its vault."""
    session = open_rehearsal(sample=3, places=places)
    wish = Registration(parse_identifier(NEW), Target("http://x/%MACD", "P"))
    (outcome,) = register(session, [wish])
    assert outcome.password is not None
    return session, outcome.password.reveal()


async def test_mac_passwords_are_written_for_the_owner_only_after_saying_what_they_are(
    app_open: Open, places: Places, tmp_path: Path
) -> None:
    session, password = with_password(places)
    target = tmp_path / "passwords.csv"
    async with app_open(session, page="devices") as person:
        await person.press("x")
        assert "URLs with their credentials" in person.text("export-note")
        await person.press("down", "down", "down", "down")
        assert "in clear" in person.text("export-note")
        await person.fill("#export-file", str(target))
        await person.press("enter")
    assert password in target.read_text()
    assert target.stat().st_mode & 0o777 == 0o600


async def test_htdigest_asks_for_the_realm_and_is_what_a_web_server_takes(
    app_open: Open, places: Places, tmp_path: Path
) -> None:
    session, password = with_password(places)
    target = tmp_path / "gigaset.htdigest"
    async with app_open(session, page="devices") as person:
        await person.press("x", "up", "down", "down", "down", "down", "down")
        assert "digest of every MAC password" in person.text("export-note")
        await person.fill("#export-file", str(target))
        await person.press("enter")
        assert not target.exists()
        await person.type("phones")
        await person.press("enter")
    name, realm, digest = target.read_text().strip().split(":")
    assert digest == hashlib.md5(f"{name}:{realm}:{password}".encode()).hexdigest()
    assert target.stat().st_mode & 0o777 == 0o600
    assert password not in target.read_text()


async def test_the_palette_finds_the_export_by_its_form(app_open: Open) -> None:
    async with app_open(page="devices") as person:
        await person.press("ctrl+p")
        await person.type("htdigest")
        assert "MAC passwords" in person.app.screen.query_one("#palette-list").rows[0]  # type: ignore[attr-defined]
