"""What a registration asks for."""

from __future__ import annotations

from tui.classes import define
from tui.model.addresses import Identifier


@define(frozen=True, slots=True)
class Target:
    """Where a phone is sent: a provisioning URL (a template, never re-encoded) and the provider's name."""

    url: str
    provider: str


@define(frozen=True, slots=True)
class Registration:
    """One device and its target; `line` is the 1-based line of the file or paste it came from."""

    identifier: Identifier
    target: Target
    line: int | None = None


@define(frozen=True, slots=True)
class Preset:
    """A saved target under a name; either part may be empty and is then left as typed."""

    name: str
    url: str = ""
    provider: str = ""
