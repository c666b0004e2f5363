"""6 Settings: accounts, presets, looks, keys, and where every file lives. Passwords are never shown."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from tui.app import theme as looks
from tui.app.actions import bindings, by_id
from tui.app.context.flow import flow
from tui.app.context.page import Hint, Page
from tui.app.context.sessions import test_login
from tui.app.widgets.choices import Choices
from tui.classes import define, field
from tui.errors import RedirectoryError, UsageError
from tui.model.registration import Preset
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from tui.settings.accounts import Account


@define
class Row:
    """One line: what it says, and what the verbs do with it; a missing verb is said to be missing."""

    text: Content
    heading: bool = False
    open: Callable[[], None] | None = None
    edit: Callable[[], None] | None = None
    remove: Callable[[], None] | None = None
    test: Callable[[], None] | None = None
    add: Callable[[], None] | None = None
    copy: str = ""
    key: str = field(default="")


class SettingsPage(Page):
    """One list under five headings; the verbs act on the line under the cursor."""

    page_id = "settings"
    title = "Settings"
    needs_session = False
    BINDINGS = bindings("settings")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._rows: list[Row] = []

    def compose(self) -> ComposeResult:
        yield Choices(id="settings-list")

    def focus_first(self) -> None:
        self.query_one(Choices).focus()

    def shown(self) -> None:
        self.draw()

    def session_changed(self) -> None:
        self.draw()

    def hints(self) -> Sequence[Hint]:
        return (
            "settings.open",
            "settings.add",
            "settings.edit",
            "settings.remove",
            "settings.test",
            "settings.copy",
        )

    def draw(self) -> None:
        """Read everything again and show it; the cursor stays on its line."""
        self._rows = [
            *self._account_rows(),
            *self._preset_rows(),
            *self._theme_rows(),
            *self._key_rows(),
            *self._path_rows(),
            *self._link_rows(),
        ]
        self.query_one(Choices).fill(
            [row.text for row in self._rows], headings=[i for i, row in enumerate(self._rows) if row.heading]
        )

    def _heading(self, text: str, about: str, first: bool = False) -> list[Row]:
        line = Row(Content.assemble((text, "bold underline"), (f"  {about}", "dim")), heading=True)
        return [line] if first else [Row(Content(""), heading=True), line]

    def _account_rows(self) -> list[Row]:
        from tui.settings.accounts import load_accounts

        rows = self._heading("Accounts", "passwords are never shown", first=True)
        accounts = load_accounts(self.desk.places, self.desk.config)
        used = self.desk.session.account if self.desk.signed_in else None
        for account in accounts.accounts:
            here = used is not None and (used.name, used.server, used.user) == (
                account.name,
                account.server,
                account.user,
            )
            rows.append(
                Row(
                    _columns(
                        account.name,
                        f"{account.user} at {mask_credentials(account.server)}",
                        "in use" if here else "from config.toml" if account.source == "config" else "",
                    ),
                    open=partial(self.shell.open_account, account),
                    test=partial(self.test_account, account),
                    remove=partial(self.remove_account, account),
                    add=self.sign_in,
                    copy=account.name,
                    edit=partial(self.edit_account, account),
                )
            )
        sandbox = used is not None and self.desk.session.rehearsal
        rows.append(
            Row(
                _columns(
                    "sandbox",
                    "a redirect server here; touches no phone",
                    "in use" if sandbox else "",
                ),
                open=self.rehearse,
                add=self.sign_in,
                copy="sandbox",
            )
        )
        rows.append(
            Row(
                Content.styled("+ sign in with another account", "$accent-text"),
                open=self.sign_in,
                add=self.sign_in,
            )
        )
        if used is not None:
            rows.append(
                Row(Content.styled("− sign out", "$accent-text"), open=self.sign_out, add=self.sign_in)
            )
        return rows

    def _preset_rows(self) -> list[Row]:
        from tui.app.dialogs.pickers.preset import preset_rows

        rows = self._heading("Presets", "F4 on Register fills URL and Provider from one")
        presets = self.desk.presets
        for preset, text in zip(presets, preset_rows(presets), strict=True):
            edit = partial(self.edit_preset, preset)
            rows.append(
                Row(
                    text,
                    open=edit,
                    edit=edit,
                    remove=partial(self.remove_preset, preset),
                    add=self.add_preset,
                    copy=preset.url,
                )
            )
        rows.append(
            Row(Content.styled("+ add a preset", "$accent-text"), open=self.add_preset, add=self.add_preset)
        )
        return rows

    def _theme_rows(self) -> list[Row]:
        rows = self._heading("Theme", "for good: theme under [app] in config.toml")
        for name, about in looks.THEMES.items():
            rows.append(
                Row(
                    _columns(name, about, "in use" if self.app.theme == name else ""),
                    open=partial(self.use_theme, name),
                    copy=name,
                )
            )
        return rows

    def _key_rows(self) -> list[Row]:
        rows = self._heading("Keys", "by action id under [keys] in config.toml")
        known = by_id()
        for action_id, keys in self.shell.remapped.items():
            about = known[action_id].help if action_id in known else "unknown action"
            rows.append(
                Row(_columns(make_inert(action_id), f"{make_inert(keys)}  {about}", ""), copy=action_id)
            )
        rows.append(
            Row(
                Content.styled("all actions with their ids and keys", "$accent-text"), open=self.show_all_keys
            )
        )
        return rows

    def _path_rows(self) -> list[Row]:
        rows = self._heading("Files", "all under one folder with REDIRECTORY_HOME")
        for name, path in self.desk.places.listed():
            there = "" if os.path.exists(path) else "not made yet"
            rows.append(Row(_columns(name, f"{path}  {there}".rstrip(), ""), copy=str(path)))
        return rows

    def _link_rows(self) -> list[Row]:
        from tui.services.session import describe_certificates

        rows = self._heading("Link", "limits under [link] in config.toml; proxies from HTTPS_PROXY, NO_PROXY")
        trusted = describe_certificates()
        rows.append(Row(_columns("certificates", f"trusted are {trusted}", ""), copy=trusted))
        return rows

    # verbs on the line under the cursor

    @property
    def _row(self) -> Row | None:
        cursor = self.query_one(Choices).cursor
        return self._rows[cursor] if cursor < len(self._rows) else None

    def _do(self, name: str, missing: str) -> None:
        verb: Callable[[], None] | None = getattr(self._row, name, None)
        if verb is None:
            self.shell.say(missing)
            return
        try:
            verb()
        except RedirectoryError as error:
            self.shell.show_error(error)

    @on(Choices.Chosen, "#settings-list")
    def action_open(self) -> None:
        self._do("open", "There is nothing to open on this line.")

    def action_add(self) -> None:
        self._do("add", "Accounts and presets can be added: go to one of those lines.")

    def action_edit(self) -> None:
        self._do("edit", "This line cannot be edited here.")

    def action_remove(self) -> None:
        self._do("remove", "This line cannot be removed.")

    def action_test(self) -> None:
        self._do("test", "Only the login of an account can be tested.")

    def action_copy(self) -> None:
        if self._row is not None and self._row.copy:
            self.shell.copy(self._row.copy, "the line")

    # accounts

    def sign_in(self) -> None:
        self.shell.call_next(self.shell.action_sign_in)

    def sign_out(self) -> None:
        self.shell.action_sign_out()

    def rehearse(self) -> None:
        self.shell.action_sandbox()

    def edit_account(self, account: Account) -> None:
        if account.source == "config":
            raise UsageError(
                "The account stands in config.toml", str(self.desk.places.config_file), "Edit it there."
            )
        self.shell.call_next(self.shell.edit_account, account)

    @flow
    async def test_account(self, account: Account) -> None:
        places, config = self.desk.places, self.desk.config
        session = self.desk.session if self.desk.signed_in and self.desk.session.account == account else None
        milliseconds = await self.value(
            session.check_login if session is not None else lambda: test_login(account, places, config),
            "test login",
            "Testing the login",
            account=False,
        )
        self.shell.say(
            f"{account.name}: the login is taken; the server answered in {milliseconds:.0f} ms. "
            "Nothing was changed."
        )

    @flow
    async def remove_account(self, account: Account) -> None:
        from tui.app.dialogs.questions.confirm import ConfirmDialog
        from tui.services.accounts import remove_account

        agreed = await self.ask(
            ConfirmDialog(
                "Forget this account?",
                [f"{make_inert(account.name)}  {make_inert(account.user)} at {make_inert(account.server)}"],
                verb="forget it",
                note="Its kept password goes too. Journal and vault stay; the server is not told."
                + (" A job of it that runs goes on to its end." if self._has_jobs(account) else ""),
            )
        )
        if agreed:
            try:
                remove_account(self.desk.places, account.name)
            finally:
                self.draw()

    def _has_jobs(self, account: Account) -> bool:
        sessions = (ticket.session for ticket in self.desk.work.unfinished)
        return any(session is not None and session.account == account for session in sessions)

    # presets

    def add_preset(self) -> None:
        self._edit(Preset(""), "New preset")

    def edit_preset(self, preset: Preset) -> None:
        self._edit(preset, "Edit preset")

    @flow
    async def _edit(self, preset: Preset, title: str) -> None:
        from tui.app.dialogs.pickers.preset import PresetDialog

        edited = await self.ask(PresetDialog(preset, [known.name for known in self.desk.presets], title))
        if edited is not None:
            try:
                self.desk.save_preset(edited, replaces=preset if preset.name else None)
            finally:
                self.draw()

    @flow
    async def remove_preset(self, preset: Preset) -> None:
        from tui.app.dialogs.pickers.preset import preset_rows
        from tui.app.dialogs.questions.confirm import ConfirmDialog

        if await self.ask(ConfirmDialog("Remove this preset?", preset_rows([preset]), verb="remove")):
            try:
                self.desk.remove_preset(preset.name)
            finally:
                self.draw()

    # looks and keys

    def use_theme(self, name: str) -> None:
        self.app.theme = name
        self.draw()

    def show_all_keys(self) -> None:
        from tui.app.dialogs.notices.keys import show_all

        self.app.push_screen(show_all(self.shell.remapped))


def _columns(name: str, about: str, state: str) -> Content:
    return Content.assemble(
        f"{make_inert(name):<16}  ", (f"{state}  " if state else "", "bold"), (make_inert(about), "dim")
    )
