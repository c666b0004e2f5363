"""A machine that has Python and nothing else: its interpreter, its libraries, and an empty home."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

# Its words: the folder for the root; pairs of source and place; -; empty folders; -; the command.
_BUILD = r"""
set -e
root=$1; shift
mount -t tmpfs -o mode=755 none "$root"
while [ "$1" != - ]; do
  if [ -d "$1" ]; then mkdir -p "$root$2"; else mkdir -p "$root${2%/*}"; : > "$root$2"; fi
  mount --rbind "$1" "$root$2"
  shift 2
done
shift
while [ "$1" != - ]; do mkdir -p "$root$1"; mount -t tmpfs -o mode=700 none "$root$1"; shift; done
shift
for link in bin lib lib64; do [ -L "/$link" ] && ln -s "$(readlink "/$link")" "$root/$link"; done
mkdir -m 1777 -p "$root/tmp"
exec "$@"
"""
_SYSTEM = ("/dev", "/proc", "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/bin/env")


class BareMachine:
    """Turns commands into ones that run there. The network is the loopback of this machine.

    Where the kernel lets nobody make a root of one's own (`has_root` is false), the interpreter runs without
    its packages and without an environment, and sees the files of this machine.
    """

    def __init__(self, folder: Path) -> None:
        self.root, self.disk = folder / "root", folder / "disk"
        self.root.mkdir()
        self.disk.mkdir()
        self._namespace = next(
            (words for words in (["unshare", "-m"], ["unshare", "-rm"]) if _works(words)), None
        )

    @property
    def has_root(self) -> bool:
        return self._namespace is not None

    @property
    def place(self) -> str:
        """Where what lies in `disk` is found there."""
        return "/disk" if self.has_root else str(self.disk)

    def wrap(self, words: Sequence[str], environ: dict[str, str] | None = None) -> list[str]:
        """The command that runs Python with `words` there, its home on the disk."""
        variables = {
            "HOME": f"{self.place}/home",
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            **(environ or {}),
        }
        setting = ["/usr/bin/env", "-i", *(f"{name}={value}" for name, value in variables.items())]
        python = Path(sys._base_executable).resolve()  # type: ignore[attr-defined]
        if self._namespace is None:
            return [*setting, str(python), "-I", "-S", *words]
        library = Path(sysconfig.get_path("stdlib", vars={"installed_base": sys.base_prefix})).parent
        shown = [*(place for place in _SYSTEM if Path(place).exists() and not Path(place).is_symlink())]
        shown += [place for place in (str(library), str(python)) if not place.startswith("/usr/lib/")]
        pairs = [word for place in shown for word in (place, place)]
        hidden = [
            str(place)
            for place in (*library.glob("python3*/site-packages"), *library.glob("python3*/dist-packages"))
        ]
        return [
            *(
                *self._namespace,
                "sh",
                "-c",
                _BUILD,
                "sh",
                str(self.root),
                *pairs,
                str(self.disk),
                "/disk",
                "-",
            ),
            *(
                *hidden,
                "-",
                shutil.which("chroot") or "/usr/sbin/chroot",
                str(self.root),
                *setting,
                str(python),
                *words,
            ),
        ]


def _works(namespace: list[str]) -> bool:
    try:
        command = [*namespace, "sh", "-c", "mount -t tmpfs none /mnt && chroot / true"]
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False
