"""`register`, `deregister` and `retarget`: changes at the server, journaled, one outcome a device."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.cli.account.nameless import ask_for_names, complete_names, confirm_removal, warn_of_nameless
from tui.cli.account.typed_url import URL_HELP, read_url
from tui.cli.desk import Desk
from tui.cli.grammar.parser import declare_account, declare_dry_run, declare_form
from tui.cli.job import carry_out
from tui.cli.planned import write_dry_run
from tui.cli.terminal.diagnostics import judge
from tui.errors import InputError, RedirectoryError, UsageError
from tui.model.addresses import Identifier
from tui.model.device import MAC, PROVIDER, DeviceRow
from tui.model.registration import Registration, Target
from tui.model.template import lint, lint_provider
from tui.model.text.inert import make_inert, to_nfc

if TYPE_CHECKING:
    from tui.services.session import Session


def declare_target(parser: ArgumentParser, *, required: bool) -> None:
    """Where phones are sent: `--url`, `--provider`, `--preset`."""
    group = parser.add_argument_group("target")
    word = "" if required else "new "
    group.add_argument(
        "--url", metavar="U", help=f"{word}{URL_HELP}; %%MACD, %%MACC, %%DVID and %%%% are the phone's"
    )
    group.add_argument("--provider", metavar="P", help=f"{word}provider's name")
    group.add_argument("--preset", metavar="NAME", help="take what is not given from this preset")


def choose_target(desk: Desk) -> tuple[str, str]:
    """URL and provider from options and preset, "" where neither says. UsageError for an unknown preset."""
    from difflib import get_close_matches

    url = read_url(desk) or ""
    provider: str = desk.arguments.provider or ""
    if desk.arguments.preset:
        from tui.settings.presets import load_presets

        presets = load_presets(desk.places)
        desk.complain(presets.complaints)
        preset = presets.find(desk.arguments.preset)
        if preset is None:
            near = get_close_matches(desk.arguments.preset, [known.name for known in presets.presets], n=1)
            raise UsageError(
                f"There is no preset {desk.arguments.preset!r}.",
                hint=f"Did you mean {near[0]!r}?" if near else "See: redirectory presets list",
            )
        url, provider = url or preset.url, provider or preset.provider
    return url, provider


def check_target(desk: Desk, url: str, provider: str, mac: str | None = None, *, where: str = "") -> None:
    """Say what is odd about a target, with `where` in front. Raises InputError for what cannot be sent."""
    for finding in [*lint(url, mac=mac), *lint_provider(provider)]:
        if finding.level == "error":
            raise InputError(f"{where}{finding.text}", hint="Nothing was sent.").about(device=mac)
        if finding.level == "warning":
            desk.err.warn(f"{where}{finding.text}")


def _name_misled(url: str, identifiers: Sequence[Identifier]) -> str:
    """The first device that a URL does not mean because it names another one; else the first of all."""
    from tui.model.template import find_other_mac

    misled = (one.mac for one in identifiers if find_other_mac(url, one.mac))
    return next(misled, identifiers[0].mac)


def declare_devices(parser: ArgumentParser) -> None:
    """Which registered devices: named one by one, or everything of a provider."""
    parser.add_argument(
        "mac_ids", nargs="*", metavar="MAC-ID", help="MAC-ID or MAC; - reads them from stdin, one a line"
    )
    parser.add_argument(
        "--all-of",
        action="append",
        default=[],
        metavar="P",
        help="every device that this account has of provider P; may be repeated",
    )


def read_devices(desk: Desk) -> list[Identifier]:
    """The devices that are named one by one. Raises as `Desk.read_identifiers`."""
    if not desk.arguments.mac_ids:
        if desk.arguments.all_of:
            return []
        raise UsageError(
            "No device was given.", hint="Give MAC-IDs, - to read them from stdin, or --all-of PROVIDER."
        )
    return desk.read_identifiers(desk.arguments.mac_ids)


def find_devices(
    desk: Desk, session: Session, named: Sequence[Identifier]
) -> tuple[list[Identifier], dict[str, DeviceRow]]:
    """The devices named and those of the providers asked for, these with the records that the list shows:
    what changes meanwhile is not touched. Raises RedirectoryError for a provider without a device."""
    from tui.services.devices.look_up import list_devices

    known = {identifier.mac for identifier in named}
    seen: dict[str, DeviceRow] = {}
    for provider in desk.arguments.all_of:
        # A server may compare names without regard to case; what is to be changed is taken to the letter.
        name = to_nfc(make_inert(provider))
        found = [
            row
            for batch in list_devices(session, [provider])
            for row in batch
            if to_nfc(row[PROVIDER]) == name
        ]
        if not found:
            raise RedirectoryError(
                f"The account has no device of provider {name!r}.",
                hint="Nothing was sent. The names are in: redirectory list",
            )
        seen.update((row[MAC], row) for row in found)
    return [*named, *(Identifier(mac) for mac in seen if mac not in known)], seen


def declare_register(parser: ArgumentParser) -> None:
    """Arguments of `register`."""
    parser.add_argument(
        "mac_ids", nargs="+", metavar="MAC-ID", help="MAC-ID or MAC; - reads them from stdin, one a line"
    )
    declare_target(parser, required=True)
    parser.add_argument(
        "--replace", action="store_true", help="retarget a device that this account has registered already"
    )
    declare_dry_run(parser)
    declare_form(parser)
    declare_account(parser)


def run_register(desk: Desk) -> int:
    """Register devices; several go as bulk calls."""
    from tui.services.changes.registering import register

    identifiers = desk.read_identifiers(desk.arguments.mac_ids, passing=True)
    url, provider = choose_target(desk)
    if not url:
        raise UsageError(
            "The provisioning URL is missing.", hint="Give --url, or --preset with a URL. Nothing was sent."
        )
    if not provider.strip():
        raise UsageError(
            "The provider is missing.", hint="Give --provider, or --preset with a provider. Nothing was sent."
        )
    check_target(desk, url, provider, _name_misled(url, identifiers))
    target = Target(url, provider)
    registrations = [Registration(identifier, target) for identifier in identifiers]
    with desk.open_session() as session:
        if desk.arguments.dry_run:
            from tui.services.changes.dry_run import try_register

            return write_dry_run(desk, try_register(session, registrations, replace=desk.arguments.replace))
        outcomes = carry_out(
            desk,
            lambda control: register(session, registrations, replace=desk.arguments.replace, control=control),
            total=len(registrations),
        )
    return judge(outcomes)


def declare_deregister(parser: ArgumentParser) -> None:
    """Arguments of `deregister`."""
    declare_devices(parser)
    parser.add_argument(
        "--bare",
        action="store_true",
        help="with --all-of: use the bare MAC where the MAC-ID is not known here",
    )
    declare_dry_run(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    declare_form(parser)
    declare_account(parser)


def run_deregister(desk: Desk) -> int:
    """Remove records after asking."""
    from tui.services.changes.registering import deregister

    named = read_devices(desk)
    with desk.open_session() as session:
        if not desk.arguments.all_of:
            named = ask_for_names(desk, session, named)
            confirm_removal(desk, session, named)
        identifiers, seen = find_devices(desk, session, named)
        never_bare: set[str] = set()
        if desk.arguments.all_of:
            # A MAC that a person named may go by itself; those that a provider's list brings need the word.
            found, bare = complete_names(desk, session, identifiers[len(named) :])
            identifiers = [*named, *found]
            never_bare = set() if bare else {one.mac for one in found}
            confirm_removal(desk, session, identifiers)
        if desk.arguments.dry_run:
            from tui.services.changes.dry_run import try_deregister

            return write_dry_run(
                desk, try_deregister(session, identifiers, expected=seen, never_bare=never_bare)
            )
        outcomes = carry_out(
            desk,
            lambda control: deregister(
                session, identifiers, control=control, expected=seen, never_bare=never_bare
            ),
            total=len(identifiers),
        )
    return judge(outcomes)


def declare_retarget(parser: ArgumentParser) -> None:
    """Arguments of `retarget`."""
    declare_devices(parser)
    declare_target(parser, required=False)
    parser.add_argument(
        "--bare", action="store_true", help="use the bare MAC where the MAC-ID is not known here"
    )
    declare_dry_run(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    declare_form(parser)
    declare_account(parser)


def run_retarget(desk: Desk) -> int:
    """Change URL and/or provider: record the old, deregister, register, restore on failure."""
    from tui.services.changes.registering import retarget

    named = read_devices(desk)
    url, provider = choose_target(desk)
    if not url and not provider:
        raise UsageError(
            "There is nothing to change.", hint="Give --url, --provider or --preset. Nothing was sent."
        )
    mac = _name_misled(url, named) if url and named else None
    check_target(desk, url or "http://unchanged/%MACD.xml", provider or "unchanged", mac)
    words = " and ".join([f"URL to {url}"] * bool(url) + [f"provider to {provider}"] * bool(provider))
    with desk.open_session() as session:
        identifiers, seen = find_devices(desk, session, named)
        identifiers, bare = complete_names(desk, session, identifiers)
        if desk.arguments.dry_run:
            from tui.services.changes.dry_run import try_retarget

            return write_dry_run(
                desk,
                try_retarget(
                    session, identifiers, url=url or None, provider=provider or None, expected=seen, bare=bare
                ),
            )
        if bare:
            warn_of_nameless(desk, session, identifiers)
        count = len({identifier.mac for identifier in identifiers})
        devices = "device" if count == 1 else "devices"
        desk.confirm(
            session,
            f"change the {words} of {count} {devices}?",
            [str(identifier) for identifier in identifiers],
            count,
        )
        outcomes = carry_out(
            desk,
            lambda control: retarget(
                session,
                identifiers,
                url=url or None,
                provider=provider or None,
                control=control,
                expected=seen,
                bare=bare,
            ),
            total=len(identifiers),
        )
    return judge(outcomes)
