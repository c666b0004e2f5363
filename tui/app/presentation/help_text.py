"""The help: sections of paragraphs. A bar parts a term from what is said about it."""

from __future__ import annotations

SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "What this is",
        (
            "A Gigaset phone that was never set up asks the redirect server where its configuration is. The "
            "server knows only phones that somebody has registered: MAC-ID, provisioning URL, provider. "
            "Redirectory keeps those records: it registers, shows, lists, changes and removes them.",
            "Every change is written to a journal on this machine before it is sent, and its answer after. "
            "What happened can be read in History, and mostly taken back.",
        ),
    ),
    (
        "1 Register",
        (
            "Type or scan the MAC-ID from the label, fill URL and provider, press Enter. The line Phone "
            "shows "
            "the address that this phone will ask for. F4 fills URL and provider from a preset, F5 keeps "
            "them "
            "as one.",
            "One after the other: F8 turns keep on. Then Enter empties the MAC-ID only, ready for the "
            "next scan.",
            "A list: paste it into the MAC-ID field, or press F7. Check and register shows each row, what is "
            "wrong with it and where. Mend rows, see the calls, then send. It can be paused and cancelled.",
            "In use: a record exists already. The server never overwrites one. e retargets it, o opens it.",
        ),
    ),
    (
        "2 Device Info",
        (
            "Where one phone points, when the server last noted a date for it, and what was done with it "
            "from here. e retargets, d deregisters, w watches until the phone calls, t fetches its "
            "configuration as the phone would and says what came.",
        ),
    ),
    (
        "3 List/Deregister",
        (
            "Every record of the account. / searches all columns while you type, s sorts, f picks a "
            "provider. "
            "Space marks a device; d, e, x and w act on the marks, or on the row under the cursor.",
            "w waits until the marked phones have called; one that has loses its mark. y asks which fact is "
            "copied: a letter takes it, y again takes all.",
            "The last list is kept on this machine. Without a link it is shown with its age.",
        ),
    ),
    (
        "4 Upload",
        (
            "XML-RPC files as the portal takes them. The calls in a file are shown before anything is sent; "
            "the numbered answers after. Lists such as CSV go on to Check and register. n writes templates.",
        ),
    ),
    (
        "5 History",
        (
            "Every change made from this machine: when, what, before, after, and how it ended. z takes a "
            "change set back after showing what that does. c asks the server about open ends.",
        ),
    ),
    ("6 Settings", ("Accounts, presets, theme, keys, and where every file lives.",)),
    (
        "How far a phone is",
        (
            "stored | The server has the record. The phone need not know of it yet.",
            "asked | The phone has called the redirect server since. A phone calls after a factory reset, or "
            "when it is started without a configuration.",
            "fetched | The phone has loaded its configuration from your server. The redirect server does not "
            "see that; t tests whether it could.",
        ),
    ),
    (
        "What the outcomes mean",
        (
            "stored | The server said that the record is there.",
            "removed | The server said that the record is gone.",
            "unchanged | It was so already; nothing was sent.",
            "in use | A record for this device exists, here or in another account.",
            "refused | The server did not make the change. Its own word stands beside it.",
            "not made | It was sent; the server, asked afterwards, shows that nothing was changed.",
            "not sent | It never left this machine: the job was cancelled, there was no link, or the login "
            "was refused.",
            "skipped | Left out on purpose: a duplicate, an incomplete row, a record changed meanwhile.",
            "unknown | The change was sent, and no answer came: the server may have made it or not. It is "
            "never sent again blindly. c in History asks the server and settles it.",
            "not understood | The journal has a word that this release does not know: it is damaged, or a "
            "newer release wrote it.",
        ),
    ),
    (
        "Words of the trade",
        (
            "MAC | Twelve hex digits, the address of one device. Any usual spelling is understood.",
            "MAC-ID | The MAC, a hyphen and four digits, as on the label: 7C2F80820EC0-55DF.",
            "suffix | Those four digits. Also called CRC or PIN in the trade. It is no checksum: it is the "
            "start of the MAC password, so it cannot be worked out from the MAC.",
            "MAC password | The secret of a device; only a registration returns it. It is kept here, and "
            "shown after v.",
            "URL | Where the phone fetches its configuration: %MACD becomes its MAC, %DVID its model.",
            "provider | A name that you choose; it groups records.",
            "register | Store a record for a device that has none.",
            "deregister | Remove the record. The phone keeps the configuration that it has.",
            "retarget | Remove the record and store it with another URL or provider.",
            "redirect | What the server does when the phone asks: it names the URL.",
            "change set | All changes of one command or job; undone together.",
            "sandbox | A complete redirect server inside this program, for rehearsal. Nothing in it is real.",
        ),
    ),
    (
        "Files",
        (
            "settings | config.toml is yours and never written. accounts.toml and presets.toml lie beside "
            "it.",
            "journal | journal.sqlite3: changes, MAC-IDs and MAC passwords; readable by you alone.",
            "lists | lists.sqlite3: the last list of each account, for work without a link.",
            "where | 6 Settings shows the folders. REDIRECTORY_HOME puts all of them into one.",
        ),
    ),
    (
        "Keys",
        (
            "? shows the keys of a screen, ctrl+p finds any action by its name, ctrl+k looks a device up "
            "from "
            "anywhere. Letters work outside text fields; esc leaves a field. Keys can be changed in "
            "config.toml, by the action ids that 6 Settings lists.",
            "A scanner needs no field: a scanned MAC-ID opens Device Info. A pasted list opens Check and "
            "register, pasted XML opens Upload.",
        ),
    ),
)
