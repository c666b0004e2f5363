"""Web servers that ask for a digest and look passwords up in a file of Apache's htdigest: two that others
wrote, and a small one of ours on the standard library, for machines that have neither."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
REALM = "phones"
_PATIENCE = 60.0
_APACHE = """
ServerName localhost
Listen 127.0.0.1:{port}
ServerRoot {folder}
PidFile {folder}/pid
ErrorLog {folder}/error.log
DocumentRoot {folder}/pages
User nobody
Group nogroup
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authn_file_module {modules}/mod_authn_file.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule auth_digest_module {modules}/mod_auth_digest.so
<Directory {folder}/pages>
  AuthType Digest
  AuthName {realm}
  AuthUserFile {folder}/users
  Require valid-user
</Directory>
"""
_NGINX = """
load_module /usr/lib/nginx/modules/ngx_http_js_module.so;
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ }}
http {{
  access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  js_path {here}; js_import digest from digest.js; js_var $users {folder}/users; js_var $realm {realm};
  js_var $nonce {nonce};
  server {{
    listen 127.0.0.1:{port}; root {folder}/pages;
    location / {{ js_content digest.check; }}
    location @page {{ }}
  }}
}}
"""


@dataclass(frozen=True)
class DigestServer:
    """`command` serves by the file {conf}, on a machine where `probe` ends with 0."""

    name: str
    command: tuple[str, ...]
    probe: tuple[str, ...]
    packages: tuple[str, ...] = ()
    conf: str = ""

    def is_here(self) -> bool:
        """Whether this machine can run it."""
        if shutil.which(self.probe[0]) is None:
            return False
        return subprocess.run(self.probe, capture_output=True, timeout=60).returncode == 0

    @contextmanager
    def serve(self, users: Path, pages: dict[str, str]) -> Iterator[str]:
        """Serve pages, by their paths, to the users of the file; the URL. Whoever the server becomes can read
        the folder."""
        with tempfile.TemporaryDirectory() as name, self._serve(Path(name), users, pages) as url:
            yield url

    @contextmanager
    def _serve(self, folder: Path, users: Path, pages: dict[str, str]) -> Iterator[str]:
        shutil.copyfile(users, folder / "users")
        for name, text in pages.items():
            page = folder / "pages" / name
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        conf = folder / "conf"
        conf.write_text(
            self.conf.format(
                port=port,
                folder=folder,
                here=HERE,
                realm=REALM,
                nonce=os.urandom(8).hex(),
                modules="/usr/lib/apache2/modules",
            )
        )
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        words = [
            word.format(conf=conf, port=port, folder=folder, python=sys.executable) for word in self.command
        ]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until it takes connections. What refuses one at once is asked again; nothing waits for time."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, "the web server has ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            continue
    raise AssertionError("the web server takes no connections")


OURS = DigestServer(
    "standard library", ("{python}", "-m", "tests.foreign.digest_servers", "{port}", "{folder}"), ("true",)
)
SERVERS = (
    DigestServer(
        "apache",
        ("apache2", "-X", "-f", "{conf}"),
        ("sh", "-c", "command -v apache2 && test -e /usr/lib/apache2/modules/mod_auth_digest.so"),
        ("apache2-bin",),
        _APACHE,
    ),
    DigestServer(
        "nginx",
        ("nginx", "-c", "{conf}"),
        ("sh", "-c", "command -v nginx && test -e /usr/lib/nginx/modules/ngx_http_js_module.so"),
        ("nginx-core", "libnginx-mod-http-js"),
        _NGINX,
    ),
)


def serve_ours(port: int, folder: Path) -> None:
    """Serve by RFC 7616 with MD5 and quality of protection `auth`, read with the standard library alone."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from urllib.request import parse_http_list, parse_keqv_list

    lines = (folder / "users").read_text().splitlines()
    secrets = {tuple(line.split(":")[:2]): line.split(":")[2] for line in lines}
    nonce = os.urandom(8).hex()

    def digest(*parts: str) -> str:
        return hashlib.md5(":".join(parts).encode()).hexdigest()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, _, rest = self.headers.get("Authorization", "").partition(" ")
            said = parse_keqv_list(parse_http_list(rest)) if kind == "Digest" else {}
            known = secrets.get((said.get("username", ""), said.get("realm", "")))
            good = False
            if known and said.get("nonce") == nonce and said.get("uri") == self.path:
                middle = (said["nonce"], said["nc"], said["cnonce"], said["qop"])
                good = said["response"] == digest(known, *middle, digest("GET", self.path))
            page = (folder / "pages" / self.path.lstrip("/")).read_bytes() if good else b""
            self.send_response(200 if good else 401)
            if not good:
                self.send_header("WWW-Authenticate", f'Digest realm="{REALM}", qop="auth", nonce="{nonce}"')
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    serve_ours(int(sys.argv[1]), Path(sys.argv[2]))
