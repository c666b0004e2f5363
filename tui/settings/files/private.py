"""Files and folders that only their owner reads: made new, or replaced whole. No link that somebody else
planted is followed, and nothing that belongs to another user is written.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

from tui.errors import NotWritten, StoreError
from tui.settings.files.paths import HOME_VARIABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tempfile import TemporaryDirectory
    from typing import Self

_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)
_ELSEWHERE = "Choose another place."
EXISTS = "Choose another name; nothing is overwritten."


def make_folder(folder: Path) -> Path:
    """Make a folder and its parents if missing, each readable by its owner only. Raises StoreError."""
    missing: list[Path] = []
    try:
        while not (here := missing[-1].parent if missing else folder).exists():
            missing.append(here)
        for one in reversed(missing):
            try:
                one.mkdir(mode=0o700)
            except FileExistsError:
                if not one.is_dir():
                    raise
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    except OSError as error:
        raise StoreError(
            "A folder cannot be made.",
            f"{folder}: {error.strerror or 'no access'}.",
            advise(folder, error, f"Make it writable, or set {HOME_VARIABLE} to a folder that is."),
        ) from error
    return folder


def close_folder(folder: Path) -> Path:
    """Make a folder of the program's own if missing; take from others what they may do in an existing one. A
    folder that is there for everybody (sticky, as /tmp is) stays so. Raises StoreError.
    """
    make_folder(folder)
    with contextlib.suppress(OSError):
        status = folder.stat()
        shared = status.st_mode & stat.S_ISVTX
        if status.st_mode & 0o077 and not shared and status.st_uid == os.geteuid():
            folder.chmod(status.st_mode & 0o700)
    return folder


def is_there(path: Path) -> bool:
    """Whether the path exists, or may exist in a folder that cannot be looked into."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        return True
    return True


def advise(path: Path, error: OSError, otherwise: str) -> str:
    """What to do about an error of the system: the command that gives a foreign file or folder back, else the
    sentence.
    """
    if error.errno not in (errno.EACCES, errno.EPERM):
        return otherwise
    return name_owner(path) or otherwise


def name_owner(path: Path) -> str:
    """Whose the path is, or the first of its parents that exists, and how to get it; empty if it is ours."""
    with contextlib.suppress(OSError):
        for here in (path, *path.parents):
            if not os.path.lexists(here):
                continue
            owner = here.lstat().st_uid
            if owner != os.geteuid() and (not here.is_dir() or not os.access(here, os.W_OK)):
                parent = here.parent
                top = parent if parent.lstat().st_uid == owner and not os.access(parent, os.W_OK) else here
                return (
                    f"It belongs to {_name_user(owner)}, perhaps since a run with sudo. "
                    f"Run: sudo chown -R {_name_user(os.geteuid())} '{top}'"
                )
            if here.is_dir():
                break
    return ""


def find_intruder(path: Path) -> str:
    """Why a file cannot be trusted to be ours, as a sentence with the command that mends it; empty if it can:
    it and its folder belong to us or to root, and nobody else may write them. A missing file is no danger.
    """
    try:
        real = path.resolve()
        places = [real, *dict.fromkeys((path.parent, real.parent))]
        for place in places:
            status = place.stat()
            if status.st_uid not in (os.geteuid(), 0):
                owner, me = _name_user(status.st_uid), _name_user(os.geteuid())
                return f"{place} belongs to {owner}. Check it, then run: chown {me} '{place}'"
            sticky = stat.S_ISDIR(status.st_mode) and status.st_mode & stat.S_ISVTX
            if status.st_mode & 0o022 and not sticky:
                return (
                    f"Others can write {place} (mode {stat.S_IMODE(status.st_mode):04o}). "
                    f"Check it, then run: chmod go-w '{place}'"
                )
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"{path}: {error.strerror or 'no access'}."
    return ""


def open_private(path: Path, flags: int) -> int:
    """A descriptor of a regular file of our own, made 0600 if missing. Raises OSError, for a link too."""
    flags |= os.O_CREAT | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(path, flags, 0o600)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no file")
        if status.st_uid not in (os.geteuid(), 0):
            raise OSError(errno.EPERM, f"it belongs to {_name_user(status.st_uid)}")
    except BaseException:
        os.close(handle)
        raise
    return handle


def take_lock(handle: int) -> bool | None:
    """Lock an open file for this process; False if another one has it, None where files cannot be locked, as
    on some network folders. Raises OSError.
    """
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return None
        raise
    return True


def claim_file(path: Path) -> None:
    """Make an empty file (0600) if missing, else take from others what they may do with ours. An existing
    file is not opened: closing any descriptor of a database drops this process's locks on it. Raises OSError
    for a link that somebody else made, and for what is no file.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, 0o600))
    except FileExistsError:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            if status.st_uid not in (os.geteuid(), 0):
                raise OSError(errno.EPERM, f"it is a link of {_name_user(status.st_uid)}") from None
            status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no file") from None
        if status.st_mode & 0o077 and status.st_uid == os.geteuid():
            path.chmod(0o600)


class PrivateFile:
    """A file (0600, or `mode`) that is there whole once the block has ended, or not at all when it raises.

    Without `replace` a file that exists is refused, at the beginning and at the end. With it a link is
    replaced, or with `follow` the file behind a link of ours. Where the system has files without a name,
    nothing is left behind even by a process that is killed. Raises StoreError for a place that cannot be
    written to, NotWritten for what fails later, except behind a link: there stand files of ours.
    """

    def __init__(
        self,
        path: Path,
        *,
        replace: bool = False,
        follow: bool = False,
        hint: str = EXISTS,
        mode: int = 0o600,
    ) -> None:
        self.path = path
        self.size = 0
        self._replace = replace
        self._hint = hint
        self._failure: type[StoreError] = StoreError
        self._draft: Path | None = None
        with self._explained():
            self._target = _find_target(path, follow) if replace else path
            if not replace and os.path.lexists(path):
                raise FileExistsError
            self._handle = self._open()
            try:
                os.fchmod(self._handle, mode)
            except BaseException:
                self.discard()
                raise
        if not follow:
            self._failure = NotWritten

    def write(self, data: bytes) -> None:
        """Write more."""
        with self._explained():
            view = memoryview(data)
            while view:
                written = os.write(self._handle, view)
                self.size += written
                view = view[written:]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self.discard()
            return
        with self._explained():
            try:
                os.fsync(self._handle)
                self._publish()
            except BaseException:
                self.discard()
                raise
            os.close(self._handle)
            _sync_folder(self._target.parent)

    def _open(self) -> int:
        folder = self._target.parent
        flags = os.O_WRONLY | os.O_CLOEXEC
        if hasattr(os, "O_TMPFILE") and os.path.isdir("/proc/self/fd"):
            with contextlib.suppress(OSError):  # not every file system has them
                return os.open(folder, flags | os.O_TMPFILE, 0o600)
        if self._replace:
            _sweep(self._target)
            self._draft = _name_draft(self._target)
        return os.open(self._draft or self._target, flags | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)

    def _publish(self) -> None:
        nameless = not self._is_named()
        if nameless:
            name = _name_draft(self._target) if self._replace else self._target
            if self._replace:
                _sweep(self._target)
            _link(self._handle, name)
            self._draft = name if self._replace else None
        if self._draft is not None:
            os.replace(self._draft, self._target)

    def _is_named(self) -> bool:
        return os.fstat(self._handle).st_nlink > 0

    def discard(self) -> None:
        """Keep nothing of it."""
        with contextlib.suppress(OSError):
            if self._draft is not None:
                self._draft.unlink()
            elif not self._replace and self._is_named():
                self._target.unlink()
        with contextlib.suppress(OSError):
            os.close(self._handle)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except FileExistsError as error:
            raise StoreError("That file exists.", f"{self.path}", self._hint) from error
        except (OSError, ValueError) as error:
            reason = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
            hint = advise(self.path, error, _advise(error)) if isinstance(error, OSError) else _ELSEWHERE
            raise self._failure("The file cannot be written.", f"{self.path}: {reason}.", hint) from error


def write_new(path: Path, pieces: Iterable[str], *, replace: bool = False, hint: str = EXISTS) -> int:
    """Write texts to a file as PrivateFile does; returns how many bytes. Half characters become `?`. Raises
    StoreError.
    """
    with PrivateFile(path, replace=replace, hint=hint) as file:
        for piece in pieces:
            file.write(piece.encode("utf-8", "replace"))
    return file.size


def _advise(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "Nothing of it was kept. Free some space, or choose another place."
    return _ELSEWHERE


def _find_target(path: Path, follow: bool) -> Path:
    """The file that is replaced: behind a link of ours, or the path. Raises OSError for what is not ours."""
    target = path
    ours = (os.geteuid(), 0)
    for _ in range(8):
        try:
            status = target.lstat()
        except FileNotFoundError:
            return target
        if status.st_uid not in ours:
            raise OSError(errno.EPERM, f"it belongs to {_name_user(status.st_uid)}")
        if not stat.S_ISLNK(status.st_mode):
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "it is no file")
            return target
        if not follow:
            return target
        target = target.parent / os.readlink(target)
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def make_throwaway(kind: str) -> TemporaryDirectory[str]:
    """A private folder among the system's temporary ones that goes at the end of the block. Those that killed
    processes of ours left behind are removed first. Raises OSError.
    """
    from shutil import rmtree
    from tempfile import TemporaryDirectory, gettempdir

    for left in Path(gettempdir()).glob("redirectory-*-*-*"):
        number = left.name.split("-")[2]
        with contextlib.suppress(OSError):
            status = left.lstat()
            ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
            if ours and number.isdecimal() and not is_running(int(number)):
                rmtree(left, ignore_errors=True)
    return TemporaryDirectory(prefix=f"redirectory-{kind}-{os.getpid()}-", ignore_cleanup_errors=True)


def _link(handle: int, name: Path) -> None:
    """Give a name to a file without one. Raises OSError, FileExistsError if the name is taken."""
    folder = os.open(name.parent, os.O_RDONLY)
    try:
        # Only with a folder's descriptor does the system follow the link to the open file.
        os.link(f"/proc/self/fd/{handle}", name.name, dst_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def _name_draft(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}.{os.urandom(4).hex()}")


def _sweep(target: Path) -> None:
    """Remove the drafts of processes that were killed."""
    for draft in target.parent.glob(f".{_escape(target.name)}.*.*"):
        number = draft.name.split(".")[-2]
        with contextlib.suppress(OSError, ValueError):
            if draft.lstat().st_uid == os.geteuid() and not is_running(int(number)):
                draft.unlink()


def _escape(name: str) -> str:
    import glob

    return glob.escape(name)


def is_running(process: int) -> bool:
    """Whether there is a process of that number on this machine."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _name_user(number: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
