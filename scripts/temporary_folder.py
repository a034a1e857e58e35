"""Where the files of a test run are kept. Used by scripts/run_tests.py."""
import contextlib
import os
import pathlib
import re
import shutil
import tempfile

IN_MEMORY = "/dev/shm"
ROOM_MIN = 4 << 30  # bytes; tests of plugins build some
MEMORY_MIN_KB = 8 << 20


def memory_available_kb():
    found = re.search(r"MemAvailable:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    return int(found.group(1)) if found else 0


def has_room(folder):
    """Whether the folder is writable, roomy and one that programs run from."""
    try:
        there = os.statvfs(folder)
    except OSError:
        return False
    return (os.access(folder, os.W_OK | os.X_OK) and not there.f_flag & os.ST_NOEXEC
            and there.f_bavail * there.f_frsize >= ROOM_MIN and memory_available_kb() >= MEMORY_MIN_KB)


@contextlib.contextmanager
def temporary_folder():
    """A folder for TMPDIR, gone at the end: the caller's choice, else memory, else the system's. In memory a sync
    costs nothing, and no test here cuts the power."""
    chosen = os.environ.get("TMPDIR")
    if chosen or not has_room(IN_MEMORY):
        yield chosen or tempfile.gettempdir()
        return
    folder = tempfile.mkdtemp(prefix="lendport-", dir=IN_MEMORY)
    os.chmod(folder, 0o711)  # a server that a test starts as another user goes through it
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
