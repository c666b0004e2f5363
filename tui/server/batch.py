"""List calls, under the switches for what a failed one does and says."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

from tui.server.calls import Call, Refusal
from tui.server.store import Store, Transaction


class _TakeBack(Exception):
    """Nothing of this is to be stored."""


_CODES = (
    "mac_invalid",
    "url_invalid",
    "name_invalid",
    "mac_already_in_use",
    "mac_not_exist",
    "mac_not_found",
)
Change: TypeAlias = Callable[[Transaction, Call, str], str]


def _rank(line: str) -> int:
    """Where the vendor's page has the code of an error among those of a list call."""
    code = line.partition(":")[0]
    return _CODES.index(code) if code in _CODES else len(_CODES)


class Batch:
    """A list call, under the switches `bulk`, `bulk-report` and `order`."""

    def __init__(self, store: Store, call: Call, change: Change) -> None:
        self._store = store
        self._call = call
        self._change = change
        self._failed: list[str] = []
        self._lines: list[str] = []

    def run(self, sent: list[str]) -> list[object]:
        """Carry out the list and say how it went."""
        conditions = self._call.conditions
        with suppress(_TakeBack), self._store.change() as transaction:
            rest = self._run_until_refused(transaction, sent, go_on=conditions["bulk"] != "until")
            if rest:
                with suppress(_TakeBack), transaction.attempt():
                    self._run_until_refused(transaction, rest, go_on=True, stored=False)
                    raise _TakeBack
            if self._failed and conditions["bulk"] == "nothing":
                raise _TakeBack
        lines = self._lines
        if self._failed and conditions["bulk-report"] != "each":
            # A server that stopped at the first error knows of no other.
            known_all = conditions["bulk-report"] == "all" and conditions["bulk"] != "until"
            lines = sorted(dict.fromkeys(self._failed), key=_rank) if known_all else self._failed[:1]
        elif self._failed and conditions["bulk"] == "nothing":
            failed = set(self._failed)
            lines = [line if line in failed else "OK" for line in lines]
        if conditions["order"] == "shuffle":
            shuffled = random.Random(len(lines)).sample(lines, len(lines))
            lines = shuffled if shuffled != lines else lines[::-1]
        return [not self._failed, *lines]

    def _run_until_refused(
        self, transaction: Transaction, sent: list[str], *, go_on: bool, stored: bool = True
    ) -> list[str]:
        for position, text in enumerate(sent):
            try:
                line = self._change(transaction, self._call, text)
            except Refusal as refusal:
                self._failed.append(refusal.line)
                self._lines.append(refusal.line)
                if not go_on:
                    return sent[position + 1 :]
            else:
                self._lines.append(line if stored else "OK")
        return []
