"""Settings files: read with a limit, located errors, replaced atomically under a lock that other instances
respect.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tui.classes import define
from tui.errors import ConfigurationError, InputError, StoreError
from tui.model.text.inert import make_inert
from tui.patterns import pattern
from tui.settings.files.private import (
    PrivateFile,
    advise,
    close_folder,
    find_intruder,
    make_folder,
    open_private,
    take_lock,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


SIZE_LIMIT = 4 * 1024 * 1024
LOCK_SECONDS = 5.0
_AT_LINE = pattern(r" ?\(at (?:line (\d+), column \d+|end of document)\)")
_HEADER = pattern(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = pattern(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*+)\s*="""
)


@define(frozen=True)
class Complaint:
    """Something in a settings file that was passed over. `line` is 1-based where known; values are never
    repeated.
    """

    file: Path
    line: int | None
    key: str
    text: str
    hint: str = ""

    def describe(self) -> str:
        """The complaint as one line: file, line, key, what is wrong, what to do."""
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        key = f" {self.key}:" if self.key else ""
        return " ".join(part for part in (f"{place}:{key} {self.text}", self.hint) if part)

    def as_error(self) -> ConfigurationError:
        """The complaint as an error, for a change that cannot go on."""
        return ConfigurationError(f"{self.file.name} cannot be changed.", self.describe(), REPAIR).about(
            line=self.line
        )


REPAIR = "Repair the file or move it away, then try again; it was left as it is."


def read_source(path: Path) -> str | None:
    """The text of a settings file, None if there is none. Raises ConfigurationError if unreadable or not
    UTF-8.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigurationError(
            "A settings file cannot be read.",
            f"{path}: {error.strerror or 'no access'}.",
            advise(path, error, "Check its permissions."),
        ) from error
    if len(data) > SIZE_LIMIT:
        raise ConfigurationError(
            "A settings file is too big.", f"{path} is over {SIZE_LIMIT >> 20} MiB.", REPAIR
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(
            "A settings file is not UTF-8.", f"{path}:{line}: byte 0x{data[error.start]:02X}.", REPAIR
        ) from None


def parse_source(source: str, path: Path) -> dict[str, Any] | Complaint:
    """The tables of a TOML text, or the complaint about the line where it is broken."""
    import tomllib

    try:
        return tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        match = _AT_LINE.search(str(error))
        line = int(match[1]) if match and match[1] else source.count("\n") + 1 if match else None
        text = _AT_LINE.sub("", make_inert(str(error)).splitlines()[0])[:120]
        return Complaint(path, line, "", f"Not valid TOML: {text}.", "")


def read_tables(path: Path) -> tuple[dict[str, Any], list[Complaint], str]:
    """A file's tables, what is wrong with it, and its text; all empty if there is no file. Never raises."""
    try:
        source = read_source(path)
    except ConfigurationError as error:
        detail = error.detail.removeprefix(str(path)).lstrip(": ")
        return {}, [Complaint(path, None, "", f"{error.title} {detail}", error.hint)], ""
    if source is None:
        return {}, [], ""
    tables = parse_source(source, path)
    if isinstance(tables, Complaint):
        return {}, [tables], source
    return tables, [], source


def complain_of_intruder(path: Path) -> list[Complaint]:
    """A complaint about a settings file that others can write; none about one that does not exist."""
    text = find_intruder(path) if os.path.exists(path) else ""
    return [Complaint(path, None, "", text)] if text else []


def find_line(source: str, section: str, key: str = "", index: int = 0) -> int | None:
    """The 1-based line of a key in a TOML text, None if not found; `index` picks a table of an array."""
    here, seen = "", -1
    wanted = [part for part in (section, key) if part]
    for number, line in enumerate(source.splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            here = _join(header[2])
            seen += here == section and header[1] == "[["
            reached = here == ".".join(wanted) or (not key and here.startswith(f"{section}."))
            if reached and seen in (-1, index):
                return number
        elif (match := _KEY.match(line)) and seen in (-1, index):
            full = f"{here}.{_join(match[1])}" if here else _join(match[1])
            target = ".".join(wanted)
            if full == target or full.startswith(f"{target}."):
                return number
    return None


def _join(dotted: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in dotted.split("."))


def write_private(path: Path, text: str) -> None:
    """Replace a settings file whole or not at all; on disk when this returns. A link of ours is followed.
    Raises StoreError or InputError.
    """
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            "A character cannot be stored.",
            f"U+{ord(text[error.start]):04X} is half a character.",
            "Type the text again.",
        ) from None
    make_folder(path.parent)
    with PrivateFile(path, replace=True, follow=True) as file:
        file.write(data)


@contextlib.contextmanager
def hold(path: Path, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold a settings file for one change: read, change and write inside. Raises StoreError if another
    instance holds it for longer than `seconds`.
    """
    import time

    close_folder(path.parent)
    lock = path.resolve().with_name(f".{path.name}.lock")
    try:
        handle = open_private(lock, os.O_RDWR)
    except OSError as error:
        raise StoreError(
            "A file cannot be written.",
            f"{lock}: {error.strerror or 'no access'}.",
            advise(lock, error, "Make the folder writable."),
        ) from error
    try:
        deadline = time.monotonic() + seconds
        while True:
            if take_lock(handle) is not False:
                break
            if time.monotonic() >= deadline:
                raise StoreError(
                    "Another instance is changing the same file.", f"{path}.", "Try again in a moment."
                )
            time.sleep(0.02)
        yield
    finally:
        os.close(handle)


def write_tables(path: Path, header: Sequence[str], tables: Mapping[str, Any]) -> None:
    """Replace a program's TOML file; `header` are its comment lines."""
    import tomli_w

    comment = "".join(f"# {line}\n" for line in header)
    write_private(path, f"{comment}\n{tomli_w.dumps(tables)}")


def suggest(word: str, known: Sequence[str]) -> str:
    """`Did you mean NEIGHBOUR?`, or the known words if none is near."""
    import difflib

    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"Did you mean {near[0]}?" if near else f"Known are {', '.join(known)}."
