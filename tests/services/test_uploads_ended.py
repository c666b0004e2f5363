"""Uploads that are ended, whose journal fails, and whose devices would be taken for one another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.desk import NEW, Desk, at_desk, phones
from tests.services.test_changes_unwritten import FailingJournal
from tui.errors import StoreError, Unsettled
from tui.services.changes.engine.control import Control
from tui.services.changes.resolving import resolve
from tui.services.changes.uploading import UploadCall, read_calls, upload
from tui.services.files.exporting import export_rows

ROWS = [(one.mac, NEW.provider, NEW.url, "") for one in phones(12)]
NAMES = {one.mac: one.wire for one in phones(12)}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(tmp_path) as opened:
        yield opened


def calls_of(chunk: int) -> list[UploadCall]:
    return read_calls("".join(export_rows(ROWS, "calls", mac_ids=NAMES, chunk=chunk)).encode())


def test_once_cancelled_no_further_call_is_sent_and_all_is_settled(desk: Desk) -> None:
    control = Control()
    answers = []
    for answer in upload(desk.session, calls_of(4), control=control):
        answers.append(answer)
        control.cancel()
    assert len(answers) == 1
    assert len(desk.targets()) == 4
    assert desk.session.journal.open_rows() == []


@pytest.mark.parametrize("settled", [0, 1])
def test_a_journal_that_fails_after_a_call_keeps_its_passwords_and_names_resolve(
    desk: Desk, settled: int
) -> None:
    session = desk.open()
    session._journal = FailingJournal(session.places.journal_file, settled + 1, 10**9, steps=False)
    with pytest.raises(StoreError) as caught:
        list(upload(session, calls_of(4)))
    session.close()
    assert isinstance(caught.value, Unsettled)
    assert "redirectory resolve" in caught.value.hint
    assert len(desk.targets()) == 4 * (settled + 1)
    assert not any(outcome.password_lost for outcome in resolve(desk.session))
    known = desk.session.journal.recall_many(desk.session.account_key)
    assert all(entry.password is not None for entry in known.values())
    assert set(known) == set(desk.targets())


def test_calls_that_we_write_never_hold_a_suffix_twice_and_those_of_others_are_warned_about() -> None:
    alike = {mac: f"{mac}-{1000 + number // 2}" for number, mac in enumerate(NAMES)}
    ours = read_calls("".join(export_rows(ROWS, "calls", mac_ids=alike, chunk=50)).encode())
    assert len(ours) == 2
    assert not any("suffix" in complaint for call in ours for complaint in call.complaints)
    text = "".join(export_rows(ROWS[:2], "calls", mac_ids=NAMES, chunk=50))
    alien = text.replace(NAMES[ROWS[1][0]], f"{ROWS[1][0]}-{NAMES[ROWS[0][0]][-4:]}")
    (theirs,) = read_calls(alien.encode())
    assert any("2 devices have the suffix" in complaint for complaint in theirs.complaints)
    assert theirs.sendable
