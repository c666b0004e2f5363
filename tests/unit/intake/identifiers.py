"""What a draft's identifier is, in a test that expects one."""

from __future__ import annotations

from tui.intake.rows import Draft
from tui.model.addresses import Identifier


def identifier_of(draft: Draft) -> Identifier:
    assert draft.identifier is not None, draft
    return draft.identifier


def wire_of(draft: Draft) -> str:
    return identifier_of(draft).wire


def mac_of(draft: Draft) -> str:
    return identifier_of(draft).mac
