"""The base of the six tabs.

A page is mounted on its first visit and kept: what was typed survives a tab switch, a failed request and a
sign-out.
It is focusable, so its letter keys work while no field has the focus; Tab never stops on it.

    class DevicesPage(Page):
        page_id = "devices"
        title = "List/Deregister"
        BINDINGS = bindings("devices")          # every action of that scope in tui/app/actions.py

        def compose(self) -> ComposeResult: ...
        def focus_first(self) -> None: ...        # where typing goes when the page is entered
        def shown(self) -> None: ...              # it came to the front (`on_show` is Textual's own)
        def hints(self) -> Sequence[Hint]: ...    # footer: action ids, or (key, label) pairs
        def back(self) -> bool: ...               # Escape with nothing in flight; True if used
        def back_while(self, waited) -> bool: ...  # Escape while this is waited for; True if used
        def session_changed(self) -> None: ...    # another account, or none: forget the old one's data
        def receive(self, carried: str) -> None   # a MAC-ID carried over by `show_page(id, carried)`

`self.desk` gives session, presets, config, journal and work (see tui/app/desk.py, tui/app/work.py).
`self.frame` is the app: `show_page(id, carried)`, `say(text)`, `show_error(error)`, `ask(dialog)`,
`copy(text, what)`.
Footer hints are static: call `self.frame.refresh_hints()` only when they really change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias, cast

from textual.containers import Container
from textual.widgets import Input

if TYPE_CHECKING:
    from tui.app.app import RedirectoryApp
    from tui.app.desk import Desk
    from tui.app.work import Ticket

Hint: TypeAlias = str | tuple[str, str]


class Page(Container, can_focus=True):
    """One tab. See the module for what a subclass fills in."""

    page_id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    needs_session: ClassVar[bool] = True

    @property
    def frame(self) -> RedirectoryApp:
        return cast("RedirectoryApp", self.app)

    @property
    def desk(self) -> Desk:
        return self.frame.desk

    def focus_first(self) -> None:
        """Give the focus to where a person starts: the first field, else the page itself."""
        for widget in self.query(Input):
            if widget.focusable:
                widget.focus()
                return
        self.focus()

    def shown(self) -> None:
        """The page came to the front."""

    def hints(self) -> Sequence[Hint]:
        """What the footer says; the fixed right part is not included."""
        return ()

    def back(self) -> bool:
        """Escape: leave the text field if the focus is in one."""
        if self.frame.typing:
            self.focus()
            return True
        return False

    def back_while(self, waited: Ticket) -> bool:
        """Escape while this is waited for: True if the page used it, and the wait goes on."""
        return False

    def session_changed(self) -> None:
        """Another session is on the desk, or none."""

    def records_changed(self) -> None:
        """The journal says more than before: what is shown of it is out of date, also behind another page."""

    def receive(self, carried: str) -> None:
        """A MAC-ID was carried over from another page."""
