"""`ap-client`: the vendor script's arguments and output line, over https, without printing the password."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from tui.cli.diagnostics import Diagnostics, ExitCode
from tui.cli.output import Output
from tui.errors import RedirectoryError, UsageError
from tui.model.secrets import Secret

USAGE = "ap-client [-b] USER PASS HOST METHOD [s:TEXT|sl:A,B,C]..."
HELP = f"""usage: {USAGE}

One call of the redirect server, as the vendor's script makes it.

  -b       Basic authentication (the default and only form)
  PASS     the password; - takes it from REDIRECTORY_PASSWORD, which keeps it out of the process list
  HOST     a name or a name with a port (https; http for a port of this machine), or a URL
  METHOD   autoprov.registerDevice, autoprov.listDevices, ...
  s:TEXT   a string argument
  sl:A,B   a list of strings
"""


def read_argument(word: str, diagnostics: Diagnostics) -> str | list[str]:
    """The value of a typed argument. Raises UsageError for a type that the script does not have."""
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
        f"Not a typed argument: {word!r}.", hint="Use s:TEXT for a string, sl:A,B,C for a list of strings."
    )


def read_host(word: str) -> str:
    """The server that HOST names: https, but plain http for a port of this machine, where a sandbox is."""
    name, colon, port = word.rpartition(":")
    local = name in {"localhost", "[::1]"} or name.startswith("127.")
    return f"http://{word}" if colon and port.isdigit() and local else word


def call(words: Sequence[str], environ: Mapping[str, str], diagnostics: Diagnostics) -> int:
    """Make the call and print its line. Raises RedirectoryError."""
    from tui.services.session import open_session
    from tui.services.uploading import call_method
    from tui.settings.accounts import Account
    from tui.settings.paths import find_places

    arguments = list(words)
    while arguments and arguments[0].startswith("-"):
        option = arguments.pop(0)
        if option != "-b":
            raise UsageError(f"There is no option {option!r}.", hint=f"usage: {USAGE}")
    if len(arguments) < 4:
        raise UsageError("Too few arguments.", hint=f"usage: {USAGE}")
    user, password, host, method = arguments[:4]
    if password == "-":
        password = environ.get("REDIRECTORY_PASSWORD", "")
    values = [read_argument(word, diagnostics) for word in arguments[4:]]
    account = Account("ap-client", read_host(host), user)
    with open_session(account, Secret(password), find_places(environ)) as session:
        for warning in session.warnings:
            diagnostics.warn(warning)
        diagnostics.note(f"Using basic authentication (user={user})")
        answer = call_method(session, method, values)
    shown = ", ".join(repr(value) for value in values)
    sys.stdout.write(f"{method}({shown})@{session.server_url} returned: {answer.value!r}\n")
    sys.stdout.flush()
    return int(ExitCode.DONE if answer.ok else ExitCode.REFUSED)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry of the `ap-client` command. Returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    diagnostics = Diagnostics(name="ap-client")
    if not words or words[0] in {"-h", "--help"}:
        sys.stdout.write(HELP)
        return int(ExitCode.DONE if words else ExitCode.USAGE)
    try:
        return call(words, os.environ, diagnostics)
    except RedirectoryError as error:
        return int(diagnostics.fail(error))
    except KeyboardInterrupt:
        diagnostics.note("interrupted; `redirectory resolve` settles what is open")
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        Output().drop()
        return int(ExitCode.DONE)


if __name__ == "__main__":
    sys.exit(main())
