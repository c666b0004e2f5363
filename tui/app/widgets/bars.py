"""The fixed lines around a page: title, tabs, rules, footer. Each is one line, drawn only when its text
changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui.app.actions import spell_sign


class Line(Widget):
    """One line of text that writes nothing as long as the text stays the same."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._content = Content("")
        self._draw: Callable[[], None] | None = None

    def on_resize(self) -> None:
        """Draw what is shown once more, for the new width."""
        if self._draw is not None:
            self._draw()

    def write(self, content: Content) -> None:
        """Show this text, cut at the right edge."""
        if content != self._content or content.spans != self._content.spans:
            self._content = content
            self.refresh()

    @property
    def text(self) -> str:
        """What is shown, without styles."""
        return self._content.plain

    def render(self) -> Content:
        return self._content


class Rule(Widget):
    """A thin line across, with an optional title in it."""

    def __init__(self, title: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._title = title

    def render(self) -> Content:
        start = f"── {self._title} " if self._title else ""
        return Content(start + "─" * max(0, self.size.width - len(start)))


def spread(left: Content, right: Content, width: int) -> Content:
    """Left and right text on one line; where both do not fit, the left one is cut."""
    room = width - right.cell_length
    if room < 2:
        return right.truncate(width)
    if left.cell_length > room - 1:
        left = left.truncate(room - 1, ellipsis=True)
    return Content.assemble(left, " " * (room - left.cell_length), right)


class TitleLine(Line):
    """Program, account and link; `sandbox` stands in reverse so that nobody takes it for the real server."""

    def show(self, account: str, sandbox: bool, link: Content, jobs: Content) -> None:
        """Compose the line from its parts; all texts are inert."""
        self._draw = partial(self.show, account, sandbox, link, jobs)
        left = [Content.styled(" Redirectory", "bold"), Content("   ")]
        if sandbox:
            name, _, rest = account.partition(" · ")
            left += [Content(f"{name} ·"), Content.styled(f" {rest or 'sandbox'} ", "bold reverse $doubt")]
        else:
            left.append(Content(account))
        right = Content.assemble(link, "   " if jobs.plain else "", jobs, " ")
        self.write(spread(Content.assemble(*left), right, self.size.width or 80))


class TabStrip(Line):
    """The tabs on one line with their numbers; the active one stands out by weight and an underline."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, page_id: str) -> None:
            super().__init__()
            self.page_id = page_id

    def __init__(self, tabs: Sequence[tuple[str, str, str]]) -> None:
        super().__init__(id="tabs")
        self._tabs = tabs
        self._spans: list[tuple[int, int, str]] = []

    def show(self, active: str) -> None:
        """Draw all tabs; short titles where the long ones do not fit."""
        self._draw = partial(self.show, active)
        width = self.size.width or 80
        titles = [title for _, title, _ in self._tabs]
        room = width - 1 - sum(len(title) + 2 for title in titles)
        if room < 2 * len(titles):
            titles = [short for _, _, short in self._tabs]
            room = width - 1 - sum(len(title) + 2 for title in titles)
        gap = 3 if room >= 3 * len(titles) else 2
        parts: list[Content] = []
        self._spans = []
        column = 0
        for number, ((page_id, _, _), title) in enumerate(zip(self._tabs, titles, strict=True), start=1):
            text = f" {number} {title} "
            parts.append(Content.styled(text, "bold reverse") if page_id == active else Content(text))
            parts.append(Content(" " * (gap - 2)))
            self._spans.append((column, column + len(text), page_id))
            column += len(text) + gap - 2
        self.write(Content.assemble(*parts).truncate(width))

    def on_click(self, event: events.Click) -> None:
        for start, end, page_id in self._spans:
            if start <= event.x < end:
                self.post_message(self.Chosen(page_id))


class FootLine(Line):
    """Keys of this screen on the left, the fixed ones on the right. Static: it does not follow the focus."""

    def show(self, hints: Sequence[tuple[str, str]], fixed: Sequence[tuple[str, str]]) -> None:
        """Pairs of key and label; what does not fit is left out whole, from the end. Without fixed ones the
        last of the hints stays, which is the way out of a dialog."""
        self._draw = partial(self.show, hints, fixed)
        width = self.size.width or 80
        right = self._keys(fixed)
        shown = list(hints)
        while shown and 1 + self._keys(shown).cell_length + 2 + right.cell_length + 1 > width:
            shown.pop(-1 if fixed or len(shown) == 1 else -2)
        self.write(spread(Content.assemble(" ", self._keys(shown)), Content.assemble(right, " "), width))

    @staticmethod
    def _keys(hints: Sequence[tuple[str, str]]) -> Content:
        parts: list[Content] = []
        for key, label in hints:
            if parts:
                parts.append(Content("  "))
            parts += [
                Content.styled(spell_sign(key), "bold"),
                Content.styled(f" {label}" if label else "", "dim"),
            ]
        return Content.assemble(*parts)
