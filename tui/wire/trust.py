"""The one place where TLS contexts are made: whom every request of the program trusts."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tui.errors import UsageError

if TYPE_CHECKING:
    import ssl

FILE, FOLDER = "SSL_CERT_FILE", "SSL_CERT_DIR"


def describe_trust() -> str:
    """Whose certificates are trusted, as a clause: the operating system's, and what the environment adds."""
    added = [f"{name}={os.environ[name]}" for name in (FILE, FOLDER) if os.environ.get(name)]
    return f"the operating system's store and {' and '.join(added) or f'{FILE} or {FOLDER} (not set)'}"


def make_context() -> ssl.SSLContext:
    """A context that trusts the operating system's store and, beside it, what SSL_CERT_FILE and SSL_CERT_DIR
    name. Raises UsageError if one of these cannot be read."""
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
    if sys.platform not in ("win32", "darwin"):
        _load_own_store(context, bool(file), bool(folder))
    return context


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
