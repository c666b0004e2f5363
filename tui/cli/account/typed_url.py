"""`--url`: on the command line, or typed out of sight of the process list."""

from __future__ import annotations

from tui.cli.desk import Desk
from tui.errors import UsageError
from tui.model.secrets import has_credentials

URL_HELP = "provisioning URL; - asks for it, or reads its line from stdin"
_IN_PROCESS_LIST = (
    "The credentials in the URL stand in the process list while this runs: give --url - and type it, or keep"
    " it in a preset."
)


def read_url(desk: Desk) -> str | None:
    """The URL that the arguments give, None for none. Raises UsageError where - cannot be read."""
    given: str | None = desk.arguments.url
    if given != "-":
        if given and has_credentials(given):
            desk.err.warn(_IN_PROCESS_LIST)
        return given
    if "-" in (*getattr(desk.arguments, "mac_ids", ()), getattr(desk.arguments, "file", "")):
        raise UsageError(
            "Standard input cannot hold both the devices and the URL.",
            hint="Keep the URL in a preset: redirectory presets add NAME --url -. Nothing was sent.",
        )
    prompt = desk.make_prompt("URL (not shown): ")
    text = (prompt() if prompt is not None else desk.stdin.readline()).strip()
    if not text:
        raise UsageError(
            "No URL was given.", hint="Type it, or write it on the first line. Nothing was sent."
        )
    return text
