"""Text that is laid out and written again only when it changes."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class Words(Static):
    """Empty at first; `write` shows inert text."""

    def write(self, text: Content | str) -> None:
        """Show this text, if it is another one than before."""
        content = text if isinstance(text, Content) else Content(text)
        before = self.content
        if not isinstance(before, Content) or before.markup != content.markup:
            self.update(content)
