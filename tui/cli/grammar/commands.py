"""The table of commands. The module that declares and runs one is imported only when it is asked for."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from tui.classes import define

CANDIDATES = "__complete"
"""The word by which completion scripts ask for names; no command for people."""


@define(frozen=True, slots=True)
class Command:
    """A command of `redirectory`. Its module, below `tui.cli`, offers `declare_NAME(parser)` and
    `run_NAME(desk) -> int`."""

    name: str
    module: str
    summary: str

    def load(self) -> ModuleType:
        """Import the module that holds the command."""
        return import_module(f"tui.cli.{self.module}")

    @property
    def stem(self) -> str:
        """The command's name as the end of a function name."""
        return self.name.replace("-", "_")


COMMANDS: dict[str, Command] = {
    command.name: command
    for command in (
        Command("register", "account.changes", "register one or more devices"),
        Command("info", "account.devices", "what is known of one or more devices"),
        Command("list", "account.devices", "the account's devices"),
        Command("deregister", "account.changes", "remove the records of one or more devices"),
        Command("retarget", "account.changes", "change the URL or the provider of registered devices"),
        Command("upload", "account.transfers", "send the calls of an XML-RPC file as the portal does"),
        Command(
            "import", "account.transfers", "register from CSV, pasted lists, ap-client lines or XML-RPC files"
        ),
        Command("plan", "account.desired", "difference between a desired-state CSV and the account"),
        Command("apply", "account.desired", "apply that difference"),
        Command("history", "account.record", "every change made from this machine"),
        Command("undo", "account.record", "take back the last, or the named, change set"),
        Command("resolve", "account.record", "ask the server about every unknown outcome and settle it"),
        Command("watch", "account.phones", "wait until the server's date of a device moves"),
        Command("test", "account.phones", "fetch the provisioning URL as the phone would"),
        Command("expand", "account.phones", "print the URL that a phone will request"),
        Command("secrets", "machine.secrets", "MAC-IDs and MAC passwords out of the vault and into it"),
        Command("sync", "machine.sharing", "share MAC-IDs and MAC passwords with colleagues by a folder"),
        Command("journal", "machine.journal", "back the journal up, put it back, prune it"),
        Command("template", "machine.reference", "print one of the vendor's XML-RPC templates"),
        Command(
            "dx800-patch", "machine.reference", "print the DX800 settings that enable the redirect server"
        ),
        Command("accounts", "machine.accounts", "list, add, edit, rename, remove, test or choose accounts"),
        Command("presets", "machine.settings", "list, add, edit, rename or remove presets"),
        Command(
            "config",
            "machine.config",
            "every setting with value, default, meaning and origin; their mistakes",
        ),
        Command("sandbox", "machine.sandbox", "a redirect server on this machine, to rehearse with"),
        Command("paths", "machine.settings", "where every file lives"),
        Command("man", "machine.reference", "print the manual page"),
        Command("completion", "machine.reference", "completion for bash, zsh or fish"),
    )
}
