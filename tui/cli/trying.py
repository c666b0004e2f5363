"""Changes of the settings tried on a copy: what would be different in their files afterwards."""

from __future__ import annotations

from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path

from tui.classes import replace
from tui.cli.desk import Desk
from tui.cli.terminal.diagnostics import ExitCode
from tui.errors import RedirectoryError, StoreError
from tui.model.secrets import mask_credentials


def try_settings(desk: Desk, change: Callable[[], int]) -> int:
    """Run a change of accounts or presets on copies of the settings files, which are gone afterwards, and
    print the difference. No password is looked for, kept or forgotten. Raises what the change raises."""
    from tui.settings.files.paths import gather_places
    from tui.settings.files.private import make_throwaway

    real = desk.places
    with make_throwaway("try") as folder:
        copy = replace(gather_places(Path(folder)), rehearsal=True)
        copy.config.mkdir(mode=0o700)
        files = [
            (real.config_file, copy.config_file),
            (real.accounts_file, copy.accounts_file),
            (real.presets_file, copy.presets_file),
        ]
        before = [_copy(source, target) for source, target in files]
        quiet, desk.err.quiet = desk.err.quiet, True
        desk.places = copy
        try:
            change()
        except RedirectoryError as error:
            for name in ("title", "detail", "hint"):
                setattr(error, name, getattr(error, name).replace(str(copy.config), str(real.config)))
            raise
        finally:
            desk.err.quiet = quiet
            desk.places = real
        for (source, target), old in zip(files, before, strict=True):
            new = target.read_text(encoding="utf-8").splitlines() if target.exists() else []
            for line in unified_diff(old, new, str(source), str(source), lineterm="", n=1):
                desk.out.write_line(mask_credentials(line))
    desk.err.note("Nothing was changed.")
    return ExitCode.DONE


def _copy(source: Path, target: Path) -> list[str]:
    try:
        data = source.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreError("A settings file cannot be read.", f"{source}: {error.strerror}.") from None
    target.write_bytes(data)
    return data.decode("utf-8", "replace").splitlines()
