"""What a person reads about the end of a change: one sentence or two, inert, without secrets."""

from __future__ import annotations

from tui.errors import (
    CutOff,
    Fault,
    InputError,
    LoginRefused,
    NotReached,
    RedirectoryError,
    ServerFailed,
    StoreError,
    Unreadable,
)
from tui.model.device import PROVIDER, SERVER_DATE, URL, DeviceRow
from tui.model.outcome import Owner, Result
from tui.model.registration import Target
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert

NOT_SENDABLE = "not_sendable"
LOGIN_REFUSED = "login_refused"
_CODES: tuple[tuple[type[RedirectoryError], str], ...] = (
    (LoginRefused, LOGIN_REFUSED),
    (NotReached, "not_reached"),
    (CutOff, "cut_off"),
    (ServerFailed, "server_failed"),
    (Unreadable, "unreadable"),
    (Fault, "fault"),
    (InputError, NOT_SENDABLE),
    (StoreError, "journal_failed"),
)

SAID = {
    Result.STORED: "Record stored.",
    Result.REMOVED: "Record removed.",
    None: "Not settled yet: it is still at work, or was interrupted. Asking the server settles it.",
}
CANCELLED = "Cancelled before it was sent."
ALREADY = "Nothing to do: the record is as asked."
RESCUED = "Record stored. The MAC password was kept aside and is in the vault now."
ANSWER_LOST = "Record stored. The answer was lost, and the MAC password with it."
UNVERIFIED = (
    "Record stored. The MAC password was not kept: the answer does not prove which device it belongs to."
)
SUFFIX_MISMATCH = "Record stored, but the MAC password does not start with the suffix: compare the label."
PASSWORD_CHANGED = "Record stored. The MAC password is another than before: web server credentials need it."
GONE = "No record any more: somebody else has removed it meanwhile."
GONE_BY_RECORD = "Removed: asked after an answer that did not say so, the server has no record."
NOT_LISTED_HIDDEN = "No redirect record in this account's list, so nothing was sent."
NEVER_SENT = "Never sent: the program ended before its turn came."
NOT_APPLIED = "Not done: asked for the record, the server shows that nothing was changed."
NOT_SHOWN_YET = (
    "Not known whether it will be done: the server shows no change yet, but it may still be at work on the"
    " call. Asking again settles it."
)
SUPERSEDED = "How it ended cannot be told any more: a later change of this device was made."
MOVE_REFUSED = "The new target had been refused."
MAC_ID_MISSING = (
    "The MAC-ID is not known here, and registering again may need its four digits. Enter it, or allow the"
    " bare MAC."
)
BARE_ONLY = "Its MAC-ID is not known here: the bare MAC is tried, which the server may refuse."
NO_PRUNE = "Not in the file; kept, because nothing is removed without prune."
RESTORED = "The old record was restored."
LOST = "The old record could not be restored, so the device has none now."
UNFINISHED = "The old record is removed and no other is registered yet: asking the server goes on with it."
HIDDEN = (
    "A record exists that this account cannot see, so it is probably another account's. Ask the former"
    " provider, or the vendor, to deregister the device."
)


def way_back(count: int, nameless: int, undo: str = "undo") -> str:
    """Whether `undo` brings so many devices back, where the MAC-IDs of `nameless` are not known."""
    if not nameless:
        return f"{undo} takes this back."
    only = f"{undo} can only try the bare MAC, which the server may refuse"
    if count == 1:
        return f"It may not come back: its MAC-ID is not known on this machine, and {only}."
    rest = f" The other {count - nameless:,} come back with {undo}." if nameless < count else ""
    which = f"{nameless:,} of {count:,}" if nameless < count else f"All {count:,}"
    return f"{which} may not come back: the MAC-IDs are not known on this machine, and {only}.{rest}"


def code_of(error: RedirectoryError) -> str:
    """Our word for a failed call."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), "failed")


def point(row: DeviceRow) -> str:
    """Where a record points, credentials masked."""
    return f"{row[PROVIDER]} → {mask_credentials(row[URL])}"


def aim(target: Target) -> str:
    """Where a target points, inert and credentials masked."""
    return make_inert(f"{target.provider} → {mask_credentials(target.url)}")


def in_use(row: DeviceRow, owner: Owner) -> str:
    """A record with another target stands in the way."""
    say = {Owner.OWN: _in_use_own, Owner.OTHER: _in_use_other, Owner.NOT_KNOWN: _in_use_unasked}
    return say[owner](row)


def _in_use_own(row: DeviceRow) -> str:
    dated = f", dated {row[SERVER_DATE]} by the server" if row[SERVER_DATE] else ""
    return f"This account has a record already: {point(row)}{dated}. Retarget it, or leave it as it is."


def _in_use_unasked(row: DeviceRow) -> str:
    return f"A record exists: {point(row)}. Whose it is cannot be told: the account's list was not asked for."


def _in_use_other(row: DeviceRow) -> str:
    return (
        "The record is visible but not in this account's list, so it is probably another account's:"
        f" {point(row)}. Ask its owner to deregister the device."
    )


def in_use_unclear(error: RedirectoryError) -> str:
    """A record exists and the server could not be asked for it."""
    return (
        f"A record exists; whose it is cannot be told, because the server could not be asked. {error.title}"
    )


def not_ours(row: DeviceRow) -> str:
    """A record that the list shows and that the server, asked to remove it, does not find."""
    return (
        "Not removed: the server shows this record and finds none of this account's, so it is probably"
        f" another account's: {point(row)}. Ask its owner, or the vendor, to deregister the device."
    )


def not_listed(row: DeviceRow) -> str:
    """A visible record that is not the account's own is not touched."""
    return (
        "Not touched: the record is not in this account's list, so it is probably another account's:"
        f" {point(row)}."
    )


def changed_meanwhile(row: DeviceRow | None) -> str:
    """The record is not what the person saw."""
    now = f"it is now {point(row)}" if row is not None else "it is gone"
    return f"Not touched: the record was changed meanwhile by somebody else; {now}."


def unknown(error: RedirectoryError, asked: RedirectoryError) -> str:
    """Neither the call nor the question after it was answered."""
    afterwards = f"Asked afterwards: {asked.title} Asking again settles it."
    return f"Not known whether it was done. {error.title} {afterwards}"


def stay_unknown(count: int) -> str:
    """The server was asked about so many open records, and gave no answer."""
    what = "1 outcome stays" if count == 1 else f"{count} outcomes stay"
    return f"{what} unknown until the server can be asked."


def not_applied(error: RedirectoryError, verb: str) -> str:
    """The call failed and the server, asked afterwards, shows that nothing was done."""
    return f"Not {verb}: {error.title} Asked afterwards, the server shows that nothing was changed."


def not_yet(error: RedirectoryError) -> str:
    """The server may still be at work on the call; asked afterwards, it shows no change."""
    return (
        f"Not known whether it will be done. {error.title} Asked afterwards, the server shows no change yet,"
        " but it may still be at work on the call. Asking again settles it."
    )


def stopped(error: RedirectoryError) -> str:
    """The job ended before this device."""
    return f"Not sent: the job was stopped. {error.describe()}"


_ANSWERED = {
    Result.STORED: "the record is stored",
    Result.REMOVED: "the record is removed",
    Result.REFUSED: "it was refused",
}


def not_written(result: Result) -> str:
    """What the server answered and the journal could not take."""
    said = _ANSWERED.get(result)
    answered = f"The server answered that {said}, but" if said else "What became of it is not certain, and"
    return f"{answered} the journal could not take that down: it is open there. Asking the server settles it."


def midway(count: int, still_open: int, unsent: int) -> str:
    """How far a change had come when its journal failed."""
    settled = count - still_open - unsent
    return f"Of {count:,} devices {settled:,} are settled, {still_open:,} are open, {unsent:,} were not sent."


def settle_later(hint: str, passwords: int, file: str | None) -> str:
    """What to do when the journal failed after something was sent."""
    parts = [
        hint.replace(", then try again.", ".").replace(", or try again.", "."),
        "Then: redirectory resolve.",
    ]
    if file is not None:
        parts.append(
            f"MAC passwords that it could not take: {passwords:,}, kept in {file}, which only you can read;"
            " that puts them into the vault and removes the file."
        )
    elif passwords:
        parts.append(
            f"MAC passwords that could not be kept anywhere: {passwords:,}. They are the 12 digits on the"
            " label."
        )
    return " ".join(part for part in parts if part)


def done_before(count: int) -> str:
    """What an error that comes after the first call says of those before it."""
    devices = "1 device was" if count == 1 else f"{count:,} devices were"
    return f"{devices} dealt with before; the rest was not sent. Every outcome is in: redirectory history."


def suffix_doubt(given: str | None, known: str | None) -> str:
    """The MAC-ID given is not the one that the vault has; empty if nothing speaks against it."""
    if given is None or known is None or given == known:
        return ""
    return f"The suffix given, {given}, is not the one known here, {known}: compare the label."


def other_suffix(given: str | None, known: str | None) -> str:
    """A record is as asked, and the MAC-ID given is not the one that the vault has."""
    return (
        f"The record is as asked. {suffix_doubt(given, known)} Nothing was sent, and what is known here was"
        " left as it is."
    )
