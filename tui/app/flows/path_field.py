"""The path of a file: completed as it is typed, listed, or picked."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from textual import on
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.app.context.flow import flow
from tui.app.widgets.field import Entry, Field
from tui.app.widgets.path_entry import PathEntry, complete_path
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from tui.app.context.shell import Shell


class PathField(Field):
    """The page reads the file on `Named`, the text on `Pasted`. `box` is the title of the box to paste into,
    and what it says; `pasted` is what stands in it."""

    class Named(Message):
        """A file was named, by Enter or by a choice."""

        def __init__(self, path: str) -> None:
            super().__init__()
            self.path = path

    class Pasted(Message):
        """A text was given in place of a file."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, prompt: str, *, id: str, width: int, box: tuple[str, str]) -> None:  # noqa: A002
        super().__init__(prompt, PathEntry(id=id, several=True, select_on_focus=False), width=width)
        self._box = box
        self.pasted = ""

    @property
    def path_entry(self) -> PathEntry:
        """What is typed into."""
        return cast(PathEntry, self.entry)

    @property
    def path(self) -> str:
        """What is typed."""
        return self.entry.value.strip()

    def name_source(self, name: str) -> str:
        """The name of what is shown, inert, and a separator; empty where the field says the same."""
        return "" if name == Path(self.path).name else f"{make_inert(name)} · "

    async def _ask_folder(self, function: Any, group: str) -> Any:
        shell = cast("Shell", self.app)
        return await shell.desk.work.value(
            function, owner=self, group=group, title="Looking into the folder", account=False
        )

    @on(Input.Submitted)
    def name_typed(self) -> None:
        """Ask for the file that is typed."""
        if self.path:
            self.post_message(self.Named(self.path))
        else:
            self.note("✗ name a file, or F4 to choose, F7 to paste", "bad")

    @on(Entry.Pasted)
    def pasted_into_field(self, event: Entry.Pasted) -> None:
        event.stop()
        self.post_message(self.Pasted(event.text))

    @flow
    async def paste(self) -> None:
        """Take the text from a box."""
        from tui.app.dialogs.questions.paste import PasteSheet

        text = await self.app.push_screen_wait(PasteSheet(*self._box, self.pasted))
        if text:
            self.post_message(self.Pasted(text))

    @on(Input.Changed)
    @flow
    async def path_typed(self, event: Input.Changed) -> None:
        self.note("")
        if typed := event.value:
            found = await self._ask_folder(lambda: next(complete_path(typed), ""), "complete")
            self.path_entry.suggest(typed, found)

    @flow
    async def pick(self) -> None:
        """Choose the file in a picker."""
        from tui.app.dialogs.pickers.file_picker import FilePicker

        start = Path(self.path or ".").expanduser()
        start = start if start.is_dir() else start.parent
        picker: ModalScreen[Any] = FilePicker(start if start.is_dir() else Path.home(), "")
        path = await self.app.push_screen_wait(picker)
        if path is not None:
            self.path_entry.put(str(path))
            self.name_typed()

    @flow
    async def choose(self) -> None:
        """Choose from what the folder holds, folder by folder."""
        from tui.app.dialogs.pickers.pick import PickText

        chosen = self.entry.value
        while True:
            paths = await self._ask_folder(partial(_list_paths, chosen), "paths")
            if not paths:
                self.note("✗ nothing here begins so", "doubt")
                return
            answer: Any = await self.app.push_screen_wait(PickText("Choose", paths))
            if not answer:
                return
            chosen = answer
            self.path_entry.put(chosen)
            if not chosen.endswith("/"):
                self.name_typed()
                return


def _list_paths(typed: str) -> list[str]:
    return list(complete_path(typed))
