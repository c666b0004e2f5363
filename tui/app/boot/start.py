"""Start-up of the app, all in one place: environment, terminal, settings, session, run."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from tui.app.terminal.early_signal import EarlySignal, Left

if TYPE_CHECKING:
    from tui.app.first_paint import FirstPaint
    from tui.app.shell.app import RedirectoryApp
    from tui.services.session import Session
    from tui.settings.accounts import Account
    from tui.settings.config import Config
    from tui.settings.files.paths import Places


def start(words: Sequence[str]) -> int:
    """Run the app for these words of the command line; the exit code."""
    options = _read_words(words)
    if not (_is_terminal(sys.stdin) and _is_terminal(sys.stdout)):
        _tell(
            "redirectory: the application needs a terminal, and standard input or output is none; "
            "use a command instead, for example: redirectory list --json, or see redirectory --help"
        )
        return 2
    prepare_environment()
    early = EarlySignal()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, early.take)
    from tui.app.first_paint import expects_register, paint

    # Before anything else is imported, where one look at the files tells what comes first.
    first = paint("register", "opening …") if options["demo"] or expects_register(options) else None
    try:
        return _start(options, first, early)
    except KeyboardInterrupt:
        return 130
    except Left as left:
        return 128 + left.number
    finally:
        early.raises = False
        if first is not None:
            first.take_back()


def _start(options: dict[str, Any], first: FirstPaint | None, early: EarlySignal) -> int:
    if options["demo"]:
        from pathlib import Path

        from tui.settings.files.paths import gather_places
        from tui.settings.files.private import make_throwaway

        with make_throwaway("demo") as folder:
            return _run(gather_places(Path(folder)), options, first, early)
    from tui.settings.files.paths import find_places

    return _run(find_places(), options, first, early)


def prepare_environment() -> None:
    """What Textual reads from the environment when it is imported."""
    os.environ.setdefault("TEXTUAL_FPS", "250")  # a key is painted within 4 ms instead of 16
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")


def _read_words(words: Sequence[str]) -> dict[str, Any]:
    options: dict[str, Any] = {"demo": False, "mouse": True, "account": None, "server": None, "user": None}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if word == "--demo":
            options["demo"] = True
        elif word == "--no-mouse":
            options["mouse"] = False
        elif name in ("--account", "--server", "--user"):
            options[name[2:]] = value if equals else rest.pop(0) if rest else None
    return options


def _run(places: Places, options: dict[str, Any], first: FirstPaint | None, early: EarlySignal) -> int:
    import gc

    from tui.app.tuning import put_off_whole_searches
    from tui.errors import RedirectoryError
    from tui.settings.config import Config, load_config

    account: Account | None = None
    opener: Callable[[], Session] | None = None
    if options["demo"]:
        from tui.app.context.sessions import lay_out_presets

        config = Config()
        lay_out_presets(places)
        opener = partial(_open_demo, places)
    else:
        config = load_config(places).config
        try:
            account = _find_account(places, config, options)
        except RedirectoryError as error:
            if first is not None:
                first.take_back()
            _tell(f"redirectory: {error.describe()}")
            return error.exit_code
        if account is not None:
            opener = partial(_open_account, account, places, config)
    gc.disable()  # what is imported now stays: searching it for garbage is a tenth of the wait
    put_off_whole_searches()
    sys.setswitchinterval(0.0005)  # seconds that a thread that reads a list may keep a key waiting
    _import_asyncio()
    from tui.app.terminal.driver import has_safe_driver

    app = _make_app(places, config, options, opener, account, first)
    app.early_signal = early
    early.raises = not has_safe_driver(app)  # that one asks for what is kept
    early.check()
    code = app.run(mouse=options["mouse"] and config.app.mouse)
    if app.ended_by is not None:
        return _settle(app, app.ended_by)
    return code if isinstance(code, int) else app.return_code or 0


def _settle(app: RedirectoryApp, number: int) -> int:
    """The terminal is given back; what was sent is waited for. Neither a second signal nor a terminal that is
    gone cuts that short; ctrl+c does."""
    for ignored in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    count = len(app.desk.work.changing)
    _tell(f"redirectory: ended by {signal.Signals(number).name}.")
    if count:
        _tell("Calls in flight are waited for; what was sent is in the journal: redirectory history")
    app.settle()
    return 128 + number


def _is_terminal(stream: TextIO | None) -> bool:
    # Python has no stream for what was closed before it started.
    return stream is not None and stream.isatty()


def _tell(line: str) -> None:
    if sys.stderr is None:
        return
    try:
        print(line, file=sys.stderr, flush=True)
    except (OSError, ValueError):  # the line was dropped
        return


def _open_demo(places: Places) -> Session:
    from tui.app.context.sessions import rehearse

    return rehearse(places)


def _open_account(account: Account, places: Places, config: Config) -> Session:
    from tui.app.context.sessions import opener_for

    return opener_for(account, places, config)()


def _import_asyncio() -> None:
    """Without TLS, for which asyncio has a way: nothing here speaks TLS through it, and connections import it
    where they need it."""
    if "asyncio" not in sys.modules and "ssl" not in sys.modules:
        sys.modules["ssl"] = None  # type: ignore[assignment]
        try:
            import asyncio  # noqa: F401
        finally:
            del sys.modules["ssl"]


def _make_app(
    places: Places,
    config: Config,
    options: dict[str, Any],
    opener: Callable[[], Session] | None,
    account: Account | None,
    first: FirstPaint | None,
) -> RedirectoryApp:
    from tui.app.actions import by_id
    from tui.app.shell.app import RedirectoryApp
    from tui.app.terminal.driver import adopt_painted, choose_driver
    from tui.app.textual_private import free_alt_digits
    from tui.settings.config import load_config

    complaints = () if options["demo"] else load_config(places, by_id().keys()).complaints
    free_alt_digits()
    driver = choose_driver()
    if first is not None:
        if driver is None:
            first.take_back()
        else:
            adopt_painted(first.frame, first.size, first.hand_over)
    return RedirectoryApp(
        places=places,
        config=config,
        demo=options["demo"],
        opener=opener,
        account=account,
        complaints=tuple(complaint.describe() for complaint in complaints),
        page=config.app.start,
        driver_class=driver,
    )


def _find_account(places: Places, config: Config, options: dict[str, Any]) -> Account | None:
    """The account to open: named, last used, or the only one; None shows First start."""
    from tui.settings.accounts import ACCOUNT_VARIABLE, SERVER_VARIABLE, load_accounts, select_account

    named = (
        options["account"]
        or options["server"]
        or os.environ.get(ACCOUNT_VARIABLE)
        or os.environ.get(SERVER_VARIABLE)
    )
    accounts = load_accounts(places, config)
    if not named and not accounts.current and len(accounts.accounts) != 1:
        return None
    return select_account(
        places, os.environ, name=options["account"], server=options["server"], user=options["user"]
    )
