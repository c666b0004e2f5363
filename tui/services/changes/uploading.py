"""Calls sent as they stand, as the portal's Upload does, with every change in the journal and every device
accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tui.classes import define, field
from tui.errors import (
    Applied,
    Fault,
    InputError,
    LinkError,
    LoginRefused,
    NotReached,
    RedirectoryError,
    StoreError,
    Unreadable,
    Unsettled,
)
from tui.model.addresses import Identifier
from tui.model.device import DeviceCard, DeviceRow
from tui.model.outcome import Operation, Outcome, Result
from tui.model.registration import Target
from tui.services import messages
from tui.services.changes.engine.answer_matching import DOUBTFUL, Reading, Standing, Verdict
from tui.services.changes.engine.calls import (
    Ending,
    Knowledge,
    Mutation,
    Registering,
    Removing,
    Task,
    not_made,
)
from tui.services.changes.engine.change_writer import Ledger
from tui.services.changes.engine.control import Control
from tui.services.devices.server_state import Found, Records, ask, find_records
from tui.services.files.call_file import UploadCall, examine_call, read_calls
from tui.services.files.responses import ResponseLine, number_answer, number_rows
from tui.services.files.templates import TEMPLATES, template
from tui.services.session import Session
from tui.services.storage.journal import Intent
from tui.wire.xmlrpc import methods
from tui.wire.xmlrpc.answers import (
    MAC_NOT_FOUND,
    CheckedDevice,
    decode_answer,
    decode_check,
    decode_row,
    explain,
    is_refusal,
)
from tui.wire.xmlrpc.codec import MethodCall, Value, encode_fault, encode_list_answer, encode_response

__all__ = [
    "TEMPLATES",
    "CallResult",
    "ResponseLine",
    "UploadAnswer",
    "UploadCall",
    "call_method",
    "read_calls",
    "result_xml",
    "template",
    "upload",
]


@define(frozen=True, slots=True)
class UploadAnswer:
    """What came of one call. `value` is the server's answer, `rows` that of a list call instead, `error`
    why there is neither; `fault` is that error in words. `outcomes` are one for each device of a change."""

    call: UploadCall
    value: Value = field(default=None, repr=False)
    outcomes: tuple[Outcome, ...] = ()
    rows: list[DeviceRow] | None = field(default=None, repr=False)
    error: RedirectoryError | None = None

    @property
    def fault(self) -> str | None:
        """Why there is no answer, in words."""
        return self.error.describe() if self.error is not None else None

    @property
    def ok(self) -> bool:
        """Whether the server answered and did not refuse."""
        return self.error is None and not is_refusal(self.value)

    @property
    def code(self) -> str:
        """The server's word, or ours for a call without an answer; empty for a call that was done."""
        if self.error is not None:
            return messages.code_of(self.error)
        if self.ok or not isinstance(self.value, list):
            return ""
        return next((line.code for line in decode_answer(self.value).lines), "")

    @property
    def card(self) -> DeviceCard | None:
        """What a check was answered."""
        if self.call.method != methods.CHECK or self.error is not None:
            return None
        checked = decode_check(self.value)
        if isinstance(checked, CheckedDevice):
            return DeviceCard(checked.mac, True, checked.provider, checked.url, checked.server_date)
        found = False if self.code == MAC_NOT_FOUND else None
        mac = self.call.identifiers[0].mac if self.call.identifiers else ""
        return DeviceCard(mac, found, code=self.code, message=" ".join(filter(None, explain(self.code))))

    @property
    def responses(self) -> tuple[ResponseLine, ...]:
        """The portal's numbered lines; for a list one line a row."""
        if self.rows is not None:
            return number_rows(self.rows)
        if self.error is not None:
            return ()
        return number_answer(self.value, self.call, self.outcomes)


def upload(
    session: Session, calls: Sequence[UploadCall], *, control: Control | None = None
) -> Iterator[UploadAnswer]:
    """Sends the calls in order, each as it stands in the file, and never twice; once cancelled, none of the
    rest.

    Raises InputError before anything is sent if one of them cannot be sent, StoreError if the journal cannot
    be written, which is Unsettled after the first call. A LinkError is raised after the answer that carries
    it; the calls behind it are not sent then. A Fault is only carried.
    """
    blocked = [call for call in calls if not call.sendable]
    if blocked:
        raise InputError(
            f"Call {', '.join(str(call.number) for call in blocked)} cannot be sent.",
            blocked[0].complaints[0] if blocked[0].complaints else "",
            "Nothing was sent. Correct the file.",
        )
    control = control or Control()
    changes = [call for call in calls if call.changes]
    if not changes:
        yield from _send_all(session, calls, None, control)
        return
    note = changes[0].title if len(changes) == 1 else f"{len(changes)} calls"
    change_set = session.journal.open_set(Operation.UPLOAD, session.account_key, note)
    with session.journal.at_work(change_set):
        yield from _send_all(session, calls, change_set, control)


def _send_all(
    session: Session, calls: Sequence[UploadCall], change_set: str | None, control: Control
) -> Iterator[UploadAnswer]:
    for number, call in enumerate(calls):
        if not control.may_go_on():
            return
        if not call.changes or change_set is None:
            answer = _ask(session, call)
        else:
            try:
                answer = _change(session, call, change_set, control)
            except StoreError as error:
                if isinstance(error, Unsettled) or not control.begun:
                    raise
                hint = messages.settle_later(error.hint, 0, None)
                done = f"Calls that were sent before: {number:,} of {len(calls):,}."
                raise Unsettled(error.title, f"{error.detail} {done}", hint) from error
        yield answer
        if isinstance(answer.error, LinkError):
            raise answer.error


def _ask(session: Session, call: UploadCall) -> UploadAnswer:
    try:
        if call.method == methods.CHECK:
            value = session.client.send(call.call)
            decode_check(value)
            return UploadAnswer(call, value)
        texts = [param for param in call.call.params if isinstance(param, str)]
        if len(texts) == len(call.call.params):
            rows = [row for batch in session.client.list_devices(*texts) for row in batch]
            return UploadAnswer(call, rows=rows)
        value = session.client.send(call.call)
        if is_refusal(value) or not isinstance(value, list):
            return UploadAnswer(call, value)
        return UploadAnswer(call, rows=[decode_row(item) for item in value])
    except (LinkError, Fault) as error:
        return UploadAnswer(call, error=error)


def _change(session: Session, call: UploadCall, change_set: str, control: Control) -> UploadAnswer:
    """One call that changes records: intent before, outcome after, doubts asked for."""
    mutation = Registering(call.target) if call.target is not None else Removing()
    operation = Operation.REGISTER if call.target is not None else Operation.DEREGISTER
    sent = list({identifier.mac: identifier for identifier in call.identifiers}.values())
    try:
        records = find_records(session, sent)
    except Fault:
        records = Records()
    except LinkError as error:
        unsent = Ending(Result.NOT_SENT, messages.code_of(error), f"Not sent: {error.describe()}")
        skipped = [_outcome(operation, one, call.target, unsent, change_set) for one in sent]
        return UploadAnswer(call, outcomes=tuple(skipped), error=error)
    befores = {mac: found.row for mac, found in records.found.items()}
    intents = [Intent(operation, one, befores.get(one.mac), call.target) for one in sent]
    ledger = Ledger(session.journal, change_set)
    tasks = ledger.intend(intents)
    for task in tasks:
        task.calls = 1
    known = Knowledge(session.journal.recall_many(session.account_key, [one.mac for one in sent]))
    known.learn_suffixes(sent)
    session.journal.step([task.id for task in tasks], "sent")
    value: Value = None
    failure: RedirectoryError | None = None
    reading = Reading({one.mac: DOUBTFUL for one in sent})
    with control.flight(len(tasks)):
        control.begun = True
        try:
            value = session.client.send(call.call)
            reading = mutation.read(decode_answer(value), sent, known)
        except (LinkError, Fault, InputError) as error:
            if isinstance(error, Unreadable):
                error.applied = Applied.MAYBE
            failure = error
            for task in tasks:
                task.late = error.late
        endings = _end(session, mutation, tasks, reading, known, failure)
        ledger.seal(list(zip(tasks, endings, strict=True)))
        # Raises Unsettled where the journal did not take them: passwords are kept aside then.
        list(ledger.own_up(session, control))
    outcomes = [
        _outcome(task.operation, task.identifier, task.target, ending, change_set, task.before)
        for task, ending in zip(tasks, endings, strict=True)
    ]
    return UploadAnswer(call, value, tuple(outcomes), error=failure)


def _end(
    session: Session,
    mutation: Mutation,
    tasks: Sequence[Task],
    reading: Reading,
    known: Knowledge,
    failure: RedirectoryError | None,
) -> list[Ending]:
    if failure is not None and failure.applied is Applied.NO:
        unsent = isinstance(failure, NotReached | LoginRefused | InputError)
        result, word = (Result.NOT_SENT, "Not sent") if unsent else (Result.NOT_MADE, "Not made")
        return [Ending(result, messages.code_of(failure), f"{word}: {failure.describe()}")] * len(tasks)
    verdicts = {task.identifier.mac: reading.verdicts.get(task.identifier.mac, DOUBTFUL) for task in tasks}
    doubtful = [
        task.identifier for task in tasks if verdicts[task.identifier.mac].standing is Standing.DOUBTFUL
    ]
    asked: RedirectoryError | None = None
    records = Records()
    if doubtful:
        try:
            records = ask(session, doubtful, confirm=[one.mac for one in doubtful if verdicts[one.mac].code])
        except (LinkError, Fault) as error:
            asked = error
    return [
        _conclude(mutation, task, verdicts[task.identifier.mac], known, records.found, failure, asked)
        for task in tasks
    ]


def _conclude(
    mutation: Mutation,
    task: Task,
    verdict: Verdict,
    known: Knowledge,
    found: Mapping[str, Found],
    failure: RedirectoryError | None,
    asked: RedirectoryError | None,
) -> Ending:
    if verdict.standing is not Standing.DOUBTFUL:
        return mutation.conclude(task, verdict, known)
    if asked is not None:
        return mutation.unclear(task, verdict, failure, asked)
    ending = mutation.judge(task, verdict, found.get(task.identifier.mac))
    if ending is not None:
        return ending
    if failure is not None:
        return not_made(task, mutation.verb, failure)
    return Ending(
        Result.NOT_MADE,
        "not_applied",
        f"Not {mutation.verb}: the server refused the call for another device and did nothing for this one.",
    )


def _outcome(
    operation: Operation,
    identifier: Identifier,
    target: Target | None,
    ending: Ending,
    change_set: str,
    before: DeviceRow | None = None,
) -> Outcome:
    return Outcome(
        operation,
        ending.result,
        identifier.mac,
        identifier.mac_id,
        target.provider if target else None,
        target.url if target else None,
        ending.server_date,
        ending.code,
        ending.message or messages.SAID.get(ending.result, ""),
        ending.password,
        change_set,
        before,
        owner=ending.owner,
        password_lost=ending.password_lost,
    )


def result_xml(answers: Iterable[UploadAnswer]) -> bytes:
    """The answers as XML-RPC documents, as the portal's Result button gives them: one document for each
    call that was answered, in order. They hold MAC passwords; the caller writes them to a private file."""
    documents: list[bytes] = []
    for answer in answers:
        if answer.rows is not None:
            documents.append(b"".join(encode_list_answer(answer.rows)))
        elif isinstance(answer.error, Fault):
            documents.append(encode_fault(answer.error.code, answer.error.text))
        elif answer.error is None:
            documents.append(encode_response(answer.value))
    return b"".join(document + b"\n" for document in documents)


@define(frozen=True, slots=True)
class CallResult:
    """The answer to one call as it is, MAC passwords included; `ok` is False for a refusal."""

    ok: bool
    value: Value = field(repr=False)


def call_method(session: Session, method: str, values: Sequence[str | list[str]]) -> CallResult:
    """One call as the vendor's script makes it: a change goes through the journal, a list is a list of
    rows. Raises InputError for what cannot be sent, LinkError, Fault and StoreError."""
    params: list[Value] = [list(one) if isinstance(one, list) else one for one in values]
    call = examine_call(MethodCall(method, params))
    if not call.sendable:
        raise InputError("The call cannot be sent.", " ".join(call.complaints), "Nothing was sent.")
    (answer,) = upload(session, [call])
    if answer.error is not None:
        raise answer.error
    value: Value = answer.value if answer.rows is None else [list[Value](row) for row in answer.rows]
    return CallResult(answer.ok, value)
