"""Start-up of the app, all in one place: environment, terminal, settings, session, run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.services.session import Session
    from tui.settings.paths import Places


def start(words: Sequence[str]) -> int:
    """Run the app for these words of the command line; the exit code."""
    options = _read_words(words)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(
            "redirectory: the application needs a terminal; standard input or output is none.\n"
            "Use a command instead, for example: redirectory list --json, or see redirectory --help",
            file=sys.stderr,
        )
        return 2
    prepare_environment()
    if options["demo"]:
        import tempfile

        with tempfile.TemporaryDirectory(prefix="redirectory-demo-") as folder:
            from pathlib import Path

            from tui.settings.paths import gather_places

            return _run(gather_places(Path(folder)), options)
    from tui.settings.paths import find_places

    return _run(find_places(), options)


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


def _run(places: Places, options: dict[str, Any]) -> int:
    from tui.app.actions import by_id
    from tui.app.app import RedirectoryApp
    from tui.settings.config import Config, load_config

    complaints: tuple[Any, ...] = ()
    if options["demo"]:
        config = Config()
        opener: Callable[[], Session] | None = _demo_opener(places)
    else:
        loaded = load_config(places, by_id().keys())
        config, complaints = loaded.config, loaded.complaints
        opener = None
    app = RedirectoryApp(
        places=places, config=config, demo=options["demo"], opener=opener, page=config.app.start,
        driver_class=_driver(),
    )
    app.complaints = complaints
    code = app.run(mouse=options["mouse"] and config.app.mouse)
    return code if isinstance(code, int) else app.return_code or 0


def _demo_opener(places: Places) -> Callable[[], Session]:
    def open_demo() -> Session:
        from tui.services.session import open_rehearsal

        return open_rehearsal(sample=200, places=places)

    return open_demo


def _driver() -> Any:
    """The thin-link driver; None is Textual's own."""
    try:
        from tui.app.terminal import choose_driver
    except ImportError:
        return None
    return choose_driver()
