"""Plants the bugs of tests/mutants one by one in a copy of the tree and expects the named test to fail.

Used by scripts/test mutants; alone: scripts/mutants.py [--check | NAME…]. A patch begins with its header:

    Breaks: what goes wrong for somebody, in one sentence
    Target: the test program to build
    Test: the GoogleTest filter of what must fail
    Seeds: how many seeds a simulation may take to find it (simulation_test alone)
"""
import contextlib
import filecmp
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

import build_tree
from build_tree import ROOT, BuildFailed, minutes

PATCHES = ROOT / "tests/mutants"
PLACE = ROOT / "build/mutants"
TEST_SECONDS_MAX = 300
BASE_SECONDS_MAX = 1800
PATCHES_LEAST = 40
FIELD = re.compile(r"^(Breaks|Target|Test|Seeds): (.+)$", re.M)


@dataclass
class Mutant:
    path: pathlib.Path
    fields: dict

    @property
    def name(self):
        return self.path.stem

    @property
    def target(self):
        return self.fields["Target"]


def read(path):
    return Mutant(path, dict(FIELD.findall(path.read_text().split("\n--- ", 1)[0])))


def all_mutants(folder=PATCHES):
    return [read(path) for path in sorted(folder.glob("*.patch"))]


# --- What a patch must be; a test of the label checks ---------------------------------------------

def named_tests(test):
    """What a filter names without a wildcard: (instance or None, suite, name or None)."""
    for one in test.split(":"):
        parts = one.split("/")
        suite, _, name = (parts[0] if len(parts) == 1 else parts[1]).partition(".")
        if "*" not in one.split(".")[0]:
            yield None if len(parts) == 1 else parts[0], suite, None if "*" in name else name


def is_a_test(instance, suite, name, cases):
    if not re.search(rf"\b{suite}, " + (rf"{name}\)" if name else ""), cases):
        return False
    return instance is None or re.search(rf"INSTANTIATE_TEST_SUITE_P\(\s*{instance}, {suite},", cases)


def problems_of(mutant, root, tests_text):
    missing = [field for field in ("Breaks", "Target", "Test") if field not in mutant.fields]
    if missing:
        return [f"its header lacks {', '.join(missing)}"]
    problems = []
    if f"lendport_test({mutant.target.removesuffix('_test')}\n" not in tests_text["CMakeLists.txt"]:
        problems.append(f"there is no test program {mutant.target}")
    for instance, suite, name in named_tests(mutant.fields["Test"]):
        if not is_a_test(instance, suite, name, tests_text["cases"]):
            problems.append(f"there is no test {instance or ''}/{suite}.{name or '*'}")
    applied = subprocess.run(["git", "apply", "--check", str(mutant.path)], cwd=root, env=git_environment(root),
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if applied.returncode != 0:
        problems.append("it does not apply: " + applied.stdout.strip().splitlines()[0])
    return problems


def git_environment(root):
    """Git takes `root` for no part of a repository around it."""
    return {**build_tree.environment(), "GIT_CEILING_DIRECTORIES": str(root.parent)}


def check(root=ROOT, folder=None, least=PATCHES_LEAST):
    """The number of problems, each printed."""
    folder = folder or root / "tests/mutants"
    tests = root / "tests"
    text = {"CMakeLists.txt": (tests / "CMakeLists.txt").read_text(),
            "cases": "".join(path.read_text() for path in sorted(tests.rglob("*_test.cpp")))}
    mutants = all_mutants(folder)
    found = [f"{mutant.path.relative_to(root)}: {problem}"
             for mutant in mutants for problem in problems_of(mutant, root, text)]
    if len(mutants) < least:
        found.append(f"{folder.relative_to(root)}: holds {len(mutants)} patches, at least {least} are wanted")
    for line in found:
        print(line)
    return len(found)


# --- Planting -------------------------------------------------------------------------------------

def copy_tree():
    """The tree as it is now, changes and all; what is the same keeps its time, so that builds stay small."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            stdout=subprocess.PIPE, check=True, text=True)
    wanted = {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}
    PLACE.mkdir(parents=True, exist_ok=True)
    for name in sorted(wanted):
        source, copy = ROOT / name, PLACE / name
        if copy.is_file() and filecmp.cmp(source, copy, shallow=False):
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)
    for path in list(PLACE.rglob("*")):
        name = path.relative_to(PLACE).as_posix()
        if path.is_file() and not name.startswith("build/") and name not in wanted:
            path.unlink()


def environment():
    return {**build_tree.environment(), "CCACHE_BASEDIR": str(PLACE)}


def run(command, seconds, env=None):
    """(exit code, output); a program that does not end in time is killed and has failed."""
    process = subprocess.Popen(command, cwd=PLACE, env=env or environment(), stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                               start_new_session=True)
    try:
        output, _ = process.communicate(timeout=seconds)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        return "it did not end", ""
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def build(targets):
    return run(["ninja", "-C", "build/dev", f"-j{build_tree.jobs()}", *targets], BASE_SECONDS_MAX)


def test(target, test_filter, seeds=None):
    env = {**environment(), "GTEST_COLOR": "no"}
    if seeds:
        env["LENDPORT_SEEDS"] = seeds
    return run([f"build/dev/{target}", f"--gtest_filter={test_filter}"], TEST_SECONDS_MAX, env)


def apply(mutant, *options):
    code, output = run(["git", "apply", *options, str(mutant.path)], 60, git_environment(PLACE))
    if code != 0:
        raise BuildFailed(f"{mutant.name} does not apply: {output.strip()}")


def fate_of(mutant):
    """killed, or what happened instead."""
    apply(mutant)
    try:
        code, output = build([mutant.target])
        if code != 0:
            return "DOES NOT BUILD", output
        code, output = test(mutant.target, mutant.fields["Test"], mutant.fields.get("Seeds"))
        if "Running 0 tests" in output:
            return "NAMES NO TEST", output
        return ("SURVIVED", output) if code == 0 else ("killed", output)
    finally:
        apply(mutant, "--reverse")


def prepare(mutants):
    """Builds everything without a bug; every named test must pass."""
    copy_tree()
    code, output = run(["cmake", "--preset", "dev"], BASE_SECONDS_MAX)
    if code != 0:
        raise BuildFailed(output)
    targets = sorted({mutant.target for mutant in mutants})
    code, output = build(targets)
    if code != 0:
        raise BuildFailed(output[-5000:])
    for target in targets:
        filters = sorted({mutant.fields["Test"] for mutant in mutants if mutant.target == target})
        code, output = test(target, ":".join(filters), "200")
        if code != 0:
            raise BuildFailed(f"{target} fails without a bug:\n{output[-5000:]}")


def run_mutants(names=()):
    """(killed, others); others are those that survived, do not apply or do not build."""
    mutants = sorted((mutant for mutant in all_mutants() if not names or mutant.name in names),
                     key=lambda mutant: (mutant.target, mutant.name))
    unknown = set(names) - {mutant.name for mutant in mutants}
    if unknown:
        raise BuildFailed(f"no mutant {', '.join(sorted(unknown))}")
    prepare(mutants)
    killed = survived = 0
    for mutant in mutants:
        began = time.monotonic()
        fate, output = fate_of(mutant)
        killed += fate == "killed"
        survived += fate != "killed"
        print(f"  {fate} {mutant.name} ({minutes(time.monotonic() - began)})", flush=True)
        if fate != "killed":
            print(f"    {mutant.fields['Breaks']}, and {mutant.fields['Test']} does not see it")
            print("\n".join(output.splitlines()[-20:]))
    print(f"mutants: {killed} killed, {survived} survived", flush=True)
    return killed, survived


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(1 if check() else 0)
    sys.exit(1 if run_mutants(sys.argv[1:])[1] else 0)
