"""Bytes encrypted for files that leave this machine, in the age format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tui.classes import define
from tui.errors import InputError, UsageError
from tui.model.secrets import Secret
from tui.model.text.inert import make_inert
from tui.services.age import import_age
from tui.services.files.reading import read_source
from tui.settings.files.private import write_new

_BINARY = b"age-encryption.org/v1"
_ARMOUR = b"-----BEGIN AGE ENCRYPTED FILE-----"
_BY_PASSPHRASE = b"-> scrypt "
_SECRET_KEY = "AGE-SECRET-KEY-"
_KEY_FILE_LIMIT = 1 << 20


@define(frozen=True, slots=True)
class Lock:
    """What a file is encrypted with: a passphrase, or the public keys of those who may read it."""

    recipients: tuple[Any, ...] = ()
    passphrase: Secret | None = None


@define(frozen=True, slots=True)
class Keys:
    """What encrypted files are read with. `ask` gives a passphrase when one is needed, and raises where there
    is none."""

    identities: tuple[Any, ...] = ()
    ask: Callable[[], Secret] | None = None


def seal(data: bytes, lock: Lock, *, armoured: bool = False) -> bytes:
    """The data encrypted, as ASCII text if `armoured`. Raises ConfigurationError without the package."""
    pyrage = import_age()
    if lock.passphrase is not None:
        return bytes(pyrage.passphrase.encrypt(data, lock.passphrase.reveal(), armored=armoured))
    return bytes(pyrage.encrypt(data, list(lock.recipients), armored=armoured))


def is_sealed(data: bytes) -> bool:
    """Whether the data is a file in the age format."""
    return data.startswith(_BINARY) or data.lstrip()[: len(_ARMOUR)] == _ARMOUR


def unseal(data: bytes, keys: Keys) -> bytes:
    """The data as it was; data that is not encrypted as it is. Raises InputError if no key fits or the data
    is damaged, ConfigurationError without the package."""
    if not is_sealed(data):
        return data
    pyrage = import_age()
    if data.startswith(_BINARY):
        by_passphrase = _BY_PASSPHRASE in data[:256]
    else:
        data = data.strip() + b"\n"
        by_passphrase = _is_armoured_by_passphrase(data)
    try:
        if not by_passphrase:
            return bytes(pyrage.decrypt(data, list(keys.identities))) if keys.identities else _refuse()
        if keys.ask is None:
            raise InputError(
                "The file is encrypted with a passphrase.",
                "",
                "Give a file that holds it, or run this in a terminal.",
            )
        return bytes(pyrage.passphrase.decrypt(data, keys.ask().reveal()))
    except pyrage.DecryptError:
        what = "The passphrase is not the one" if by_passphrase else "None of the keys is one"
        raise InputError(
            "The file cannot be decrypted.",
            f"{what} that it was encrypted with, or it is damaged.",
            "Try another passphrase or key, or another copy of the file.",
        ) from None


def make_identity(path: Path) -> str:
    """Writes a new secret key to a new private file; its public key. Raises StoreError for a file that
    exists."""
    identity = import_age().x25519.Identity.generate()
    public = str(identity.to_public())
    write_new(path, [f"# public key: {public}\n{identity}\n"])
    return public


def add_own(lock: Lock, keys: Keys) -> Lock:
    """The lock, open to the public sides of the secret keys too. Those of SSH keys are not known."""
    own = [one.to_public() for one in keys.identities if hasattr(one, "to_public")]
    known = set(map(str, lock.recipients))
    return Lock((*lock.recipients, *(one for one in own if str(one) not in known)), lock.passphrase)


def _refuse() -> bytes:
    raise InputError(
        "The file is encrypted to keys.", "", "Give the file of your secret key, as the identity."
    )


def _is_armoured_by_passphrase(data: bytes) -> bool:
    import base64
    import binascii

    try:
        begun = base64.b64decode(b"".join(data[:256].splitlines()[1:3]), validate=True)
    except binascii.Error:
        return False
    return _BY_PASSPHRASE in begun


def read_recipients(words: Sequence[str]) -> Lock:
    """A lock from public keys (age1..., ssh-ed25519 ..., ssh-rsa ...), each a word or the lines of a file.
    Raises UsageError for what is none, InputError for a file that cannot be read."""
    found: list[Any] = []
    for word in words:
        if word.startswith(("age1", "ssh-")):
            found.append(_read_recipient(word, "the command line"))
            continue
        _refuse_secret_key(word)
        lines = _read_lines(word)
        found += [_read_recipient(line, f"{word}, line {number}") for number, line in lines]
        if not lines:
            raise UsageError("The file holds no key.", make_inert(word), "Give one public key a line.")
    return Lock(tuple(found))


def _refuse_secret_key(text: str) -> None:
    if _SECRET_KEY in text.upper():
        raise UsageError(
            "A secret key is no public key.",
            "It is not shown here. If it stood on a command line, others may have seen it: make a new one.",
            "Encrypt to the public key (age1...), and give the secret one in a file, as the identity.",
        )


def _read_recipient(text: str, where: str) -> Any:
    pyrage = import_age()
    _refuse_secret_key(text)
    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise UsageError(
            "This is no public key.",
            f"{make_inert(where)}: {make_inert(text[:24])}...",
            "Give one that begins with age1, ssh-ed25519 or ssh-rsa, or a file of them.",
        ) from None


def read_identities(files: Sequence[str]) -> tuple[Any, ...]:
    """The secret keys of these files: lines as `age-keygen` writes them, or an SSH key without a passphrase.
    Raises UsageError for a file without one, InputError for one that cannot be read."""
    found: list[Any] = []
    for name in files:
        pyrage = import_age()
        data = read_source(name, limit=_KEY_FILE_LIMIT)
        try:
            if b"PRIVATE KEY-----" in data:
                found.append(pyrage.ssh.Identity.from_buffer(data))
            else:
                keys = [line.strip() for line in _decode(data) if line.strip().startswith(_SECRET_KEY)]
                found += map(pyrage.x25519.Identity.from_str, keys)
                if not keys:
                    raise UsageError(
                        "The file holds no secret key.",
                        make_inert(name),
                        "Give one as age-keygen writes it, or an SSH key without a passphrase.",
                    )
        except pyrage.IdentityError:
            raise UsageError(
                "The secret key cannot be read.",
                make_inert(name),
                "Give one as age-keygen writes it, or an SSH key without a passphrase.",
            ) from None
    return tuple(found)


def read_passphrase(name: str | Path) -> Secret:
    """The first line of a file, or of a pipe such as `<(pass show team)` is. Raises InputError, UsageError if
    it is empty."""
    first = next(iter(_decode(read_source(name, limit=_KEY_FILE_LIMIT))), "")
    if not first:
        raise UsageError("The passphrase is empty.", make_inert(str(name)), "Write it on the first line.")
    return Secret(first)


def _read_lines(name: str) -> list[tuple[int, str]]:
    lines = (
        (number, line.strip())
        for number, line in enumerate(_decode(read_source(name, limit=_KEY_FILE_LIMIT)), 1)
    )
    return [(number, line) for number, line in lines if line and not line.startswith("#")]


def _decode(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines()
