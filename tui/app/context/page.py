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
        def receive(self, carried, verb) -> None  # a MAC-ID carried over by `show_page(id, carried, verb)`
        def take_list(self, data, name, opener)   # a list handed over by `hand_list(id, data, name)`

`self.desk` gives session, presets, config, journal and work (see desk.py, and work.py in the worker's room).
What a page waits for it awaits in a flow (see flow.py): `value`, `stream`, `ask` and `follow`.
`self.shell` is the app, as shell.py has it: `show_page(id)`, `say(text)`, `show_error(error)`.
Footer hints are static: call `self.shell.refresh_hints()` only when they really change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar, cast

from textual.containers import Container
from textual.widgets import Input

if TYPE_CHECKING:
    from textual.screen import ModalScreen

    from tui.app.context.desk import Desk
    from tui.app.context.shell import Shell
    from tui.app.worker.ticket import Ticket

T = TypeVar("T")
Hint: TypeAlias = str | tuple[str, str]


class Page(Container, can_focus=True):
    """One tab. See the module for what a subclass fills in."""

    page_id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    needs_session: ClassVar[bool] = True
    tells_changes: ClassVar[bool] = False
    """Whether the page shows by itself how the changes that it follows ended."""

    reveals: ClassVar[str] = "Passwords"
    """What `v` shows and hides in the table of the page."""

    @property
    def shell(self) -> Shell:
        return cast("Shell", self.app)

    @property
    def desk(self) -> Desk:
        return self.shell.desk

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
        if self.shell.typing:
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

    # moving in the list or table of the page

    @property
    def _list(self) -> Any:
        return self.query("Lines, Choices").first()

    def action_down(self) -> None:
        self._list.move(1)

    def action_up(self) -> None:
        self._list.move(-1)

    def action_page_down(self) -> None:
        self._list.page(1)

    def action_page_up(self) -> None:
        self._list.page(-1)

    def action_first(self) -> None:
        self._list.go_first()

    def action_last(self) -> None:
        self._list.go_last()

    def action_reveal(self) -> None:
        shown = not self._list.revealed
        self._list.reveal(shown)
        self.shell.say(f"{self.reveals} are {'shown' if shown else 'hidden'}.")

    # what flows await

    async def value(
        self,
        function: Callable[[], T],
        group: str,
        title: str,
        *,
        account: bool = True,
        put_away: Callable[[T], None] | None = None,
    ) -> T:
        """The value of one call that changes nothing; an earlier one of the same group is abandoned. Raises
        Abandoned, and the RedirectoryError of the call."""
        return await self.desk.work.value(
            function, owner=self, group=group, title=title, account=account, put_away=put_away
        )

    def stream(self, factory: Callable[[], Iterable[Any]], group: str, title: str, **about: Any) -> Ticket:
        """Work that yields several values, to iterate over; `about` as for `Work.run`."""
        return self.desk.work.stream(factory, owner=self, group=group, title=title, **about)

    def running(self, group: str) -> Ticket | None:
        """The newest work of a group that runs for this page and the account in front."""
        return self.desk.work.find_running(self, group)

    async def ask(self, dialog: ModalScreen[T]) -> T | None:
        """What a dialog is answered with; None if it is closed without an answer."""
        return await self.app.push_screen_wait(dialog)

    async def follow(self, ticket: Ticket) -> None:
        """Wait until a change has ended. Raises what its iteration raises."""
        await ticket.wait()

    def undone(self) -> None:
        """Something was taken back: show what is true now."""

    def receive(self, carried: str, verb: str) -> None:
        """A MAC-ID was carried over from another page; `verb`, if any, is to be done with it."""

    def take_list(self, data: str | bytes, name: str, opener: str) -> None:
        """A list was pasted, or handed over by the page `opener`, which read it from the file `name`."""
