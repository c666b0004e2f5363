"""The answers to uploaded calls as records: a line for each device, row of a list, or other call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.cli.rows import CARD_COLUMNS, OUTCOME_COLUMNS, describe_card, describe_outcome, describe_row
from tui.cli.terminal.output import Output, Record
from tui.errors import Fault
from tui.model.outcome import Result

if TYPE_CHECKING:
    from tui.cli.account.devices import VaultReader
    from tui.services.changes.uploading import UploadAnswer
    from tui.services.session import Session

ANSWER_COLUMNS = tuple(dict.fromkeys(("call", "method", *OUTCOME_COLUMNS, *CARD_COLUMNS)))


def describe_answer(
    answer: UploadAnswer, session: Session, vault: VaultReader, out: Output, dvid: str
) -> Iterator[Record]:
    """The records of one answer; each names its call. `outcome` is there for changes, and for any call that
    was not answered."""
    head: dict[str, object] = {"call": answer.call.number, "method": answer.call.method}
    if answer.outcomes:
        for outcome in answer.outcomes:
            yield {**head, **describe_outcome(outcome, show_secrets=out.show_secrets)}
    elif answer.rows is not None:
        mac_ids = vault.find_mac_ids(session, [row[0] for row in answer.rows])
        for row in answer.rows:
            yield {**head, **describe_row(row, mac_ids.get(row[0]))}
        if not answer.rows:
            yield {**head, "message": "The list is empty."}
    elif answer.card is not None:
        yield {**head, **describe_card(answer.card, dvid=dvid, show_secrets=out.show_secrets)}
    else:
        declined = answer.error is None or isinstance(answer.error, Fault)
        said = "; ".join(line.text for line in answer.responses[1:])
        yield {
            **head,
            "outcome": Result.REFUSED.value if declined else Result.UNKNOWN.value,
            "code": answer.code,
            "message": answer.fault or said or "The server refused without a reason.",
        }
