"""`ap-client`: the vendor script's arguments and output line, over https, without printing the password."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from tui.classes import define
from tui.cli.terminal.diagnostics import Diagnostics, ExitCode
from tui.cli.terminal.output import Output
from tui.cli.terminal.streams import guard_output, provide_streams
from tui.errors import Fault, RedirectoryError, UsageError
from tui.model.secrets import Secret
from tui.patterns import pattern
from tui.settings.process import end_process, prepare_process

if TYPE_CHECKING:
    from tui.services.session import Session

USAGE = "ap-client [-b] USER PASS HOST METHOD [s:TEXT|sl:A,B,C]..."
HELP = f"""usage: {USAGE}
       ap-client [-b] USER:PASS HOST METHOD [s:TEXT|sl:A,B,C]...

One call of the redirect server, as the vendor's script makes it.

  -b       Basic authentication (the default and only form)
  PASS     the password; - takes it from REDIRECTORY_PASSWORD, which keeps it out of the process list
  HOST     a name or a name with a port (https; http for a port of this machine), or a URL
  METHOD   autoprov.registerDevice, autoprov.listDevices, ...
  s:TEXT   a string argument
  sl:A,B   a list of strings
"""
IN_PROCESS_LIST = (
    "The password stands in the process list while this runs: give - and set REDIRECTORY_PASSWORD instead."
)
_METHOD = pattern(r"autoprov(?:ider)?\.[A-Za-z]\w*", re.ASCII)
_HOST = pattern(
    r"(?:https?://\S+|localhost|[\w-]+(?:\.[\w-]+)+\.?|[\w.-]+:\d+|\[[0-9A-Fa-f:.]+\])(?::\d+)?", re.ASCII
)
_ORDER = f"usage: {USAGE}. No word is repeated here, because one of them is the password."


@define(frozen=True, slots=True)
class Words:
    """A command line that was understood. `secret_shown` tells whether the password stands in it."""

    user: str
    password: Secret
    host: str
    method: str
    values: list[str | list[str]]
    secret_shown: bool


def read_words(words: Sequence[str], environ: Mapping[str, str], diagnostics: Diagnostics) -> Words:
    """Which word is what, by the place of the method: the third (USER:PASS HOST METHOD) or the fourth (USER
    PASS HOST METHOD). Raises UsageError, whose text has none of the words in it: in a line of another order
    any of them may be the password."""
    given = list(words)
    while given and given[0].startswith("-") and given[0] != "-":
        option = given.pop(0)
        if option != "-b":
            shown = f" {option!r}" if re.fullmatch("-[A-Za-z]", option) else ""
            raise UsageError(f"There is no such option{shown}.", hint=_ORDER)
    if len(given) > 2 and ":" in given[0] and _METHOD.fullmatch(given[2]):
        user, _, password = given[0].partition(":")
        rest = [password, *given[1:]]
    else:
        user, rest = given[0] if given else "", given[1:]
    if len(rest) < 3:
        raise UsageError("Too few arguments.", hint=_ORDER)
    password, host, method = rest[:3]
    if not _METHOD.fullmatch(method):
        raise UsageError("The word before the typed arguments is not a method of the server.", hint=_ORDER)
    if not user or ":" in user:
        raise UsageError("The first word is not a user name.", "A user name has no colon in it.", _ORDER)
    if not _HOST.fullmatch(host):
        raise UsageError(
            "The word before the method is not a server.",
            "A server is a name with a dot, a name with a port, or a URL.",
            _ORDER,
        )
    if _HOST.fullmatch(password):
        raise UsageError(
            "The word for the password looks like a server: the words may stand in another order.",
            "If it is the password, give - and set REDIRECTORY_PASSWORD.",
            _ORDER,
        )
    in_sight = password != "-"
    if not in_sight:
        password = environ.get("REDIRECTORY_PASSWORD", "")
    if not password:
        raise UsageError("There is no password.", hint="Give it, or - and set REDIRECTORY_PASSWORD.")
    first = len(words) - len(rest) + 4
    values = [read_argument(word, first + number, diagnostics) for number, word in enumerate(rest[3:])]
    return Words(user, Secret(password), host, method, values, in_sight)


def read_argument(word: str, position: int, diagnostics: Diagnostics) -> str | list[str]:
    """The value of a typed argument, the `position`-th word. Raises UsageError for a type that the script
    does not have."""
    kind, colon, text = word.partition(":")
    if colon and kind in {"sl", "s1"}:
        if kind == "s1":
            diagnostics.warn("s1: is a misprint of sl: and taken as a list")
        return [part.strip() for part in text.split(",") if part.strip()]
    if colon and kind == "s":
        if text.endswith(",") and "://" in text:
            diagnostics.warn(
                "the comma at the end of the URL is a misprint of the vendor's page and left out"
            )
            return text[:-1]
        return text
    raise UsageError(
        f"Word {position} is not a typed argument.",
        hint="Use s:TEXT for a string, sl:A,B,C for a list of strings.",
    )


def read_host(word: str) -> str:
    """The server that HOST names: https, but plain http for a port of this machine, where a sandbox is."""
    name, colon, port = word.rpartition(":")
    local = name in {"localhost", "[::1]"} or name.startswith("127.")
    return f"http://{word}" if colon and port.isdigit() and local else word


def call(words: Words, environ: Mapping[str, str], diagnostics: Diagnostics) -> int:
    """Make the call and print its line. Raises RedirectoryError."""
    from tui.services.changes.uploading import call_method
    from tui.services.session import open_session
    from tui.settings.accounts import Account
    from tui.settings.files.paths import find_places

    if words.secret_shown:
        diagnostics.note(IN_PROCESS_LIST)
    account = Account("ap-client", read_host(words.host), words.user)
    with open_session(account, words.password, find_places(environ)) as session:
        for warning in session.warnings:
            diagnostics.warn(warning)
        _prove_login(session, words.method)
        answer = call_method(session, words.method, words.values)
        # Said after the answer: only a login that the server took proves that this word is the user.
        diagnostics.note(f"Using basic authentication (user={words.user})")
    shown = ", ".join(repr(value) for value in words.values)
    Output().write_text(f"{words.method}({shown})@{session.server_url} returned: {answer.value!r}\n")
    return int(ExitCode.DONE if answer.ok else ExitCode.REFUSED)


def _prove_login(session: Session, method: str) -> None:
    """Before the first change of a login on this machine ask the server whether it is one: the journal, which
    names user and server of every change, must not learn a password that stands in the user's place. Raises
    LinkError."""
    if "register" not in method or session.journal.sets(account_key=session.account_key, limit=1):
        return
    with suppress(Fault):
        session.check_login()


def hide_words(error: RedirectoryError, words: Words) -> RedirectoryError:
    """The error with USER, PASS and HOST in the place of the words that were given for them."""

    def hide(text: str) -> str:
        for name, word in (("PASS", words.password.reveal()), ("HOST", words.host), ("USER", words.user)):
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", name, text, flags=re.IGNORECASE)
        return text

    error.title, error.detail, error.hint = hide(error.title), hide(error.detail), hide(error.hint)
    return error


def main(argv: Sequence[str] | None = None) -> int:
    """Entry of the `ap-client` command. Returns the exit code; without `argv` the process is ours, and ends
    with it."""
    prepare_process()
    words = list(sys.argv[1:] if argv is None else argv)
    provide_streams()
    diagnostics = Diagnostics(name="ap-client")
    code = guard_output(lambda: _run_to_end(words, diagnostics), diagnostics)
    return end_process(code) if argv is None else code


def _run_to_end(words: Sequence[str], diagnostics: Diagnostics) -> int:
    if not words or words[0] in {"-h", "--help"}:
        Output().write_text(HELP)
        return int(ExitCode.DONE if words else ExitCode.USAGE)
    understood: Words | None = None
    try:
        understood = read_words(words, os.environ, diagnostics)
        return call(understood, os.environ, diagnostics)
    except RedirectoryError as error:
        return diagnostics.fail(hide_words(error, understood) if understood is not None else error)
    except KeyboardInterrupt:
        diagnostics.note("interrupted; `redirectory resolve` settles what is open")
        return int(ExitCode.INTERRUPTED)


if __name__ == "__main__":
    sys.exit(main())
