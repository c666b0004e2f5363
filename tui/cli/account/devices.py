"""`info` and `list`: what the server has."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import islice

from tui.cli.desk import Desk
from tui.cli.grammar.parser import declare_account, declare_everywhere, declare_form, read_count
from tui.cli.rows import (
    CARD_COLUMNS,
    DEVICE_COLUMNS,
    DEVICE_TABLE,
    HEADINGS,
    describe_card,
    describe_row,
    shorten_row,
)
from tui.cli.terminal.diagnostics import ExitCode, worst
from tui.cli.terminal.output import Form, Record
from tui.errors import CutOff, NoMatch, NotReached, StoreError, UsageError
from tui.model.addresses import Identifier
from tui.model.device import DeviceCard, DeviceRow
from tui.model.secrets import mask_credentials
from tui.model.template import expand
from tui.model.text.inert import make_inert, to_nfc
from tui.settings.files.private import is_there

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tui.cli.account.everywhere import Everywhere
    from tui.services.devices.conditions import Conditions
    from tui.services.session import Session
    from tui.settings.accounts import Account


NO_MATCH = "No device matches."
_MACS_NAMED = 5


def declare_info(parser: ArgumentParser) -> None:
    """Arguments of `info`."""
    parser.add_argument("mac_ids", nargs="+", metavar="MAC-ID", help="MAC-ID or MAC; - reads them from stdin")
    parser.add_argument("--dvid", help="device ID for %%DVID, such as 42/2")
    declare_everywhere(parser)
    declare_form(parser)
    declare_account(parser)


def run_info(desk: Desk) -> int:
    """Look devices up, one call each. Exit code 1 if any has no record, or the server does not tell."""
    identifiers = desk.read_identifiers(desk.arguments.mac_ids)
    dvid: str = desk.arguments.dvid or desk.config.register.dvid
    missing: list[DeviceCard] = []
    if desk.arguments.all_accounts:
        return _run_info_everywhere(desk, identifiers, dvid)

    with desk.open_session() as session, _point_to_kept_list(session, identifiers):
        cards = _warn_once(desk, _look_up(desk, session, identifiers))
        if desk.out.form is Form.TABLE:
            for number, card in enumerate(cards):
                if number:
                    desk.out.write_line("")
                if not card.found:
                    missing.append(card)
                _write_card(desk, card, dvid)
        else:

            def records() -> Iterator[Record]:
                for card in cards:
                    if not card.found:
                        missing.append(card)
                    yield describe_card(card, dvid=dvid, show_secrets=desk.out.show_secrets)

            secret = ("password",) if desk.out.show_secrets else ()
            desk.out.write_rows(records(), (*CARD_COLUMNS, *secret))
    return _say_missing(desk, missing)


def _say_missing(desk: Desk, missing: Sequence[DeviceCard]) -> int:
    """Which of the devices asked for have no record, or none that the server tells of, and the exit code."""
    if not missing:
        return ExitCode.DONE
    parts = [
        NoMatch(NO_MATCH if card.found is False else "The server does not tell.", card.code).about(
            device=card.mac
        )
        for card in missing
    ]
    macs = [card.mac for card in missing]
    more = f" and {len(macs) - _MACS_NAMED:,} more" if len(macs) > _MACS_NAMED else ""
    silent = all(card.found is None for card in missing)
    error = NoMatch(parts[0].title if silent else NO_MATCH, f"{', '.join(macs[:_MACS_NAMED])}{more}")
    error.parts = tuple(parts)
    return desk.err.fail(error)


def _run_info_everywhere(desk: Desk, identifiers: Sequence[Identifier], dvid: str) -> int:
    from tui.cli.account.everywhere import Everywhere, look_up_everywhere

    everywhere = Everywhere(desk)
    missing: list[DeviceCard] = []
    cards = _warn_once_of(desk, look_up_everywhere(everywhere, identifiers))

    def seen() -> Iterator[tuple[str | None, DeviceCard]]:
        for account, card in cards:
            if account is None:
                missing.append(card)
            yield account, card

    if desk.out.form is Form.TABLE:
        for number, (account, card) in enumerate(seen()):
            if number:
                desk.out.write_line("")
            _write_card(desk, card, dvid, account or "")
    else:
        secret = ("password",) if desk.out.show_secrets else ()
        desk.out.write_rows(
            (
                {"account": account, **describe_card(card, dvid=dvid, show_secrets=desk.out.show_secrets)}
                for account, card in seen()
            ),
            ("account", *CARD_COLUMNS, *secret),
        )
    return worst(everywhere.code, _say_missing(desk, missing))


def _look_up(desk: Desk, session: Session, identifiers: Sequence[Identifier]) -> Iterator[DeviceCard]:
    from tui.services.devices.look_up import look_up

    for identifier in identifiers:
        with desk.blaming(identifier):
            yield look_up(session, identifier)


def _warn_once(desk: Desk, cards: Iterator[DeviceCard]) -> Iterator[DeviceCard]:
    """The cards; why the vault could not be read goes to stderr once."""
    return (card for _, card in _warn_once_of(desk, ((None, card) for card in cards)))


def _warn_once_of(
    desk: Desk, cards: Iterator[tuple[str | None, DeviceCard]]
) -> Iterator[tuple[str | None, DeviceCard]]:
    said = False
    for account, card in cards:
        if card.trouble and not said:
            said = True
            desk.err.warn(card.trouble)
        if card.suffix_doubt:
            desk.err.warn(f"{card.mac}: {card.suffix_doubt}")
        yield account, card


@contextmanager
def _point_to_kept_list(session: Session, identifiers: Sequence[Identifier]) -> Iterator[None]:
    """Without a link, say where an earlier answer is."""
    try:
        yield
    except (NotReached, CutOff) as error:
        with suppress(StoreError):
            at = session.lists.age(session.account_key)
            if at is not None:
                error.hint += (
                    f" The list of {at.astimezone():%Y-%m-%d %H:%M} is kept here:"
                    f" redirectory list --offline --search {identifiers[0].mac}"
                )
        raise


def _write_card(desk: Desk, card: DeviceCard, dvid: str, account: str = "") -> None:
    named = [("Account", account)] if account else []
    if not card.found:
        desk.out.write_card(
            [
                *named,
                ("MAC", card.mac),
                ("Record", "none" if card.found is False else "not told by the server"),
                ("Answer", f"{card.code}: {card.message}" if card.code else card.message),
            ]
        )
        return
    unknown = "could not be read" if card.trouble else "not known here"
    password: object = unknown
    if card.password is not None:
        password = card.password.reveal() if desk.out.show_secrets else f"{card.password} (--show-secrets)"
    desk.out.write_card(
        [
            *named,
            ("MAC", card.mac),
            ("MAC-ID", card.mac_id or unknown),
            ("MAC password", password),
            ("Provider", card.provider),
            ("URL", card.url),
            ("URL for this phone", expand(card.url, card.mac, dvid)),
            ("Server date", card.server_date or "never"),
        ]
    )


def declare_list(parser: ArgumentParser) -> None:
    """Arguments of `list`."""
    parser.add_argument(
        "--provider", action="append", default=[], metavar="P", help="only this provider; may be repeated"
    )
    parser.add_argument("--search", metavar="WORDS", help="only devices in which every word occurs")
    from tui.cli.account.narrowing import declare_conditions

    declare_conditions(parser)
    declare_everywhere(parser)
    parser.add_argument(
        "--offline", action="store_true", help="the list kept on this machine, without asking the server"
    )
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--limit", type=read_count, metavar="N", help="at most N devices, in every form")
    either.add_argument(
        "--all", dest="limit", action="store_const", const=None, help="all that match (default)"
    )
    declare_form(
        parser,
        exports={
            "xml": "the XML result of listDevices, as the server gives it",
            "calls": "an XML-RPC file of calls that register these devices again, for upload and import",
        },
    )
    declare_account(parser)


def run_list(desk: Desk) -> int:
    """List devices as the reply arrives. Exit code 1 if none matches what was asked for, as `info` has it; an
    account without a device is no failure."""
    from tui.cli.account.narrowing import choose_conditions, choose_order
    from tui.cli.terminal.progress import Progress

    # On a terminal the rows themselves show that something happens.
    progress = Progress(sys.stderr, quiet=desk.err.quiet) if desk.out.width is None else None
    count = 0
    wanted = choose_conditions(desk)
    everywhere = None
    if desk.arguments.all_accounts:
        from tui.cli.account.everywhere import Everywhere

        everywhere = Everywhere(desk)
    account = () if everywhere is None else ("account",)
    in_order = choose_order(desk)
    if everywhere is not None and desk.arguments.export:
        raise UsageError(
            f"--all-accounts and --{desk.arguments.export} exclude each other.",
            hint="Such a file is for one account: name it with --account.",
        )

    def records() -> Iterator[Record]:
        nonlocal count
        with closing(_find_rows(desk, wanted, everywhere)) as found:
            for record in islice(in_order(found), desk.arguments.limit):
                count += 1
                if progress is not None:
                    progress.advance()
                yield record

    desk.err.before_write = progress.clear if progress is not None else None
    try:
        if desk.arguments.export:
            _export(desk, records())
        elif desk.out.form is Form.TABLE:
            desk.out.write_rows(map(shorten_row, records()), (*account, *DEVICE_TABLE), headings=HEADINGS)
        else:
            desk.out.write_rows(records(), (*account, *DEVICE_COLUMNS))
    finally:
        if progress is not None:
            progress.clear()
    if count or (everywhere is not None and everywhere.code):
        return ExitCode.DONE if everywhere is None else everywhere.code
    asked = [f"provider {name}" for name in desk.arguments.provider]
    options = ("search", "where", "before")
    asked += [f"{name} {value}" for name in options if (value := getattr(desk.arguments, name))]
    asked += ["never"] if desk.arguments.never else []
    if asked:
        return desk.err.fail(NoMatch(NO_MATCH, ", ".join(asked)))
    desk.err.note("The account has no device." if everywhere is None else "No account has a device.")
    return ExitCode.DONE


def _export(desk: Desk, records: Iterator[Record]) -> None:
    from tui.services.files.exporting import export_rows

    form: str = desk.arguments.export
    mac_ids: dict[str, str] = {}

    def rows() -> Iterator[DeviceRow]:
        for record in records:
            mac, mac_id, provider, url, date = (str(record[name] or "") for name in DEVICE_COLUMNS)
            if mac_id:
                mac_ids[mac] = mac_id
            if form == "calls" and not desk.out.show_secrets and mask_credentials(url) != url:
                raise UsageError(
                    f"The URL of {mac} holds credentials, which a file of calls must have too.",
                    hint="Add --show-secrets to write them. Nothing was written.",
                ).about(device=mac)
            yield mac, provider, url, date

    chunk = desk.config.link.chunk
    for piece in export_rows(rows(), form, mac_ids=mac_ids, chunk=chunk, masked=not desk.out.show_secrets):
        desk.out.write_text(piece)


def _find_rows(desk: Desk, wanted: Conditions, everywhere: Everywhere | None) -> Generator[Record]:
    from tui.services.devices.conditions import read_marks
    from tui.services.devices.look_up import list_devices

    providers: list[str] = desk.arguments.provider
    if desk.arguments.offline:
        yield from _find_kept_rows(desk, wanted, everywhere)
        return
    if everywhere is not None:
        from tui.cli.account.everywhere import list_everywhere

        yield from list_everywhere(everywhere, wanted, providers)
        return
    vault = VaultReader(desk)
    with desk.open_session() as session:
        marks = read_marks(session.places, session.account_key, wanted)
        for batch in list_devices(session, providers):
            rows = list(wanted.keep(batch, marks))
            mac_ids = vault.find_mac_ids(session, [row[0] for row in rows])
            for row in rows:
                yield describe_row(row, mac_ids.get(row[0]))
        if session.lists.trouble is not None:
            desk.err.warn(f"The list is not kept for offline use. {session.lists.trouble.describe()}")


class VaultReader:
    """MAC-IDs that this machine knows. A list never makes a journal, and does without one that cannot be
    read, after saying so once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._usable = True

    def find_mac_ids(self, session: Session, macs: Sequence[str]) -> dict[str, str]:
        """MAC-IDs by MAC, of those that are known."""
        if not self._usable or not is_there(session.places.journal_file):
            return {}
        try:
            known = session.journal.recall_many(session.account_key, macs).values()
        except StoreError as error:
            self._usable = False
            self._desk.err.warn(f"MAC-IDs known here cannot be shown. {error.describe()}")
            return {}
        return {entry.mac: entry.mac_id for entry in known if entry.mac_id}


def _find_kept_rows(desk: Desk, wanted: Conditions, everywhere: Everywhere | None) -> Iterator[Record]:
    if everywhere is None:
        yield from _find_kept_rows_of(desk, desk.choose_account(), wanted)
        return
    for account in everywhere.find_accounts():
        try:
            for record in _find_kept_rows_of(desk, account, wanted):
                yield {"account": account.name, **record}
        except (StoreError, UsageError) as error:
            everywhere.fail(account, error)


def _find_kept_rows_of(desk: Desk, account: Account, wanted: Conditions) -> Iterator[Record]:
    from tui.services.devices.conditions import read_marks
    from tui.services.session import find_account_key, open_offline

    with open_offline(account, desk.places) as kept:
        whose = f" of {make_inert(account.name)}" if desk.arguments.all_accounts else ""
        at = f"{kept.at.astimezone():%Y-%m-%d %H:%M}"
        desk.err.note(f"offline: the list{whose} as the server gave it at {at}")
        if kept.trouble:
            desk.err.warn(f"MAC-IDs known here cannot be shown. {kept.trouble}")
        named = set(map(to_nfc, desk.arguments.provider))
        rows = (row for row in kept.rows if not named or to_nfc(row[1]) in named)
        for row in wanted.keep(rows, read_marks(desk.places, find_account_key(account), wanted)):
            yield describe_row(row, kept.mac_ids.get(row[0]))
