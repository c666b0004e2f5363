"""What a key does: one row of the registry."""

from __future__ import annotations

from typing import NamedTuple


class Action(NamedTuple):
    """`keys` is Textual's comma-separated list; `label` fits the footer; `help` is a sentence.

    `anywhere` keys work in text fields too; `shown` puts it on the key list and into the palette; `call` is
    the Textual action if it is not simply the name.
    """

    id: str
    keys: str
    label: str
    help: str
    anywhere: bool = False
    shown: bool = True
    call: str = ""

    @property
    def scope(self) -> str:
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        return self.id.partition(".")[2].replace("-", "_")
