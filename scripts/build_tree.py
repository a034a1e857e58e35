"""Configures and builds one preset and shows how far it is. Used by scripts/build, test and tidy."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
SECONDS_BETWEEN_LINES = 15
MEMORY_PER_JOB_KB = 1_500_000
PROGRESS = re.compile(r"^\[(\d+)/(\d+)\] (.*)")


class BuildFailed(Exception):
    pass


def folder_of(preset):
    return ROOT / "build" / preset


def presets():
    found = json.loads((ROOT / "CMakePresets.json").read_text())["configurePresets"]
    return [preset["name"] for preset in found if not preset.get("hidden")]


def jobs():
    """As many compilers as there are cores and memory for: one Beast file takes more than 1 GB."""
    available = re.search(r"MemAvailable:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    fitting = int(available.group(1)) // MEMORY_PER_JOB_KB if available else 1
    return max(1, min(len(os.sched_getaffinity(0)), fitting))


def environment():
    """The caller's, without what would change a build or a test behind its back."""
    env = {key: value for key, value in os.environ.items()
           if key not in {"CI", "CFLAGS", "CXXFLAGS", "LDFLAGS", "DESTDIR", "NINJA_STATUS"}
           and not key.startswith(("GTEST_", "CTEST_", "LENDPORT_"))}
    env.update(LC_ALL="C.UTF-8", TZ="UTC", CCACHE_BASEDIR=str(ROOT), CCACHE_NOHASHDIR="1",
               CLICOLOR_FORCE="0", NINJA_STATUS="[%f/%t] ")
    env.setdefault("HOME", "/tmp")
    return env


def minutes(seconds):
    return f"{seconds / 60:.1f} min" if seconds >= 60 else f"{seconds:.0f} s"


def configure(preset):
    folder = folder_of(preset)
    cache = folder / "CMakeCache.txt"
    if cache.exists() and f"CMAKE_HOME_DIRECTORY:INTERNAL={ROOT}\n" not in cache.read_text():
        print(f"configure {preset}: build/{preset} was made for another place; starting it anew")
        shutil.rmtree(folder)
    ninja_file = folder / "build.ninja"
    if ninja_file.exists() and ninja_file.stat().st_mtime > (ROOT / "CMakePresets.json").stat().st_mtime:
        command = ["ninja", "-C", str(folder), "build.ninja"]  # looks whether a CMakeLists.txt changed
    else:
        print(f"configure {preset}")
        command = ["cmake", "--preset", preset]
    done = subprocess.run(command, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        print(done.stdout)
        raise BuildFailed(f"configure {preset} failed")


class Progress:
    """One line that moves on a terminal; elsewhere a line now and then."""

    def __init__(self, what):
        self.what, self.began, self.said, self.on_line = what, time.monotonic(), 0.0, False

    def show(self, text):
        now = time.monotonic()
        if sys.stdout.isatty():
            width = shutil.get_terminal_size().columns - 1
            print(f"\r\033[K{f'{self.what}: {text}'[:width]}", end="", flush=True)
            self.on_line = True
        elif now - self.said >= SECONDS_BETWEEN_LINES:
            print(f"{self.what}: {text} ({minutes(now - self.began)})")
            self.said = now

    def end_line(self):
        if self.on_line:
            print("\r\033[K", end="", flush=True)
            self.on_line = False


def build(preset, targets=()):
    """Builds the targets (or all); raises BuildFailed when one does not compile."""
    configure(preset)
    progress = Progress(f"build {preset}")
    progress.said = progress.began
    command = ["ninja", "-C", str(folder_of(preset)), f"-j{jobs()}", *targets]
    ninja = subprocess.Popen(command, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, errors="replace")
    steps = 0
    for line in ninja.stdout:
        found = PROGRESS.match(line)
        if found:
            steps = int(found.group(1))
            what = re.sub(r"CMakeFiles/\S+?\.dir/", "", found.group(3)).split()[-1:]
            progress.show(f"{found.group(1)}/{found.group(2)} {''.join(what)}")
        elif not line.startswith(("ninja: Entering", "ninja: no work", "-- ")):
            progress.end_line()
            print(line, end="")
    progress.end_line()
    if ninja.wait() != 0:
        raise BuildFailed(f"build {preset} failed")
    print(f"build {preset}: {steps} steps in {minutes(time.monotonic() - progress.began)}")


def main(arguments):
    preset, targets = (arguments[0], arguments[1:]) if arguments else ("dev", [])
    if preset not in presets():
        print(f"no preset {preset}; there are: {' '.join(presets())}", file=sys.stderr)
        return 2
    try:
        build(preset, targets)
    except BuildFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
