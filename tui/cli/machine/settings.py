"""`presets` and `paths`: what this machine keeps."""

from __future__ import annotations

import os
from argparse import ArgumentParser

from tui.cli.account.typed_url import URL_HELP, read_url
from tui.cli.desk import Desk
from tui.cli.grammar.parser import Parser, declare_dry_run, declare_form
from tui.cli.terminal.diagnostics import ExitCode
from tui.errors import UsageError
from tui.model.registration import Preset


def declare_presets(parser: ArgumentParser) -> None:
    """Sub-commands of `presets`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", parser_class=Parser)
    listing = actions.add_parser("list", description="List the presets.", help="list the presets")
    declare_form(listing)
    for name, text in (("add", "add a preset"), ("edit", "change what is given of a preset")):
        action = actions.add_parser(name, description=f"{text.capitalize()}.", help=text)
        action.add_argument("name", metavar="NAME")
        action.add_argument("--url", metavar="U", help=URL_HELP)
        action.add_argument("--provider", metavar="P", help="provider's name")
    rename = actions.add_parser("rename", description="Rename a preset.", help="rename a preset")
    rename.add_argument("name", metavar="NAME")
    rename.add_argument("new_name", metavar="NEW")
    remove = actions.add_parser("remove", description="Remove a preset.", help="remove a preset")
    remove.add_argument("name", metavar="NAME")
    for name in ("add", "edit", "rename", "remove"):
        declare_dry_run(actions.choices[name], "what would change in the file of presets")


def run_presets(desk: Desk) -> int:
    """List, add, edit, rename or remove presets."""
    if getattr(desk.arguments, "dry_run", False):
        from tui.cli.trying import try_settings

        return try_settings(desk, lambda: _run_action(desk))
    return _run_action(desk)


def _run_action(desk: Desk) -> int:
    from tui.classes import replace
    from tui.settings.presets import load_presets, remove_preset, save_preset, unknown_preset

    action, arguments = desk.arguments.action or "list", desk.arguments
    presets = load_presets(desk.places)
    if action == "list":
        desk.complain(presets.complaints)
        desk.out.write_rows(
            (
                {"name": preset.name, "url": preset.url, "provider": preset.provider}
                for preset in presets.presets
            ),
            ("name", "url", "provider"),
            headings={"url": "URL"},
        )
        return ExitCode.DONE
    if action == "remove":
        remove_preset(desk.places, arguments.name)
        return ExitCode.DONE
    if action == "add":
        preset = Preset(arguments.name, read_url(desk) or "", arguments.provider or "")
        _check_preset(desk, preset)
        save_preset(desk.places, preset)
        return ExitCode.DONE
    before = presets.find(arguments.name)
    if before is None:
        raise unknown_preset(arguments.name, [known.name for known in presets.presets])
    if action == "rename":
        preset = replace(before, name=arguments.new_name)
    else:
        if arguments.url is None and arguments.provider is None:
            raise UsageError("There is nothing to change.", hint="Give --url, --provider or both.")
        url = read_url(desk)
        preset = Preset(
            before.name,
            before.url if url is None else url,
            before.provider if arguments.provider is None else arguments.provider,
        )
        _check_preset(desk, preset)
    save_preset(desk.places, preset, replaces=before)
    return ExitCode.DONE


def _check_preset(desk: Desk, preset: Preset) -> None:
    from tui.cli.account.changes import check_target

    if not preset.url and not preset.provider:
        raise UsageError("An empty preset is of no use.", hint="Give --url, --provider or both.")
    check_target(desk, preset.url or "http://unset/%MACD.xml", preset.provider or "unset")


def declare_paths(parser: ArgumentParser) -> None:
    """Arguments of `paths`."""
    declare_form(parser, secrets=False)


def run_paths(desk: Desk) -> int:
    """Print where every file lives, and whether it is there."""
    from tui.settings.files.paths import styles_dir

    places = desk.places
    files = [
        ("settings", places.config_file),
        ("presets", places.presets_file),
        ("accounts", places.accounts_file),
        ("passwords", places.passwords_file),
        ("journal and vault", places.journal_file),
        ("offline lists", places.lists_file),
        ("style sheets", styles_dir()),
    ]
    desk.out.write_rows(
        ({"what": what, "path": str(path), "exists": os.path.exists(path)} for what, path in files),
        ("what", "path", "exists"),
    )
    return ExitCode.DONE
