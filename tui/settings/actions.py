"""The one registry of actions: feeds key bindings, palette, footer and help; remapped by id from `[keys]`.

An id is `scope.name`; the name is the method `action_name` of the app (scope `app`) or of the page with that
`page_id`. Letters mean the same verb on every page.
"""

from __future__ import annotations

from typing import NamedTuple


class Action(NamedTuple):
    """`keys` is Textual's comma-separated list; `label` fits the footer; `help` is a sentence.

    `anywhere` keys work in text fields too; `shown` puts it on the key list and into the palette; `call` is
    the Textual action if it is not simply the name.
    """

    id: str
    keys: str
    label: str
    help: str
    anywhere: bool = False
    shown: bool = True
    call: str = ""

    @property
    def scope(self) -> str:
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        return self.id.partition(".")[2].replace("-", "_")


def _undo(scope: str) -> Action:
    return Action(
        f"{scope}.undo",
        "z",
        "undo",
        "Take back the last change, after showing what that does",
        call="app.undo",
    )


ACTIONS: tuple[Action, ...] = (
    Action("app.register", "1", "Register", "Go to Register", call="show_page('register')"),
    Action("app.device-info", "2,f2", "Device Info", "Go to Device Info", call="show_page('device_info')"),
    Action("app.devices", "3,f3", "List/Deregister", "Go to List/Deregister", call="show_page('devices')"),
    Action("app.upload", "4,f4", "Upload", "Go to Upload", call="show_page('upload')"),
    Action("app.history", "5,f5", "History", "Go to History", call="show_page('history')"),
    Action("app.settings", "6,f6", "Settings", "Go to Settings", call="show_page('settings')"),
    Action(
        "app.register-anywhere",
        "alt+1",
        "Register",
        "Go to Register, from a field too",
        True,
        False,
        "show_page('register')",
    ),
    Action(
        "app.device-info-anywhere",
        "alt+2",
        "Device Info",
        "Go to Device Info, from a field too",
        True,
        False,
        "show_page('device_info')",
    ),
    Action(
        "app.devices-anywhere",
        "alt+3",
        "List/Deregister",
        "Go to List/Deregister, from a field too",
        True,
        False,
        "show_page('devices')",
    ),
    Action(
        "app.upload-anywhere",
        "alt+4",
        "Upload",
        "Go to Upload, from a field too",
        True,
        False,
        "show_page('upload')",
    ),
    Action(
        "app.history-anywhere",
        "alt+5",
        "History",
        "Go to History, from a field too",
        True,
        False,
        "show_page('history')",
    ),
    Action(
        "app.settings-anywhere",
        "alt+6",
        "Settings",
        "Go to Settings, from a field too",
        True,
        False,
        "show_page('settings')",
    ),
    Action("app.next-tab", "ctrl+pagedown", "next tab", "Go to the next tab", True),
    Action("app.previous-tab", "ctrl+pageup", "previous tab", "Go to the previous tab", True),
    Action("app.look-up", "ctrl+k", "look up", "Look up a device from anywhere", True),
    Action("app.palette", "ctrl+p", "palette", "Find any action by its name", True),
    Action("app.keys", "question_mark", "keys", "Show the keys of this screen"),
    Action("app.help", "f1", "help", "Read the help: screens, words, outcomes, files", True),
    Action("app.back", "escape", "back", "Leave the field, go back, or stop waiting for the server"),
    Action("app.jobs", "f9", "jobs", "Show running jobs; pause or cancel them"),
    Action(
        "app.plan",
        "P",
        "plan and apply",
        "Plan and apply: bring the account to the state that a CSV file describes",
        call="show_page('plan')",
    ),
    Action(
        "app.sandbox", "", "sandbox", "Rehearse in the sandbox: a complete redirect server on this machine"
    ),
    Action("app.sign-in", "", "sign in", "Sign in, or switch to another account"),
    Action("app.sign-out", "", "sign out", "Sign out of this account; what was typed stays"),
    Action("app.theme", "", "theme", "Switch between dark, light and the terminal's own colours"),
    Action("app.suspend", "ctrl+z", "suspend", "Go back to the shell for a while; fg returns", True),
    Action("app.quit", "q", "quit", "Leave Redirectory; asks only if something still runs"),
    Action("app.quit-anywhere", "ctrl+q", "quit", "Leave Redirectory from anywhere", True, False, "quit"),
    Action("register.submit", "enter", "register", "Register the device", shown=True),
    Action("register.presets", "f4", "presets", "Fill URL and Provider from a preset"),
    Action("register.save-preset", "f5", "save preset", "Keep URL and Provider under a name"),
    Action(
        "register.keep",
        "f8",
        "keep",
        "Keep on: after Enter only the MAC-ID is emptied, for scanning one by one",
    ),
    Action("register.paste", "f7", "paste list", "Check and register several devices from a pasted list"),
    Action("register.reveal", "v", "reveal", "Reveal or hide secrets"),
    Action("register.retarget", "e", "retarget", "Change the stored record to the URL and provider above"),
    Action("register.open", "o", "open", "Open the device in Device Info"),
    Action("register.copy", "y", "copy", "Copy the result under the cursor"),
    _undo("register"),
    Action("register.down", "j,down", "down", "Next result", shown=False),
    Action("register.up", "k,up", "up", "Previous result", shown=False),
    Action("device_info.search", "slash", "look up", "Type another MAC-ID"),
    Action("device_info.refresh", "r", "refresh", "Ask the server again"),
    Action(
        "device_info.retarget", "e", "retarget", "Change the provisioning URL or the provider of this device"
    ),
    Action(
        "device_info.deregister", "d", "deregister", "Remove the record of this device, after a confirmation"
    ),
    Action("device_info.register", "n", "register", "Carry this MAC-ID over to Register"),
    Action("device_info.watch", "w", "watch", "Wait until this phone calls the redirect server"),
    Action(
        "device_info.test", "t", "test", "Fetch the provisioning URL as this phone would; changes nothing"
    ),
    Action("device_info.reveal", "v", "reveal", "Reveal or hide secrets"),
    Action(
        "device_info.copy",
        "y",
        "copy",
        "Copy one fact: MAC-ID, MAC, password, URL, provider; or all",
    ),
    Action("device_info.export", "x", "export", "Write this device's data to a file"),
    _undo("device_info"),
    Action("devices.search", "slash", "search", "Search every column as you type"),
    Action("devices.open", "enter", "open", "Open the device under the cursor"),
    Action("devices.mark", "space", "mark", "Mark or unmark the device under the cursor"),
    Action("devices.mark-all", "a", "all", "Mark all devices shown"),
    Action("devices.invert", "i", "invert", "Invert the marks of the devices shown"),
    Action("devices.unmark", "u", "unmark", "Take all marks away"),
    Action(
        "devices.deregister",
        "d",
        "deregister",
        "Remove the records of the marked devices, after a confirmation",
    ),
    Action("devices.retarget", "e", "retarget", "Change URL or provider of the marked devices"),
    Action("devices.refresh", "r", "refresh", "Ask the server for the list again"),
    Action("devices.sort", "s", "sort", "Sort by the next column"),
    Action("devices.provider", "f", "provider", "Show one provider only"),
    Action("devices.export", "x", "export", "Write the devices, or MAC passwords (CSV, htdigest), to a file"),
    Action("devices.copy", "y", "copy", "Copy one fact of the marked devices, or all of them"),
    Action("devices.watch", "w", "watch", "Wait until the marked phones call the redirect server"),
    Action("devices.test", "t", "test", "Fetch the provisioning URL as this phone would; changes nothing"),
    _undo("devices"),
    Action("devices.reveal", "v", "reveal", "Reveal or hide secrets"),
    Action("devices.reverse-sort", "S", "reverse", "Turn the order round"),
    Action("devices.down", "j,down", "down", "Next device", shown=False),
    Action("devices.up", "k,up", "up", "Previous device", shown=False),
    Action("devices.page-down", "pagedown,ctrl+f", "page down", "A screenful down", shown=False),
    Action("devices.page-up", "pageup,ctrl+b", "page up", "A screenful up", shown=False),
    Action("devices.first", "g,home", "first", "First device", shown=False),
    Action("devices.last", "G,end", "last", "Last device", shown=False),
    Action("devices.url-right", "l,right", "URL right", "Show more of the URLs", shown=False),
    Action("devices.url-left", "h,left", "URL left", "Show the start of the URLs", shown=False),
    Action("upload.send", "enter", "send", "Read the file in the field; in the table: send what is shown"),
    Action("upload.cancel", "c", "cancel", "Cancel the rest: no further call is sent"),
    Action("upload.pick", "f4", "choose file", "Choose the file in a picker"),
    Action("upload.paste", "f7", "paste text", "Paste or type the XML instead of naming a file"),
    Action("upload.path", "slash", "file", "Type another path; Tab completes it, ↓ lists what there is"),
    Action("upload.template", "n", "template", "Write one of the seven templates to a file"),
    Action(
        "upload.save", "x", "save result", "Write the server's answers to an XML file, as the portal's Result"
    ),
    Action(
        "upload.check", "", "check and register", "Take a list of devices to Check and register; Enter too"
    ),
    Action(
        "upload.plan", "P", "plan", "Compare a list of devices with the account, then apply the difference"
    ),
    Action("upload.reveal", "v", "reveal", "Reveal or hide secrets"),
    Action("upload.copy", "y", "copy", "Copy the numbered answers"),
    _undo("upload"),
    Action("upload.down", "j,down", "down", "Next line", shown=False),
    Action("upload.up", "k,up", "up", "Previous line", shown=False),
    Action("upload.page-down", "pagedown,ctrl+f", "page down", "A screenful down", shown=False),
    Action("upload.page-up", "pageup,ctrl+b", "page up", "A screenful up", shown=False),
    Action("upload.first", "g,home", "first", "First line", shown=False),
    Action("upload.last", "G,end", "last", "Last line", shown=False),
    Action("plan.apply", "enter", "apply", "In the table: apply the difference, after a confirmation"),
    Action("plan.prune", "m", "prune", "Remove the records that the file does not name, or keep them"),
    Action(
        "plan.scope", "a", "all providers", "Compare with the whole account, or the file's providers only"
    ),
    Action("plan.outcome", "o", "one kind", "Show one kind of difference only, unchanged ones too, then all"),
    Action("plan.refresh", "r", "refresh", "Read the file and the account's list again"),
    Action(
        "plan.bare", "b", "bare MAC", "Change and remove by the bare MAC where the MAC-ID is not known here"
    ),
    Action("plan.pause", "p", "pause", "Pause the job, or go on with it"),
    Action("plan.cancel", "c", "cancel", "Cancel the job: what was not sent stays as it is"),
    Action("plan.path", "slash", "file", "Type another path; Tab completes it, ↓ lists what there is"),
    Action("plan.pick", "f4", "choose file", "Choose the file in a picker"),
    Action("plan.paste", "f7", "paste text", "Paste or type the rows instead of naming a file"),
    Action("plan.reveal", "v", "reveal", "Reveal or hide secrets"),
    _undo("plan"),
    Action("plan.down", "j,down", "down", "Next device", shown=False),
    Action("plan.up", "k,up", "up", "Previous device", shown=False),
    Action("plan.page-down", "pagedown,ctrl+f", "page down", "A screenful down", shown=False),
    Action("plan.page-up", "pageup,ctrl+b", "page up", "A screenful up", shown=False),
    Action("plan.first", "g,home", "first", "First device", shown=False),
    Action("plan.last", "G,end", "last", "Last device", shown=False),
    Action(
        "history.search", "slash", "filter", "Filter by device, provider, outcome, day: all words, any order"
    ),
    Action("history.open", "enter", "details", "Show everything about the change under the cursor"),
    Action(
        "history.outcome",
        "o",
        "outcome",
        "Show one outcome only: unknown, refused, stored and so on, then all",
    ),
    Action(
        "history.undo", "z", "undo", "Take back the change set under the cursor, after showing what that does"
    ),
    Action(
        "history.resolve", "c", "ask server", "Ask the server how the open changes ended, and settle them"
    ),
    Action("history.refresh", "r", "refresh", "Read the journal again"),
    Action("history.export", "x", "export", "Write the changes shown to a file, secrets masked"),
    Action("history.copy", "y", "copy", "Copy the change under the cursor"),
    Action("history.reveal", "v", "reveal", "Reveal or hide secrets"),
    Action("history.down", "j,down", "down", "Next change", shown=False),
    Action("history.up", "k,up", "up", "Previous change", shown=False),
    Action("history.page-down", "pagedown,ctrl+f", "page down", "A screenful down", shown=False),
    Action("history.page-up", "pageup,ctrl+b", "page up", "A screenful up", shown=False),
    Action("history.first", "g,home", "first", "First change", shown=False),
    Action("history.last", "G,end", "last", "Last change", shown=False),
    Action("settings.add", "n", "new", "Add an account or a preset"),
    Action("settings.edit", "e", "edit", "Edit what is under the cursor"),
    Action("settings.remove", "d", "remove", "Remove what is under the cursor, after a confirmation"),
    Action("settings.open", "enter", "use", "Use the account, preset or theme under the cursor"),
    Action(
        "settings.test", "t", "test login", "Test the login of the account under the cursor; changes nothing"
    ),
    Action("settings.copy", "y", "copy", "Copy the path or name under the cursor"),
    Action("settings.down", "j,down", "down", "Next line", shown=False),
    Action("settings.up", "k,up", "up", "Previous line", shown=False),
    Action("settings.first", "g,home", "first", "First line", shown=False),
    Action("settings.last", "G,end", "last", "Last line", shown=False),
    Action(
        "signin.submit",
        "ctrl+s",
        "sign in",
        "Test the login and open the account; Enter in the password does it too",
        True,
    ),
    Action("signin.leave", "", "back", "Leave without signing in; Escape does it too"),
    Action("start.choose", "enter", "choose", "Take the choice under the cursor"),
    Action("start.try-it", "t", "try it now", "Open the sandbox"),
    Action("start.sign-in", "s", "sign in", "Sign in with an account"),
    Action("start.tour", "r", "tour", "Read the tour"),
)


def by_id() -> dict[str, Action]:
    """Every action under its id."""
    return {action.id: action for action in ACTIONS}


def in_scope(scope: str) -> list[Action]:
    """The actions of one page, or of the app."""
    return [action for action in ACTIONS if action.scope == scope]
