"""The first release, built and measured beside this commit: machines differ, and a figure of another day says little."""
import os
import pathlib
import re
import shutil
import subprocess

import run_hub

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The commit whose confirmation first met its limit, with events, audit and sealing.
COMMIT = "6bc2313c6d7adb492985e1db3c0818ca14844359"
TREE = ROOT / f"build/first-release-{COMMIT[:12]}"
BUILD_SECONDS_MAX = 3600
MEASURE_SECONDS_MAX = 900
STOP_SECONDS = 30


def done(command, folder, seconds):
    """Exit code and output. One that takes too long is asked to end first: it ends what it started."""
    running = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    try:
        said, _ = running.communicate(timeout=seconds)
        return running.returncode, said
    except BaseException:
        running.terminate()
        try:
            running.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
        raise


def unpacked():
    """Its files, without a checkout of their own; whole or not at all."""
    if TREE.exists():
        return
    part = TREE.with_name(f"{TREE.name}-{os.getpid()}")
    part.mkdir(parents=True)
    code, said = done(["bash", "-c", 'set -o pipefail; git -C "$0" archive "$1" | tar -x', ROOT, COMMIT], part, 60)
    if code:
        shutil.rmtree(part)
        raise run_hub.Refused(f"the first release ({COMMIT[:12]}) cannot be read, the whole history is needed: {said}")
    part.rename(TREE)


def built(note):
    unpacked()
    note("building the first release" if not (TREE / "build/bench/lendport").exists() else "the first release is there")
    code, said = done(["scripts/build", "bench"], TREE, BUILD_SECONDS_MAX)
    if code:
        raise run_hub.Refused(f"the first release does not build:\n{said[-2000:]}")
    return TREE


def confirm_ratio(tree):
    """Its durable confirmations over one row per commit, by its own measurement."""
    _, said = done(["scripts/bench", "confirm"], tree, MEASURE_SECONDS_MAX)  # one over its limit ends with 1
    found = re.search(r"^figure confirm_vs_row_per_commit ([0-9.]+) ", said, re.MULTILINE)
    if not found:
        raise run_hub.Refused(f"the first release was not measured:\n{said[-2000:]}")
    return float(found.group(1))
