"""The one place where TLS contexts are made: whom every request of the program trusts."""

from __future__ import annotations

import os
import sys

from tui.classes import define
from tui.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl

FILE, FOLDER = "SSL_CERT_FILE", "SSL_CERT_DIR"


@define(frozen=True, slots=True)
class Trust:
    """What an account adds to whom all trust: a file of certificates, and a file with a certificate and key
    of its own (PEM) to show to the server. Empty for none."""

    ca_file: str = ""
    client_cert: str = ""


ORDINARY = Trust()


def describe_trust(trust: Trust = ORDINARY) -> str:
    """Whose certificates are trusted, as a clause: the operating system's, and what account and environment
    add."""
    added = [f"ca_file={trust.ca_file}"] if trust.ca_file else []
    added += [f"{name}={os.environ[name]}" for name in (FILE, FOLDER) if os.environ.get(name)]
    return f"the operating system's store and {' and '.join(added) or f'{FILE} or {FOLDER} (not set)'}"


def make_context(trust: Trust = ORDINARY) -> ssl.SSLContext:
    """A context that trusts the operating system's store and, beside it, what SSL_CERT_FILE, SSL_CERT_DIR and
    the account name; it shows the account's own certificate. Raises UsageError if one of these cannot be
    read."""
    import ssl

    import truststore

    context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["http/1.1"])
    file, folder = os.environ.get(FILE) or None, os.environ.get(FOLDER) or None
    try:
        if file or folder:
            if folder and not os.path.isdir(folder):
                raise NotADirectoryError
            context.load_verify_locations(file, folder)
    except OSError:
        failed = True
    else:
        failed = False
    if failed:
        named = " or ".join(name for name, value in ((FILE, file), (FOLDER, folder)) if value)
        raise UsageError(
            "The certificates to trust cannot be read.",
            f"{named}: {file or folder}.",
            f"Correct the variable {named}, or unset it: the operating system's store is trusted anyway.",
        )
    if sys.platform != "darwin":
        _load_own_store(context, bool(file), bool(folder))
    add_trust(context, trust)
    return context


def add_trust(context: ssl.SSLContext, trust: Trust) -> None:
    """Give a context what an account adds. Raises UsageError if a file of it cannot be used."""
    reason = ""
    if trust.ca_file:
        try:
            context.load_verify_locations(trust.ca_file)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it holds no certificate"
        if reason:
            raise UsageError(
                "The certificates to trust cannot be read.",
                f"ca_file of the account, {trust.ca_file}: {reason}.",
                "Correct ca_file: it is a PEM file with the certificate of the issuer.",
            )
    if trust.client_cert:
        import ssl

        try:
            # Without a password OpenSSL would ask for the passphrase at the terminal.
            context.load_cert_chain(trust.client_cert, password=lambda: "")
        except (ssl.SSLError, ValueError):
            reason = "it holds no certificate with its key, or the key has a passphrase"
        except OSError as error:
            reason = error.strerror or "no access"
        if reason:
            raise UsageError(
                "The client certificate cannot be used.",
                f"client_cert of the account, {trust.client_cert}: {reason}.",
                "Correct client_cert: it is a PEM file with the certificate and its key, without passphrase.",
            )


def _load_own_store(context: ssl.SSLContext, file: bool, folder: bool) -> None:
    """OpenSSL takes the variables in place of the system's file and folder; here they count beside these."""
    import ssl

    paths = ssl.get_default_verify_paths()
    if file and os.path.isfile(paths.openssl_cafile):
        context.load_verify_locations(cafile=paths.openssl_cafile)
    if folder and os.path.isdir(paths.openssl_capath):
        context.load_verify_locations(capath=paths.openssl_capath)
    if not any(map(os.path.exists, (paths.openssl_cafile, paths.openssl_capath, "/etc/ssl", "/etc/pki"))):
        import certifi

        context.load_verify_locations(cafile=certifi.where())


def make_empty_context() -> ssl.SSLContext:
    """A context that trusts nobody: for plain http, where loading certificates would cost 40 ms for
    nothing."""
    import ssl

    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
