"""A journal that fails in the middle of a change: nothing more is begun, pairs are finished, what the server
answered is kept, and no error says that nothing was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyrage
import pytest

from tests.secret_search import Search
from tests.services.desk import NEW, OLD, Desk, at, at_desk, phones
from tui.errors import LinkError, RedirectoryError, StoreError, Unsettled
from tui.intake.rows import make_draft
from tui.model.outcome import Outcome, Result
from tui.model.secrets import Secret
from tui.services.changes.engine import rescue
from tui.services.changes.planning import apply, plan
from tui.services.changes.registering import deregister, register, retarget
from tui.services.changes.resolving import resolve
from tui.services.changes.undoing import preview_undo, undo
from tui.services.session import Session
from tui.services.storage.journal import Journal, Settlement

PHONES = phones(30)


class FailingJournal(Journal):
    """A journal whose disk is full from a certain settlement on, or from a write of any kind, for a while or
    for good."""

    def __init__(self, path: Path, first: int, last: int, *, steps: bool) -> None:
        super().__init__(path)
        self._first, self._last = first, last
        self._writes = 0
        self._steps = steps

    def _fail(self, count: int = 1) -> None:
        self._writes += count
        if self._first <= self._writes <= self._last:
            raise StoreError(
                "The journal cannot be written: the disk is full.",
                f"{self.path}: no space left.",
                "Free some space, then try again.",
            )

    def step(self, ids: Sequence[int], step: str) -> None:
        self._fail(1 if self._steps else 0)
        super().step(ids, step)

    def settle(self, settlements: Sequence[Settlement]) -> frozenset[int]:
        self._fail()
        return super().settle(settlements)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(tmp_path, chunk=5, connections=1) as opened:
        yield opened


def carry_out(
    desk: Desk,
    deed: Callable[[Session], Iterator[Outcome]],
    first: int,
    last: int = 10**9,
    *,
    steps: bool = False,
) -> tuple[list[Outcome], StoreError | None]:
    session = desk.open()
    session._journal = FailingJournal(session.places.journal_file, first, last, steps=steps)
    seen: list[Outcome] = []
    try:
        seen.extend(deed(session))
    except StoreError as error:
        return seen, error
    finally:
        session.close()
    return seen, None


def catch(outcomes: Iterator[Outcome], seen: list[Outcome]) -> Iterator[Outcome]:
    for outcome in outcomes:
        seen.append(outcome)
        yield outcome


def test_what_was_answered_is_kept_and_the_rest_is_not_sent(desk: Desk) -> None:
    seen: list[Outcome] = []
    _, error = carry_out(desk, lambda session: catch(register(session, at(PHONES)), seen), 2)
    assert isinstance(error, Unsettled)
    assert error.exit_code == 4
    still_open = len(desk.targets()) - 5
    # One call may be under way while the answer of the one before is written down.
    assert still_open in (5, 10)
    unsent = 25 - still_open
    assert f"Of 30 devices 5 are settled, {still_open} are open, {unsent} were not sent." in error.detail
    assert "redirectory resolve" in error.hint
    assert "try again" not in error.describe()
    results = [outcome.result for outcome in seen]
    assert results.count(Result.STORED) == 5
    assert results.count(Result.UNKNOWN) == still_open
    assert results.count(Result.NOT_SENT) == unsent
    assert not any(outcome.password_lost for outcome in seen)

    settled = {outcome.mac: outcome for outcome in resolve(desk.session)}
    stored = [outcome for outcome in settled.values() if outcome.result is Result.STORED]
    assert len(stored) == still_open
    assert not any(outcome.password_lost for outcome in stored)
    vault = desk.session.journal.recall_many(desk.session.account_key)
    assert {mac: entry.password for mac, entry in vault.items()} == {
        mac: Secret(desk.password(mac)) for mac in desk.targets()
    }
    assert not list(desk.home.rglob("redirectory-passwords-*"))


def test_where_no_place_takes_the_passwords_they_are_said_to_be_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rescue, "_folders", lambda places: (places.state / "missing" / "too",))
    seen: list[Outcome] = []
    _, error = carry_out(desk, lambda session: catch(register(session, at(PHONES)), seen), 2)
    assert isinstance(error, Unsettled)
    assert "12 digits on the label" in error.hint
    assert sum(outcome.password_lost for outcome in seen) == len(desk.targets()) - 5


def test_the_file_of_passwords_is_private_and_named(desk: Desk) -> None:
    _, error = carry_out(desk, lambda session: register(session, at(PHONES)), 2)
    assert error is not None
    (file,) = desk.home.rglob("redirectory-passwords-*")
    assert str(file) in error.hint
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_is_kept_of_a_vault_under_a_key_is_sealed_as_well(desk: Desk) -> None:
    secret = pyrage.x25519.Identity.generate()
    (desk.session.places.config_file.parent).mkdir(mode=0o700, parents=True, exist_ok=True)
    desk.session.places.config_file.write_text(f"[vault]\nkey_command = 'echo {secret}'\n")
    desk.session.journal.lock_vault(str(secret.to_public()))
    carry_out(desk, lambda session: register(session, at(PHONES)), 2)
    passwords = {mac: desk.password(mac) for mac in desk.targets()}
    (file,) = desk.home.rglob("redirectory-passwords-*")
    assert len(file.read_text().splitlines()) in (5, 10)
    assert Search(passwords).in_files([file]) == {}
    assert not any(outcome.password_lost for outcome in list(resolve(desk.session)))
    vault = desk.session.journal.recall_many(desk.session.account_key)
    assert {mac: entry.password for mac, entry in vault.items()} == {
        mac: Secret(password) for mac, password in passwords.items()
    }
    assert not list(desk.home.rglob("redirectory-passwords-*"))


def test_a_journal_that_fails_before_the_first_call_says_that_nothing_was_sent(desk: Desk) -> None:
    _, error = carry_out(desk, lambda session: register(session, at(PHONES)), 1, steps=True)
    assert type(error) is StoreError
    assert desk.carrier.changing() == []


def test_a_journal_that_works_again_has_it_all_in_the_end(desk: Desk) -> None:
    seen, error = carry_out(desk, lambda session: register(session, at(PHONES)), 2, 2)
    assert error is None
    stored = [outcome.result for outcome in seen].count(Result.STORED)
    assert stored == len(desk.targets())
    assert stored in (10, 15)
    assert [outcome.code for outcome in seen].count("journal_failed") == 30 - stored
    assert desk.session.journal.open_rows() == []


def moved(session: Session) -> Iterator[Outcome]:
    return retarget(session, PHONES, url=NEW.url, provider=NEW.provider)


@pytest.mark.parametrize("first", range(2, 16))
def test_a_retarget_finishes_its_pair_whatever_the_journal_takes(desk: Desk, first: int) -> None:
    desk.give(PHONES)
    _, error = carry_out(desk, moved, first, steps=True)
    assert error is not None
    assert len(desk.targets()) == len(PHONES)
    list(resolve(desk.session))
    assert desk.session.journal.open_rows() == []
    assert len(desk.targets()) == len(PHONES)
    for row in desk.session.journal.rows(result=Result.STORED):
        assert desk.targets()[row.mac] == row.after


def undone(session: Session) -> Iterator[Outcome]:
    return undo(session, preview_undo(session))


def applied(session: Session) -> Iterator[Outcome]:
    drafts = [
        make_draft(line, one.wire, one.wire, NEW.url, NEW.provider)
        for line, one in enumerate(phones(20, start=20), 1)
    ]
    return apply(session, plan(session, drafts))


def resolved(session: Session) -> Iterator[Outcome]:
    return resolve(session)


@pytest.mark.parametrize(
    ("name", "first"), [("deregister", 2), ("retarget", 2), ("undo", 3), ("apply", 2), ("apply", 4)]
)
def test_after_the_first_call_no_verb_says_that_nothing_was_sent(desk: Desk, name: str, first: int) -> None:
    if name == "undo":
        list(register(desk.session, at(PHONES)))
    else:
        desk.give(PHONES)
    deeds: dict[str, Callable[[Session], Iterator[Outcome]]] = {
        "deregister": lambda session: deregister(session, PHONES),
        "retarget": moved,
        "undo": undone,
        "apply": applied,
    }
    _, error = carry_out(desk, deeds[name], first)
    assert isinstance(error, Unsettled)
    assert "Nothing was sent" not in error.describe()
    assert "redirectory resolve" in error.hint
    list(resolve(desk.session))
    assert desk.session.journal.open_rows() == []
    truth = desk.targets()
    for row in desk.session.journal.rows():
        if row.result is Result.REMOVED:
            assert row.mac not in truth
        elif row.result is Result.STORED:
            assert row.mac in truth or name == "undo"


def test_a_link_that_is_lost_between_two_parts_of_a_plan_does_not_say_that_nothing_was_sent(
    desk: Desk,
) -> None:
    desk.give(PHONES, OLD)
    error = take_account_away_after(10, desk, applied(desk.session))
    assert "Nothing was sent" not in error.describe()
    assert "10 devices were dealt with before" in error.hint


def take_account_away_after(count: int, desk: Desk, steps: Iterator[Outcome]) -> RedirectoryError:
    try:
        for number, _ in enumerate(steps, 1):
            if number == count:
                desk.sandbox._accounts.clear()
    except LinkError as error:
        return error
    pytest.fail("the lost login was not told")
