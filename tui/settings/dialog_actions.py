"""The actions of dialogs, and of widgets that have keys of their own.

The name of one is the method `action_name` of the dialog or widget, if `call` names no other.
"""

from __future__ import annotations

from tui.settings.action import Action
from tui.settings.page_actions import move_in

DIALOG_ACTIONS: tuple[Action, ...] = (
    Action("dialog.close", "escape", "close", "Close the dialog; nothing is done", call="abandon"),
    Action("dialog.keys", "question_mark", "keys", "Show the keys of this dialog", call="app.keys"),
    Action("notice.close", "enter,space,q", "close", "Close what was read", call="abandon"),
    Action("change.device", "enter", "device", "Open the device in Device Info", call="answer('device')"),
    Action(
        "change.undo",
        "z",
        "undo",
        "Take back the change set, after showing what that does",
        call="answer('undo')",
    ),
    Action("change.close", "q", "close", "Close the change", call="abandon"),
    Action("lost-passwords.close", "q", "close", "Close the list of lost passwords", call="abandon"),
    Action("jobs.pause", "p", "pause", "Pause the job, or go on with it"),
    Action("jobs.cancel", "c", "cancel", "Cancel the rest of the job"),
    Action("jobs.refresh", "r", "refresh", "Look at the jobs again", call="draw"),
    Action("jobs.close", "q,f9", "close", "Close the jobs", call="abandon"),
    Action("keys.close", "question_mark,f1,q", "close", "Close the keys", call="abandon"),
    Action("help.close", "f1,q", "close", "Close the help", call="abandon"),
    Action("help.search", "slash", "search", "Search the help"),
    Action("help.next", "n,enter", "next", "Next place that was found", call="next(1)"),
    Action("help.previous", "p", "previous", "Previous place that was found", call="next(-1)"),
    Action("help.down", "j,down", "down", "A line down", call="move(1)"),
    Action("help.up", "k,up", "up", "A line up", call="move(-1)"),
    Action("help.page-down", "pagedown,space,ctrl+f", "page down", "A screenful down", call="page(1)"),
    Action("help.page-up", "pageup,b,ctrl+b", "page up", "A screenful up", call="page(-1)"),
    Action("help.first", "g,home", "first", "The start of the help", call="end(0)"),
    Action("help.last", "G,end", "last", "The end of the help", call="end(1000000)"),
    Action(
        "interrupted.settle",
        "s",
        "settle",
        "Ask the server how the open changes ended",
        call="answer('settle')",
    ),
    Action(
        "interrupted.go-on", "g", "go on", "Settle, then send what was never sent", call="answer('go on')"
    ),
    Action("interrupted.later", "enter,q", "later", "Leave it for later", call="abandon"),
    Action("narrow.down", "down,ctrl+n", "down", "Next line", True, call="move(1)"),
    Action("narrow.up", "up,ctrl+p", "up", "Previous line", True, call="move(-1)"),
    Action("narrow.page-down", "pagedown", "page down", "Several lines down", True, call="move(8)"),
    Action("narrow.page-up", "pageup", "page up", "Several lines up", True, call="move(-8)"),
    Action("confirm.accept", "y", "yes", "Do what is asked"),
    Action("confirm.refuse", "n,enter,q", "no", "Leave all as it is", call="abandon"),
    Action("confirm.mac-ids", "f7", "give MAC-IDs first", "Give the MAC-IDs that are not known here"),
    Action("retarget.mac-ids", "f7", "give MAC-IDs", "Give the MAC-IDs that are not known here"),
    Action("export.down", "down", "down", "Next form", True, call="move(1)"),
    Action("export.up", "up", "up", "Previous form", True, call="move(-1)"),
    Action("leaving.leave", "y", "leave now", "Leave without waiting for the rest"),
    Action("presets.close", "f4,q", "close", "Close the presets", call="abandon"),
    Action("paste.take", "ctrl+s,f7", "read it", "Read what was pasted or typed", True),
    Action("check.edit", "e,enter", "edit", "Edit the row under the cursor"),
    Action("check.fill", "a", "URL for all", "Give every row without one a URL and a provider"),
    Action("check.drop", "x,delete", "drop", "Drop the row under the cursor"),
    Action("check.register", "r", "register", "Show the dry run, then register what is ready"),
    Action("check.take", "ctrl+s", "take", "Take the edit, read the box, or register"),
    Action("check.next-bad", "n", "next bad", "Go to the next row to look at"),
    Action("check.pause", "p", "pause", "Pause the job, or go on with it"),
    Action(
        "check.cancel-or-ask",
        "c",
        "cancel",
        "Cancel the rest of the job; after it, ask the server about the unknown",
    ),
    Action("check.reveal", "v", "reveal", "Reveal or hide secrets"),
    Action("check.open", "o", "open", "Open the device in Device Info"),
    Action("check.another", "f7", "another list", "Put this list away for another one"),
    *move_in("check", "row"),
    Action("choices.down", "down,j", "down", "Next line", call="move(1)"),
    Action("choices.up", "up,k", "up", "Previous line", call="move(-1)"),
    Action("choices.page-down", "pagedown", "page down", "Several lines down", call="move(10)"),
    Action("choices.page-up", "pageup", "page up", "Several lines up", call="move(-10)"),
    Action("choices.first", "home,g", "first", "First line", call="move(-1000000)"),
    Action("choices.last", "end,G", "last", "Last line", call="move(1000000)"),
    Action("choices.choose", "enter", "choose", "Take the line under the cursor"),
    Action("toggle.turn", "space", "turn", "Tick the box, or take the tick away"),
    Action("toggle.enter", "enter", "go on", "As Enter in a field"),
    Action("field.clear", "ctrl+u", "clear the field", "Clear the field", call="clear_all"),
    Action(
        "path.complete", "tab", "complete", "Take the completion of the path, else go on to the next field"
    ),
)
