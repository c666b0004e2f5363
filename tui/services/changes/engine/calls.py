"""The two changes a server can make, registering and removing: how each is called, read, and judged by the
record."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tui.classes import define, field
from tui.errors import RedirectoryError
from tui.model.addresses import Identifier
from tui.model.device import SERVER_DATE, DeviceRow
from tui.model.outcome import Operation, Owner, Result
from tui.model.registration import Target
from tui.model.secrets import Secret
from tui.services import messages
from tui.services.changes.engine.answer_matching import (
    SUFFIX_MISMATCH,
    UNVERIFIED,
    Reading,
    Standing,
    Verdict,
    read_registration,
    read_removal,
)
from tui.services.devices.server_state import Found, is_at, same_target
from tui.services.storage.vault import VaultEntry, is_same
from tui.wire.xmlrpc.answers import MAC_ALREADY_IN_USE, MAC_NOT_FOUND, Answer, explain

if TYPE_CHECKING:
    from tui.wire.client import RedirectClient


@define(slots=True, eq=False)
class Task:
    """One device of a job and its record in the journal. `calls` counts the calls that have named it; `late`
    says that the server may still carry one of them out."""

    id: int
    operation: Operation
    identifier: Identifier
    target: Target | None
    before: DeviceRow | None = None
    line: int | None = None
    calls: int = 0
    late: bool = False


@define(frozen=True, slots=True)
class Ending:
    """How one change ended for one device; `done` tells whether the record now is as the change wanted it."""

    result: Result
    code: str = ""
    message: str = ""
    password: Secret | None = None
    server_date: str | None = None
    owner: Owner | None = None
    password_lost: bool = False

    @property
    def done(self) -> bool:
        """Whether the server has made the change, or had no need to."""
        return self.result.is_done


@define(slots=True)
class Knowledge:
    """What is known of the devices of a job before it runs, and what its answers taught about their order."""

    vault: Mapping[str, VaultEntry]
    suffixes: dict[str, str] = field(default_factory=dict)
    in_order: bool | None = None

    def learn_suffixes(self, identifiers: Sequence[Identifier]) -> None:
        """The suffixes that passwords will be held against: as sent, else from the vault."""
        for identifier in identifiers:
            entry = self.vault.get(identifier.mac)
            suffix = identifier.suffix
            if suffix is None and entry is not None and entry.password is not None:
                suffix = entry.password.beginning.upper() or None
            if suffix is not None:
                self.suffixes[identifier.mac] = suffix

    def known_suffix(self, mac: str) -> str | None:
        """The suffix that the vault knows of the device."""
        entry = self.vault.get(mac)
        return entry.suffix if entry is not None else None

    def part_key(self, mac: str) -> str | None:
        """What only one device of a registration call may have, so that each password can be told by how it
        begins: the suffix; devices without one share a key until the server has shown its order."""
        return self.suffixes.get(mac) or (None if self.in_order else "")

    def note_order(self, reading: Reading) -> None:
        """One answer out of order is enough never to trust the order again."""
        if reading.in_order is False:
            self.in_order = False
        elif reading.in_order and self.in_order is None:
            self.in_order = True

    def is_new_password(self, mac: str, password: Secret | None) -> bool:
        """Whether the vault has another password for the device."""
        entry = self.vault.get(mac)
        if password is None or entry is None or entry.password is None:
            return False
        return is_same(entry.password, password) is False


class Mutation(ABC):
    """A change that devices of one call share."""

    verb: str
    # Whether a call that the server may still carry out does no harm beside another of its kind.
    repeatable: bool

    @abstractmethod
    def send(self, client: RedirectClient, sent: Sequence[Identifier]) -> Answer:
        """One call: the single method for one device, the list method for several."""

    @abstractmethod
    def read(self, answer: Answer, sent: Sequence[Identifier], known: Knowledge) -> Reading:
        """Verdicts from the answer."""

    @abstractmethod
    def conclude(self, task: Task, verdict: Verdict, known: Knowledge) -> Ending:
        """The end of a device whose verdict leaves no doubt."""

    @abstractmethod
    def judge(self, task: Task, verdict: Verdict, found: Found | None) -> Ending | None:
        """The end of a device in doubt, by its record; None if the change was not made and may be sent
        again."""

    @abstractmethod
    def unclear(
        self, task: Task, verdict: Verdict, failure: RedirectoryError | None, asked: RedirectoryError
    ) -> Ending:
        """The end of a device in doubt when the server could not be asked for its record."""


def _refused(code: str) -> Ending:
    return Ending(Result.REFUSED, code, " ".join(part for part in explain(code) if part))


@define(frozen=True, slots=True)
class Registering(Mutation):
    """Devices get a record with one target."""

    target: Target
    verb = "stored"
    # A registration never overwrites.
    repeatable = True

    def send(self, client: RedirectClient, sent: Sequence[Identifier]) -> Answer:
        """registerDevice or registerDeviceList."""
        if len(sent) == 1:
            return client.register_device(sent[0].wire, self.target.url, self.target.provider)
        return client.register_device_list([one.wire for one in sent], self.target.url, self.target.provider)

    def read(self, answer: Answer, sent: Sequence[Identifier], known: Knowledge) -> Reading:
        """Verdicts with the passwords that are proven to be the devices' own."""
        return read_registration(answer, sent, known.suffixes, order_proven=known.in_order is True)

    def conclude(self, task: Task, verdict: Verdict, known: Knowledge) -> Ending:
        """Stored with what the answer taught, or refused in the server's words."""
        if verdict.standing is not Standing.DONE:
            return _refused(verdict.code)
        if verdict.code == UNVERIFIED:
            return Ending(Result.STORED, UNVERIFIED, messages.UNVERIFIED, password_lost=True)
        if verdict.code == SUFFIX_MISMATCH:
            return Ending(Result.STORED, SUFFIX_MISMATCH, messages.SUFFIX_MISMATCH, verdict.password)
        if known.is_new_password(task.identifier.mac, verdict.password):
            return Ending(Result.STORED, "password_changed", messages.PASSWORD_CHANGED, verdict.password)
        return Ending(Result.STORED, password=verdict.password)

    def judge(self, task: Task, verdict: Verdict, found: Found | None) -> Ending | None:
        """A record at the target is ours if a call of ours may have put it there."""
        in_use = verdict.code == MAC_ALREADY_IN_USE
        if found is None:
            if in_use:
                return Ending(Result.REFUSED, MAC_ALREADY_IN_USE, messages.HIDDEN, owner=Owner.OTHER)
            return _refused(verdict.code) if verdict.code else None
        if not is_at(found.row, self.target):
            return in_the_way(found)
        if in_use and task.calls < 2:
            if found.owner is Owner.OTHER:
                return in_the_way(found)
            if task.before is not None and task.operation is not Operation.RETARGET:
                return Ending(Result.UNCHANGED, "", messages.ALREADY, server_date=found.row[SERVER_DATE])
            # Looked for before, there was no record: something on the way has sent this call twice.
            return answer_lost(found.row[SERVER_DATE])
        date = found.row[SERVER_DATE]
        if verdict.password is not None:
            return Ending(Result.STORED, verdict.code, "", verdict.password, date)
        return answer_lost(date, verdict.code)

    def unclear(
        self, task: Task, verdict: Verdict, failure: RedirectoryError | None, asked: RedirectoryError
    ) -> Ending:
        """In use is certain even if nobody can say whose record it is."""
        if verdict.code == MAC_ALREADY_IN_USE:
            message = messages.in_use_unclear(asked)
            return Ending(Result.REFUSED, MAC_ALREADY_IN_USE, message, owner=Owner.NOT_KNOWN)
        return _unknown(verdict, failure, asked)


@define(frozen=True, slots=True)
class Removing(Mutation):
    """Devices lose their record."""

    verb = "removed"
    # Carried out late it would remove what was registered meanwhile.
    repeatable = False

    def send(self, client: RedirectClient, sent: Sequence[Identifier]) -> Answer:
        """deregisterDevice or deregisterDeviceList."""
        if len(sent) == 1:
            return client.deregister_device(sent[0].wire)
        return client.deregister_device_list([one.wire for one in sent])

    def read(self, answer: Answer, sent: Sequence[Identifier], known: Knowledge) -> Reading:
        """Verdicts; the lines of a removal carry nothing else. A record that was seen and is not found is
        looked for: it may be gone, or another account's."""
        reading = read_removal(answer, sent)
        return Reading(
            {
                mac: Verdict(Standing.DOUBTFUL, MAC_NOT_FOUND) if verdict.code == MAC_NOT_FOUND else verdict
                for mac, verdict in reading.verdicts.items()
            },
            reading.in_order,
        )

    def conclude(self, task: Task, verdict: Verdict, known: Knowledge) -> Ending:
        """Removed, or refused in the server's words."""
        return Ending(Result.REMOVED) if verdict.standing is Standing.DONE else _refused(verdict.code)

    def judge(self, task: Task, verdict: Verdict, found: Found | None) -> Ending | None:
        """No record is what was wanted, unless the first call of ours came too late for it; another record
        than before is somebody else's work."""
        missed = verdict.code == MAC_NOT_FOUND
        if found is None and missed and task.calls < 2:
            return _refused(MAC_NOT_FOUND) if task.before is None else _gone()
        if found is None:
            return Ending(Result.REMOVED, "" if missed else verdict.code, messages.GONE_BY_RECORD)
        if missed:
            return Ending(Result.REFUSED, MAC_NOT_FOUND, messages.not_ours(found.row), owner=Owner.OTHER)
        if task.before is not None and not same_target(task.before, found.row):
            return Ending(Result.REFUSED, "changed_meanwhile", messages.changed_meanwhile(found.row))
        return _refused(verdict.code) if verdict.code else None

    def unclear(
        self, task: Task, verdict: Verdict, failure: RedirectoryError | None, asked: RedirectoryError
    ) -> Ending:
        """Nothing is known, unless the server had said that it has no such record."""
        if verdict.code == MAC_NOT_FOUND:
            return Ending(Result.REMOVED) if task.calls > 1 else _refused(MAC_NOT_FOUND)
        return _unknown(verdict, failure, asked)


def not_made(task: Task, verb: str, error: RedirectoryError, code: str = "") -> Ending:
    """The end of a device whose record does not show the change: it was not made, or not yet."""
    code = code or messages.code_of(error)
    if task.late:
        return Ending(Result.UNKNOWN, code, messages.not_yet(error))
    return Ending(Result.NOT_MADE, code, messages.not_applied(error, verb))


def in_the_way(found: Found) -> Ending:
    """Refused, because this record exists."""
    message = messages.in_use(found.row, found.owner)
    return Ending(Result.REFUSED, MAC_ALREADY_IN_USE, message, owner=found.owner)


def answer_lost(server_date: str | None, code: str = "") -> Ending:
    """Stored, as the record shows; the MAC password was in the answer that did not arrive."""
    return Ending(
        Result.STORED,
        code or "answer_lost",
        messages.ANSWER_LOST,
        server_date=server_date,
        password_lost=True,
    )


def _gone() -> Ending:
    return Ending(Result.REFUSED, MAC_NOT_FOUND, messages.GONE)


def _unknown(verdict: Verdict, failure: RedirectoryError | None, asked: RedirectoryError) -> Ending:
    code = messages.code_of(failure) if failure is not None else verdict.code or "unmatched"
    return Ending(Result.UNKNOWN, code, messages.unknown(failure or asked, asked))
