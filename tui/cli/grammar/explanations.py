"""What stands below a command's options in its help and in the man page: examples, exit codes, environment.

Read when help is asked for, and by nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

from tui.classes import define, field

_OUTPUT = {6: "the output could not be written"}
_USAGE = {2: "usage or configuration"}
_LINK = {3: "server not reachable, login refused, or an answer that is not XML-RPC"}
_ENDED = {130: "interrupted; 128 + the signal's number for others"}
_CHANGES = {
    0: "all done; for --dry-run: all would be tried",
    1: "some refused, not made, not sent or left out; or a MAC password was lost",
    2: "usage or configuration; nothing was sent",
    **_LINK,
    4: "an outcome is unknown: redirectory resolve",
    6: "the output could not be written; what was changed is in the journal",
    **_ENDED,
}
_PRINTS = {0: "printed", **_USAGE, **_OUTPUT}
_WRITTEN = {0: "written", **_USAGE, **_OUTPUT}
_NO_JOURNAL = "usage, or a file that is no journal; nothing was changed"
_SETS = {0: "saved; for --dry-run: would be", 2: "usage, or a name that does not fit; nothing was saved"}
_SHARES = {
    0: "done",
    1: "something is contrary and was not taken, or a row was left out",
    **_USAGE,
    **_OUTPUT,
}

_LOCKS = {
    0: "done",
    2: "usage, a vault that is under a key already or under none, or a key that cannot be used",
    **_OUTPUT,
}

ALL_CODES = {
    0: "all done",
    1: "some refused or not found",
    2: "usage or configuration",
    3: _LINK[3],
    4: "an outcome is unknown: run redirectory resolve",
    5: "plan --exit-code found a difference",
    6: "the output could not be written; what was changed is in the journal",
    130: "interrupted; 128 + the signal's number for others",
}
FILES = {
    "config.toml": "the settings; redirectory config example prints one",
    "accounts.toml": "accounts that the program keeps; passwords are elsewhere",
    "presets.toml": "presets of URLs and providers",
    "passwords.toml": "passwords that you asked to keep; only you can read it",
    "journal.sqlite3": "every change and its outcome, and the vault of MAC-IDs and MAC passwords",
    "lists.sqlite3": "the last list of each account",
    "sandbox.sqlite3": "the devices of the application's own sandbox",
    "sharing-name": "the name under which this machine writes into shared folders",
    "redirectory.log": "what went wrong inside the program, without secrets",
}

HOME = {"REDIRECTORY_HOME": "one folder for settings, journal, vault and kept lists"}
ACCOUNT = {
    "REDIRECTORY_ACCOUNT": "a stored account, as --account",
    "REDIRECTORY_SERVER": "name or URL of the server, as --server",
    "REDIRECTORY_USER": "user name, as --user",
    "REDIRECTORY_PASSWORD": "the account's password",
    "REDIRECTORY_LOG": "a file to which every exchange with the server is noted",
}
SANDBOX = {"REDIRECTORY_SANDBOX_PASSWORD": "password of the sandbox's user (default demo)"}
APPEARANCE = {
    "NO_COLOR": "no colours in the application",
    "REDIRECTORY_FULL_REPAINT": "1: the application paints whole regions, not what changed",
}
NETWORK = {
    "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY": "proxy to the server",
    "NO_PROXY": "names, addresses and networks that no proxy is used for",
    "SSL_CERT_FILE, SSL_CERT_DIR": "certificates to trust beside the system's",
}


def list_variables() -> dict[str, str]:
    """Every variable of the environment that the program reads."""
    return {**ACCOUNT, **HOME, **SANDBOX, **NETWORK, **APPEARANCE}


@define(frozen=True)
class Explanation:
    """Examples that parse as they stand, and the meaning of each exit code."""

    examples: tuple[str, ...]
    codes: Mapping[int, str]
    variables: Mapping[str, str] = field(default_factory=dict)

    def write(self, variables: Mapping[str, str]) -> str:
        """As help shows it; `variables` are those of the command's options."""
        parts = ["examples:\n" + "\n".join(f"  {example}" for example in self.examples)]
        parts.append(_write_table("exit codes:", self.codes))
        parts.append(_write_table("environment:", {**variables, **self.variables, **HOME}))
        return "\n\n".join(parts) + "\n"


def _write_table(title: str, rows: Mapping[int, str] | Mapping[str, str]) -> str:
    width = max(len(str(name)) for name in rows)
    return "\n".join([title, *(f"  {name!s:<{width}}  {meaning}" for name, meaning in rows.items())])


def _explain(*examples: str, codes: Mapping[int, str], **variables: Mapping[str, str]) -> Explanation:
    return Explanation(tuple(f"redirectory {example}" for example in examples), codes, *variables.values())


EXPLANATIONS: dict[str, Explanation] = {
    "register": _explain(
        "register 7C2F80820EC0-55DF --url 'http://h.example/%MACD.xml' --provider Daryna",
        "register - --preset daryna --dry-run < macs.txt",
        codes=_CHANGES,
    ),
    "info": _explain(
        "info 7C2F80820EC0",
        "info - --json < macs.txt",
        codes={
            0: "every device has a record",
            1: "no device matches one of the MAC-IDs, or the server does not tell",
            **_USAGE,
            **_LINK,
        },
    ),
    "list": _explain(
        "list --provider Daryna --csv > phones.csv",
        "list --search '7c2f80 daryna' --limit 20",
        codes={
            0: "listed; an account without a device, too",
            1: "no device matches --provider or --search",
            **_USAGE,
            **_LINK,
            **_OUTPUT,
        },
    ),
    "deregister": _explain(
        "deregister 7C2F80820EC0-55DF", "deregister --all-of Daryna --dry-run", codes=_CHANGES
    ),
    "retarget": _explain(
        "retarget 7C2F80820EC0 --provider Daryna",
        "retarget --all-of Daryna --url 'https://new.example.net/%MACD.xml' --dry-run",
        codes=_CHANGES,
    ),
    "upload": _explain(
        "upload calls.xml --dry-run", "upload calls.xml --save-result answer.xml", codes=_CHANGES
    ),
    "import": _explain(
        "import phones.csv --dry-run", "import phones.xlsx --preset daryna --resume", codes=_CHANGES
    ),
    "plan": _explain(
        "plan wanted.csv",
        "plan wanted.csv --prune --exit-code --quiet",
        codes={
            0: "no difference, or without --exit-code also one",
            1: "rows that cannot be read, whatever else differs",
            2: "usage or configuration; a file that names no device",
            **_LINK,
            5: "with --exit-code: a difference; records that only --prune removes count with --prune",
        },
    ),
    "apply": _explain("apply wanted.csv --dry-run", "apply wanted.csv --prune --yes --json", codes=_CHANGES),
    "history": _explain(
        "history --device 7C2F80820EC0 --since 2026-11-20",
        "history --outcome unknown --json",
        codes={0: "printed; also where no change matches", **_USAGE, **_OUTPUT},
    ),
    "undo": _explain("undo --dry-run", "undo 20261126-071200-3f9c --yes", codes=_CHANGES),
    "resolve": _explain("resolve --dry-run", "resolve --go-on 20261126-071200-3f9c", codes=_CHANGES),
    "watch": _explain(
        "watch 7C2F80820EC0",
        "watch 7C2F80820EC0 --timeout 3600 --interval 30 --json",
        codes={
            0: "the phone has asked",
            1: "it has not asked in time, or has no record",
            **_USAGE,
            **_LINK,
            **_ENDED,
        },
    ),
    "test": _explain(
        "test 7C2F80820EC0",
        "test 7C2F80820EC0 --url 'https://new.example.net/%MACD.xml'",
        codes={
            0: "the URL gave a configuration",
            1: "it did not, or the device has no record",
            **_USAGE,
            **_LINK,
        },
    ),
    "expand": _explain(
        "expand 'http://h.example/%DVID/%MACD.xml' 7C2F80820EC0",
        "expand 'http://h.example/%DVID/%MACD.xml' 7C2F80820EC0 --dvid 43/1",
        codes=_PRINTS,
    ),
    "secrets": _explain(
        "secrets export --format htdigest --realm phones --output phones.htdigest",
        "secrets import from-anna.csv.age --passphrase-file team.txt --dry-run",
        codes=_SHARES,
    ),
    "secrets export": _explain(
        "secrets export --encrypt-to team.keys --output vault.age",
        "secrets export --format htdigest --realm phones --output phones.htdigest",
        codes=_WRITTEN,
    ),
    "secrets import": _explain(
        "secrets import vault.age --identity me.key --dry-run",
        "secrets import from-anna.csv.age --passphrase-file team.txt --theirs",
        codes=_SHARES,
    ),
    "secrets keygen": _explain(
        "secrets keygen me.key",
        "secrets keygen me.key >> team.keys",
        codes=_WRITTEN,
    ),
    "secrets lock": _explain(
        "secrets lock --identity me.key",
        "secrets lock --dry-run",
        codes=_LOCKS,
    ),
    "secrets unlock": _explain(
        "secrets unlock",
        "secrets unlock --dry-run",
        codes=_LOCKS,
    ),
    "sync": _explain(
        "sync /mnt/team/phones --passphrase-file team.txt",
        "sync phones.git --encrypt-to team.keys --identity me.key --dry-run",
        codes={
            0: "done",
            1: "something is contrary and was not taken, or a file or row could not be read",
            2: "usage or configuration, or the own file cannot be read; nothing was changed",
            6: "the own file could not be written; what was learnt stays",
        },
    ),
    "journal": _explain(
        "journal backup journal.age --passphrase-file pass.txt",
        "journal prune --before 2025-01-01 --dry-run",
        codes={0: "done", 2: _NO_JOURNAL, 6: "not written"},
    ),
    "journal backup": _explain(
        "journal backup journal.age --encrypt-to me.keys",
        "journal backup journal.sqlite3 --no-secrets --force",
        codes={0: "written", 2: "usage, or a journal that cannot be read", 6: "not written"},
    ),
    "journal restore": _explain(
        "journal restore journal.age --identity me.key --dry-run",
        "journal restore journal.sqlite3 --force",
        codes={
            0: "put back",
            2: _NO_JOURNAL,
            6: "not written",
        },
    ),
    "journal prune": _explain(
        "journal prune --before 2025-01-01 --dry-run",
        "journal prune --before 2025-01-01 --yes",
        codes={0: "removed; also where there was nothing to remove", **_USAGE, 6: "not written"},
    ),
    "template": _explain("template register", "template deregister-list > calls.xml", codes=_PRINTS),
    "dx800-patch": _explain("dx800-patch", "dx800-patch > redirect.cfg", codes=_PRINTS),
    "accounts": _explain(
        "accounts add office --user a-user --keep-password", "accounts test office", codes=_SETS
    ),
    "accounts list": _explain("accounts list", "accounts list --json", codes=_PRINTS),
    "accounts add": _explain(
        "accounts add office --user a-user --keep-password",
        "accounts add office --user a-user --password-command 'pass show gigaset/office'",
        codes=_SETS,
    ),
    "accounts edit": _explain(
        "accounts edit office --user another-user --dry-run",
        "accounts edit office --proxy none --ca-file company.pem",
        codes=_SETS,
    ),
    "accounts rename": _explain(
        "accounts rename office customer-a", "accounts rename office customer-a --dry-run", codes=_SETS
    ),
    "accounts remove": _explain("accounts remove office", "accounts remove office --dry-run", codes=_SETS),
    "accounts test": _explain(
        "accounts test office",
        "accounts test office --json",
        codes={0: "login accepted", **_USAGE, 3: "not reached, or login refused"},
    ),
    "accounts use": _explain("accounts use office", "accounts use office --dry-run", codes=_SETS),
    "presets": _explain(
        "presets add daryna --url 'http://h.example/%MACD.xml' --provider Daryna", "presets list", codes=_SETS
    ),
    "presets list": _explain("presets list", "presets list --csv", codes=_PRINTS),
    "presets add": _explain(
        "presets add daryna --url 'http://h.example/%MACD.xml' --provider Daryna",
        "presets add daryna --provider Daryna --dry-run",
        codes=_SETS,
    ),
    "presets edit": _explain(
        "presets edit daryna --url 'https://new.example.net/%MACD.xml'",
        "presets edit daryna --provider Daryna --dry-run",
        codes=_SETS,
    ),
    "presets rename": _explain(
        "presets rename daryna customer-a", "presets rename daryna customer-a --dry-run", codes=_SETS
    ),
    "presets remove": _explain("presets remove daryna", "presets remove daryna --dry-run", codes=_SETS),
    "config": _explain(
        "config --changed",
        "config check --json",
        codes={0: "done; for check: no mistake", 2: "check: there are mistakes; usage"},
    ),
    "sandbox": _explain(
        "sandbox serve --sample 200", "sandbox phone 7C2F80820EC0", codes={0: "done", **_USAGE}
    ),
    "sandbox serve": _explain(
        "sandbox serve --sample 200",
        "sandbox serve --port 0 --db office.db --set delay=0.2",
        codes={2: "usage, or an address that cannot be listened on", **_ENDED},
        variables=SANDBOX,
    ),
    "sandbox switches": _explain("sandbox switches", "sandbox switches --json", codes=_PRINTS),
    "sandbox phone": _explain(
        "sandbox phone 7C2F80820EC0",
        "sandbox phone 7C2F80820EC0 --server http://127.0.0.1:8642",
        codes={0: "the URL was printed", 1: "the server refused", **_USAGE, 3: "server not reachable"},
    ),
    "paths": _explain("paths", "paths --json", codes=_PRINTS),
    "man": _explain("man | man -l -", "man ap-client > ap-client.1", codes=_PRINTS),
    "completion": _explain(
        "completion bash > /etc/bash_completion.d/redirectory", "completion zsh", codes=_PRINTS
    ),
}
