"""One question to several accounts at the same time. An account that fails does not keep the others back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from tui.classes import define
from tui.errors import RedirectoryError
from tui.model.secrets import Secret
from tui.services.session import Session, open_session
from tui.settings.accounts import Account
from tui.settings.config import Config
from tui.settings.files.paths import Places

AT_ONCE = 8
T = TypeVar("T")


@define(frozen=True, slots=True)
class Answer(Generic[T]):
    """What an account answered, or the error that it ended with; `warnings` are those of its session."""

    account: Account
    value: T | None = None
    error: RedirectoryError | None = None
    warnings: tuple[str, ...] = ()


def ask_all(
    logins: Sequence[tuple[Account, Secret]],
    places: Places,
    config: Config,
    ask: Callable[[Session], T],
) -> Iterator[Answer[T]]:
    """The answers in the order of the accounts, at most eight of them asked at a time. For questions that
    change nothing: whoever stops reading leaves the rest unasked."""
    answers: list[Answer[T] | Exception | None] = [None] * len(logins)
    ready = [threading.Event() for _ in logins]
    turns = threading.Semaphore(AT_ONCE)
    open_sessions: list[Session] = []
    ended = threading.Event()

    def work(place: int) -> None:
        account, password = logins[place]
        warnings: tuple[str, ...] = ()
        try:
            with turns:
                if ended.is_set():
                    return
                with open_session(account, password, places, config) as session:
                    warnings = session.warnings
                    open_sessions.append(session)
                    answers[place] = Answer(account, ask(session), None, warnings)
        except RedirectoryError as error:
            answers[place] = Answer(account, None, error, warnings)
        except Exception as defect:
            answers[place] = defect
        finally:
            ready[place].set()

    for place in range(len(logins)):
        threading.Thread(target=work, args=(place,), name="account", daemon=True).start()
    try:
        for place, event in enumerate(ready):
            event.wait()
            found, answers[place] = answers[place], None
            if isinstance(found, Exception):
                raise found
            if found is not None:
                yield found
    finally:
        ended.set()
        for session in open_sessions:
            session.close()
