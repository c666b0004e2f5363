"""Which devices `list` shows, and in which order."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Iterator

from tui.cli.desk import Desk
from tui.cli.terminal.output import Record
from tui.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tui.services.devices.conditions import Conditions

_ORDERS = ("asc", "desc")


def declare_conditions(parser: ArgumentParser) -> None:
    """`--where`, `--before`, `--never` and `--sort`."""
    parser.add_argument(
        "--where",
        metavar="WORDS",
        help="only devices for which all of these hold: provider:NAME (* stands for anything), host:NAME (and"
        " the names below it), before:DAY, never, mine (registered from here), changed (from here today), or"
        " words; a name with blanks in quotation marks",
    )
    parser.add_argument(
        "--before", metavar="DAY", help="only devices that the server dates before YYYY-MM-DD (or YYYY-MM)"
    )
    parser.add_argument(
        "--never", action="store_true", help="only devices without a date; with --before: these too"
    )
    parser.add_argument(
        "--sort",
        metavar="COLUMN[:desc]",
        help="sort by server_date, mac, mac_id, provider, url or account; the list comes when it is whole",
    )


def choose_conditions(desk: Desk) -> Conditions:
    """The conditions that the arguments spell. Raises UsageError."""
    from tui.classes import replace
    from tui.services.devices.conditions import read_conditions
    from tui.services.devices.device_search import Query, parse_query

    arguments = desk.arguments
    wanted = read_conditions(arguments.where or "", before=arguments.before, never=arguments.never)
    searched = parse_query(arguments.search or "")
    if not searched:
        return wanted
    return replace(wanted, query=Query((*wanted.query.terms, *searched.terms)))


def choose_order(desk: Desk) -> Callable[[Iterator[Record]], Iterator[Record]]:
    """A function that gives the records as they come, or all of them in the order that --sort, else [list] of
    config.toml, asks for. Raises UsageError."""
    given: str | None = desk.arguments.sort
    column, _, order = (given or "").partition(":")
    chosen = desk.config.list
    if given is None:
        column, order = chosen.sort, _ORDERS[chosen.descending]
        if not column:
            return iter
    else:
        _check(column, order, everywhere=desk.arguments.all_accounts)
    from tui.model.text.dates import sort_key
    from tui.model.text.inert import fold_case

    def find_key(record: Record) -> str:
        text = str(record[column] or "")
        return sort_key(text) if column == "server_date" else fold_case(text)

    return lambda records: iter(sorted(records, key=find_key, reverse=order == "desc"))


def _check(column: str, order: str, *, everywhere: bool) -> None:
    from tui.cli.rows import DEVICE_COLUMNS

    known = (*DEVICE_COLUMNS, "account") if everywhere else DEVICE_COLUMNS
    if column not in known:
        from tui.settings.files.toml_file import suggest

        raise UsageError(f"There is no column {column!r} to sort by.", hint=suggest(column, known))
    if order not in ("", *_ORDERS):
        raise UsageError(f"Not an order: {order!r}.", hint=f"Write {column}:desc or {column}:asc.")
