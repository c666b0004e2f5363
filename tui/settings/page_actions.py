"""The actions of the app and of its pages.

An id is `scope.name`; the name is the method `action_name` of the app (scope `app`) or of the page with that
`page_id`. Letters mean the same verb on every page.
"""

from __future__ import annotations

from collections.abc import Iterator

from tui.settings.action import Action

# Name, title, page, and the key beside the digit.
TABS = (
    ("register", "Register", "register", ""),
    ("device-info", "Device Info", "device_info", "f2"),
    ("devices", "List/Deregister", "devices", "f3"),
    ("upload", "Upload", "upload", "f4"),
    ("history", "History", "history", "f5"),
    ("settings", "Settings", "settings", "f6"),
)


def go_to(number: int, name: str, title: str, page_id: str, key: str) -> Action:
    """The tab by its digit, outside fields."""
    keys = f"{number},{key}".rstrip(",")
    return Action(f"app.{name}", keys, title, f"Go to {title}", call=f"show_page('{page_id}')")


def go_to_from_a_field(number: int, name: str, title: str, page_id: str, _key: str) -> Action:
    """The same by alt and the digit, anywhere."""
    about = f"Go to {title}, from a field too"
    return Action(
        f"app.{name}-anywhere", f"alt+{number}", title, about, True, False, f"show_page('{page_id}')"
    )


def move_in(scope: str, what: str) -> Iterator[Action]:
    """The keys by which one moves in a table or list."""
    for name, keys, about in (
        ("down", "j,down", f"Next {what}"),
        ("up", "k,up", f"Previous {what}"),
        ("page-down", "pagedown,ctrl+f", "A screenful down"),
        ("page-up", "pageup,ctrl+b", "A screenful up"),
        ("first", "g,home", f"First {what}"),
        ("last", "G,end", f"Last {what}"),
    ):
        yield Action(f"{scope}.{name}", keys, name.replace("-", " "), about, shown=False)


def undo_last(scope: str) -> Action:
    """`z`: the app takes back the last change, whatever page is in front."""
    return Action(
        f"{scope}.undo",
        "z",
        "undo",
        "Take back the last change, after showing what that does",
        call="app.undo",
    )


PAGE_ACTIONS: tuple[Action, ...] = (
    *(go_to(number, *tab) for number, tab in enumerate(TABS, start=1)),
    *(go_to_from_a_field(number, *tab) for number, tab in enumerate(TABS, start=1)),
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
    undo_last("register"),
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
    undo_last("device_info"),
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
    undo_last("devices"),
    Action("devices.reveal", "v", "reveal", "Reveal or hide secrets"),
    Action("devices.reverse-sort", "S", "reverse", "Turn the order round"),
    *move_in("devices", "device"),
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
    undo_last("upload"),
    *move_in("upload", "line"),
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
    undo_last("plan"),
    *move_in("plan", "device"),
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
    *move_in("history", "change"),
    Action("settings.add", "n", "new", "Add an account or a preset"),
    Action("settings.edit", "e", "edit", "Edit what is under the cursor"),
    Action("settings.remove", "d", "remove", "Remove what is under the cursor, after a confirmation"),
    Action("settings.open", "enter", "use", "Use the account, preset or theme under the cursor"),
    Action(
        "settings.test", "t", "test login", "Test the login of the account under the cursor; changes nothing"
    ),
    Action("settings.copy", "y", "copy", "Copy the path or name under the cursor"),
    *move_in("settings", "line"),
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
