"""What completion scripts ask for while a person types: names that this machine knows. No server is asked,
and no secret is among them: MACs come from the kept list, without the suffix that is part of the password."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tui.model.text.inert import is_inert
from tui.settings.accounts import load_accounts, select_account
from tui.settings.files.paths import Places, find_places
from tui.settings.presets import load_presets

MOST = 500
_MOST_ROWS = 2_000_000


def find_candidates(words: Sequence[str], environ: Mapping[str, str]) -> Iterator[str]:
    """The names of a kind that begin with what was typed; `words` are the kind, the beginning, and the
    account that the line names, if any. Names that a shell cannot show, or would take for an option, are left
    out."""
    kind, typed, account = [*words, "", "", ""][:3]
    if kind not in KINDS:
        return
    begun = _unquote(typed)
    folded = begun.casefold()
    given = 0
    for name in dict.fromkeys(KINDS[kind](find_places(environ), environ, account or None, begun)):
        if name.casefold().startswith(folded) and is_inert(name) and not name.startswith("-"):
            yield name
            given += 1
            if given == MOST:
                return


def write_candidates(words: Sequence[str]) -> int:
    """Print the candidates, one a line. Whatever is wrong, a person who presses Tab sees nothing of it."""
    from tui.cli.terminal.output import Output

    try:
        found = "".join(f"{name}\n" for name in find_candidates(words, os.environ))
    except Exception:
        return 0
    Output().write_text(found)
    return 0


def _unquote(typed: str) -> str:
    return typed.lstrip("\"'").replace("\\", "")


def _list_accounts(places: Places, *_: object) -> Iterable[str]:
    return [account.name for account in load_accounts(places).accounts]


def _list_presets(places: Places, *_: object) -> Iterable[str]:
    return [preset.name for preset in load_presets(places).presets]


def _list_providers(places: Places, environ: Mapping[str, str], account: str | None, _: str) -> Iterator[str]:
    yield from filter(None, (preset.provider for preset in load_presets(places).presets))
    yield from sorted({row[1] for row in _read_kept_rows(places, environ, account)})


def _list_macs(places: Places, environ: Mapping[str, str], account: str | None, typed: str) -> Iterator[str]:
    wanted = typed.upper()
    lower = typed != wanted
    for row in _read_kept_rows(places, environ, account):
        if row[0].startswith(wanted):
            yield row[0].lower() if lower else row[0]


def _list_change_sets(places: Places, *_: object) -> Iterable[str]:
    from tui.settings.files.private import is_there

    if not is_there(places.journal_file):
        return []
    from tui.services.storage.journal import Journal

    with Journal(places.journal_file) as journal:
        return [str(found.id) for found in journal.sets(limit=50)]


def _list_switches(_: Places, __: Mapping[str, str], ___: str | None, typed: str) -> Iterator[str]:
    from tui.services.sandbox import list_switches

    for switch in list_switches():
        if typed.startswith(f"{switch.name}="):
            yield from (f"{switch.name}={value}" for value in switch.values)
        else:
            yield f"{switch.name}="


def _list_columns(*_: object) -> Iterator[str]:
    from tui.cli.rows import DEVICE_COLUMNS

    for column in (*DEVICE_COLUMNS, "account"):
        yield column
        yield f"{column}:desc"


def _list_conditions(
    places: Places, environ: Mapping[str, str], account: str | None, typed: str
) -> Iterator[str]:
    from tui.services.devices.conditions import FIELDS, FLAGS

    yield from FLAGS
    yield from (f"{field}:" for field in FIELDS)
    if typed.startswith("provider:"):
        for name in _list_providers(places, environ, account, ""):
            yield f'provider:"{name}"' if " " in name else f"provider:{name}"


def _read_kept_rows(
    places: Places, environ: Mapping[str, str], account: str | None
) -> Iterator[tuple[str, ...]]:
    """The rows of the account's list as this machine has kept it."""
    from itertools import islice

    from tui.services.session import find_account_key
    from tui.services.storage.list_cache import OfflineLists

    key = find_account_key(select_account(places, environ, name=account))
    lists = OfflineLists(places.lists_file)
    try:
        found = lists.stream(key)
        if found is not None:
            yield from islice((row for batch in found[1] for row in batch), _MOST_ROWS)
    finally:
        lists.close()


KINDS: dict[str, Callable[[Places, Mapping[str, str], str | None, str], Iterable[str]]] = {
    "accounts": _list_accounts,
    "presets": _list_presets,
    "providers": _list_providers,
    "macs": _list_macs,
    "change-sets": _list_change_sets,
    "switches": _list_switches,
    "columns": _list_columns,
    "conditions": _list_conditions,
}
