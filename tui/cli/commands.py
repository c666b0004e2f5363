"""The table of commands. The module that declares and runs one is imported only when it is asked for."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from tui.classes import define

CANDIDATES = "__complete"
"""The word by which completion scripts ask for names; no command for people."""


@define(frozen=True, slots=True)
class Command:
    """A command of `redirectory`. Its module offers `declare_NAME(parser)` and `run_NAME(desk) -> int`."""

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
        Command("register", "changes", "register one or more devices"),
        Command("info", "devices", "what is known of one or more devices"),
        Command("list", "devices", "the account's devices"),
        Command("deregister", "changes", "remove the records of one or more devices"),
        Command("retarget", "changes", "change the URL or the provider of registered devices"),
        Command("upload", "transfers", "send the calls of an XML-RPC file as the portal does"),
        Command("import", "transfers", "register from CSV, pasted lists, ap-client lines or XML-RPC files"),
        Command("plan", "desired", "difference between a desired-state CSV and the account"),
        Command("apply", "desired", "apply that difference"),
        Command("history", "record", "every change made from this machine"),
        Command("undo", "record", "take back the last, or the named, change set"),
        Command("resolve", "record", "ask the server about every unknown outcome and settle it"),
        Command("watch", "phones", "wait until the server's date of a device moves"),
        Command("test", "phones", "fetch the provisioning URL as the phone would"),
        Command("expand", "phones", "print the URL that a phone will request"),
        Command("secrets", "secrets", "MAC-IDs and MAC passwords out of the vault and into it"),
        Command("sync", "sharing", "share MAC-IDs and MAC passwords with colleagues by a folder"),
        Command("journal", "journal", "back the journal up, put it back, prune it"),
        Command("template", "reference", "print one of the vendor's XML-RPC templates"),
        Command("dx800-patch", "reference", "print the DX800 settings that enable the redirect server"),
        Command("accounts", "accounts", "list, add, edit, rename, remove, test or choose accounts"),
        Command("presets", "settings", "list, add, edit, rename or remove presets"),
        Command("config", "config", "every setting with value, default, meaning and origin; their mistakes"),
        Command("sandbox", "sandbox", "a redirect server on this machine, to rehearse with"),
        Command("paths", "settings", "where every file lives"),
        Command("man", "reference", "print the manual page"),
        Command("completion", "reference", "completion for bash, zsh or fish"),
    )
}
