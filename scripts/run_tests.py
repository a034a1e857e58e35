"""Builds and runs parts of the tests and counts their cases. Used by scripts/test; see there for the parts."""
import concurrent.futures
import contextlib
import dataclasses
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

import build_tree
import mutants
from build_tree import ROOT, BuildFailed, minutes
from temporary_folder import temporary_folder

SANITIZED = ("asan", "tsan")
OUTPUT_LINES_SHOWN = 300
LONG = "LENDPORT_TEST_LONG"  # more kills and simulated lives
OUTAGE = "LENDPORT_TEST_OUTAGE_SECONDS"  # how soon requests must be told of one
NO_POSTGRES = {"checks"}  # labels that need no server
SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1"
                    ":check_initialization_order=1:strict_init_order=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": f"halt_on_error=1:suppressions={ROOT}/scripts/tsan.supp:second_deadlock_stack=1:history_size=4",
}


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __iadd__(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        return self

    def __str__(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


@dataclass
class Test:
    name: str
    labels: list
    command: list  # empty as long as its program is not built
    alone: bool
    cost: float = 0  # seconds, about: what takes long begins first
    shard: int = 0
    shards: int = 1  # parts of a GoogleTest program that run beside each other

    @property
    def title(self):
        return self.name if self.shards == 1 else f"{self.name} {self.shard + 1}/{self.shards}"

    def in_shards(self, count):
        is_google_test = not self.alone and self.command and self.command[0].endswith("_test")
        if not is_google_test or count < 2:
            return [self]
        return [dataclasses.replace(self, shard=i, shards=count) for i in range(count)]


def listed(preset):
    """The tests ctest knows in a configured preset."""
    asked = subprocess.run(["ctest", "--show-only=json-v1"], cwd=build_tree.folder_of(preset),
                           env=build_tree.environment(), stdout=subprocess.PIPE, check=True, text=True)
    tests = []
    for row in json.loads(asked.stdout)["tests"]:
        properties = {entry["name"]: entry["value"] for entry in row.get("properties", [])}
        tests.append(Test(row["name"], properties.get("LABELS", []), row.get("command", []),
                          bool(properties.get("RUN_SERIAL")), float(properties.get("COST", 0))))
    return tests


def programs_of(preset, tests):
    """The ninja targets that these tests run, or nothing when only a whole build is sure to have them."""
    folder = build_tree.folder_of(preset)
    asked = subprocess.run(["ninja", "-C", str(folder), "-t", "targets", "all"], env=build_tree.environment(),
                           stdout=subprocess.PIPE, text=True, check=True)
    known = {line.rsplit(":", 1)[0] for line in asked.stdout.splitlines()}
    programs = set()
    for test in tests:
        if "checks" in test.labels:
            continue
        words = [pathlib.Path(word) for word in test.command] or [folder / f"{test.name}_test"]
        named = [path.relative_to(folder).as_posix() for path in words if path.is_relative_to(folder)]
        if not words[0].is_relative_to(folder) or named[0] not in known:
            return None
        programs |= known & set(named)
    return sorted(programs)


def cases_of(report):
    """Counts and names of the failed cases of one GoogleTest JSON report."""
    counts, failed = Counts(), []
    for suite in json.loads(report.read_text())["testsuites"]:
        for case in suite["testsuite"]:
            if case.get("failures"):
                counts.failed += 1
                failed.append(f"{suite['name']}.{case['name']}")
            elif case.get("result") == "COMPLETED":
                counts.passed += 1
            else:
                counts.skipped += 1
    return counts, failed


class Runner:
    """Runs the tests of one preset, several at a time where they allow it, each through ctest."""

    def __init__(self, preset, postgres, temporary):
        self.folder = build_tree.folder_of(preset)
        self.logs = self.folder / "test-logs"
        self.env = {**build_tree.environment(), **SANITIZER_OPTIONS, "TMPDIR": temporary}
        self.env.update({name: os.environ[name] for name in (LONG, OUTAGE) if os.environ.get(name)})
        if postgres:
            self.env["LENDPORT_TEST_POSTGRES"] = postgres
        self.progress = build_tree.Progress(f"test {preset}")
        self.speaking = threading.Lock()
        self.running = set()
        self.processes = set()

    def at_once(self):
        """More than there are CPUs: most wait half of their time for a store, a lender or a clock."""
        cpus = build_tree.jobs()
        return cpus + 1 if self.folder.name in SANITIZED else 2 * cpus

    def run(self, tests):
        self.logs.mkdir(parents=True, exist_ok=True)
        counts = Counts()
        # A program runs its cases one after the other: where there are few, each runs in parts.
        tests = [part for test in tests for part in test.in_shards(self.at_once() // max(1, len(tests)))]
        together = sorted((test for test in tests if not test.alone), key=lambda test: -test.cost)
        with concurrent.futures.ThreadPoolExecutor(max_workers=self.at_once()) as pool:
            pending = {pool.submit(self.one, test) for test in together}
            try:
                while pending:
                    done, pending = concurrent.futures.wait(
                        pending, 1, return_when=concurrent.futures.FIRST_COMPLETED)
                    for future in done:
                        counts += future.result()
                    self.show(len(tests) - len(pending))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                self.end_all()
                raise
        for test in tests:
            if test.alone:
                counts += self.one(test)
        self.progress.end_line()
        return counts

    def reports_of(self, test):
        return self.logs / re.sub(r"\W", "_", test.title)

    def show(self, done):
        with self.speaking:
            if self.running:
                self.progress.show("running " + ", ".join(sorted(self.running)))

    def end_all(self):
        for process in list(self.processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)

    def one(self, test):
        began = time.monotonic()
        reports = self.reports_of(test)
        shutil.rmtree(reports, ignore_errors=True)
        reports.mkdir()
        self.running.add(test.title)
        env = {**self.env, "GTEST_OUTPUT": f"json:{reports}/", "GTEST_COLOR": "no"}
        if test.shards > 1:
            env.update({"GTEST_TOTAL_SHARDS": str(test.shards), "GTEST_SHARD_INDEX": str(test.shard)})
        process = subprocess.Popen(
            ["ctest", "-R", f"^{re.escape(test.name)}$", "--verbose", "--test-output-size-passed", "8388608",
             "--test-output-size-failed", "8388608"],
            cwd=self.folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", start_new_session=True)
        self.processes.add(process)
        output = process.communicate()[0]
        self.processes.discard(process)
        self.running.discard(test.title)
        (reports / "output.txt").write_text(output)
        counts, failed = self.judge(test, reports, output, process.returncode)
        with self.speaking:
            self.progress.end_line()
            if counts.failed:
                self.show_failure(test, output, failed)
            print(f"  {'FAILED' if counts.failed else 'ok    '} {test.title}: {counts}"
                  f" ({minutes(time.monotonic() - began)})")
        return counts

    @staticmethod
    def judge(test, reports, output, code):
        counts, failed = Counts(), []
        found = list(reports.glob("*.json"))
        # A program may start others of its kind: only its own report counts.
        own = [report for report in found if test.command and report.stem == pathlib.Path(test.command[0]).name]
        for report in own or found:
            try:
                more, names = cases_of(report)
            except (ValueError, KeyError) as broken:
                more, names = Counts(failed=1), [f"{report.name} is not a report: {broken}"]
            counts += more
            failed += names
        if code != 0 and counts.failed == 0:
            counts.failed += 1
            failed.append(f"{test.name}: the program itself failed")
        elif not found and "***Skipped" in output:
            counts.skipped += 1
        elif not found and code == 0:
            counts.passed += 1
        return counts, failed

    def show_failure(self, test, output, failed):
        lines = re.sub(r"\A.*?\n(?=\s+Start\s+\d+: )|\n\d+% tests passed.*", "", output, flags=re.S).splitlines()
        if len(lines) > OUTPUT_LINES_SHOWN:
            kept = (self.reports_of(test) / "output.txt").relative_to(ROOT)
            print(f"  … the last {OUTPUT_LINES_SHOWN} of {len(lines)} lines; all of them in {kept}")
        print("\n".join(lines[-OUTPUT_LINES_SHOWN:]))
        for name in failed:
            print(f"  FAILED CASE {name}")


INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt(*_):
    raise KeyboardInterrupt


def uninterrupted(command):
    """Runs a command to its end; Ctrl-C takes effect after it, so that nothing is left half started."""
    caught = []
    for number in INTERRUPTS:
        signal.signal(number, lambda *_: caught.append(1))
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                          start_new_session=True)
    for number in INTERRUPTS:
        signal.signal(number, interrupt)
    return done, bool(caught)


@contextlib.contextmanager
def postgres_server(needed):
    """The URL of a private server that lives as long as the block."""
    if not needed:
        yield None
        return
    program = str(ROOT / "scripts/postgres")
    started, stop_at_once = uninterrupted([program, "start"])
    if started.returncode != 0:
        raise BuildFailed("PostgreSQL does not start")
    folder = started.stdout.strip()
    try:
        if stop_at_once:
            raise KeyboardInterrupt
        yield f"postgresql:///lendport_test?host={folder}&user=postgres"
    finally:
        uninterrupted([program, "stop", folder])


def run_tests(preset, label):
    build_tree.configure(preset)
    tests = listed(preset)
    if label:
        tests = [test for test in tests if label in test.labels]
    elif preset in SANITIZED:
        tests = [test for test in tests if "checks" not in test.labels]
    if not tests:
        raise BuildFailed(f"no tests with the label {label} in {preset}")
    programs = programs_of(preset, tests) if label else None
    if programs is None or programs:
        build_tree.build(preset, programs or [])
    needs_postgres = any(not NO_POSTGRES & set(test.labels) for test in tests)
    with postgres_server(needs_postgres) as postgres, temporary_folder() as temporary:
        return Runner(preset, postgres, temporary).run(listed_again(preset, tests))


def listed_again(preset, tests):
    """The same tests with their commands, now that their programs are there."""
    names = {test.name for test in tests}
    return [test for test in listed(preset) if test.name in names]


def run_tidy():
    done = subprocess.run([str(ROOT / "scripts/tidy")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    print(done.stdout, end="")
    found = re.search(r"^tidy: (\d+) clean, (\d+) not$", done.stdout, re.M)
    if not found:
        return Counts(failed=1)
    clean, not_clean = map(int, found.groups())
    return Counts(clean, not_clean + (done.returncode != 0 and not_clean == 0))


def run_mutants():
    killed, survived = mutants.run_mutants()
    return Counts(killed, survived)


# Parts that are no tests of ctest, by name.
OTHERS = {"tidy": run_tidy, "mutants": run_mutants}


def resolve(part):
    """(preset, label) of a part; one of OTHERS is its own preset."""
    preset, _, label = part.rpartition(":")
    if preset:
        return preset, label
    return (part, None) if part in SANITIZED or part in OTHERS else ("dev", part)


def parts_there_are():
    build_tree.configure("dev")
    labels = {label for test in listed("dev") for label in test.labels}
    return sorted(labels), [*SANITIZED, *OTHERS]


def refuse_unknown(parts):
    for part in parts:
        preset, label = resolve(part)
        if preset not in (*OTHERS, *build_tree.presets()):
            return f"no part {part}"
    wanted = {label for preset, label in map(resolve, parts) if label}
    if wanted:
        labels, others = parts_there_are()
        unknown = sorted(wanted - set(labels))
        if unknown:
            return f"no part {', '.join(unknown)}; there are: {' '.join(labels + others)}"
    return None


def run_part(part):
    if part in OTHERS:
        return OTHERS[part]()
    preset, label = ("dev", None) if part == "everything" else resolve(part)
    return run_tests(preset, label)


def run_parts(parts):
    summary = []
    for part in parts:
        began = time.monotonic()
        print(f"── {part}")
        try:
            counts = run_part(part)
        except BuildFailed as failure:
            print(failure)
            counts = Counts(failed=1)
        summary.append((part, counts, time.monotonic() - began))
    return summary


def main(parts):
    if parts == ["--list"]:
        labels, others = parts_there_are()
        print("\n".join(labels + others))
        return 0
    parts = list(dict.fromkeys(parts)) or ["everything"]
    try:
        complaint = refuse_unknown([part for part in parts if part != "everything"])
        if complaint:
            print(complaint, file=sys.stderr)
            return 2
        summary = run_parts(parts)
    except KeyboardInterrupt:
        print("\nstopped")
        return 130
    except BuildFailed as failure:
        print(failure)
        summary = [("configure", Counts(failed=1), 0)]
    total = Counts()
    print()
    for part, counts, seconds in summary:
        print(f"{part}: {counts} ({minutes(seconds)})")
        total += counts
    print()
    print(total)
    return 0 if total.failed == 0 and total.passed > 0 else 1


if __name__ == "__main__":
    for each in INTERRUPTS:
        signal.signal(each, interrupt)
    sys.exit(main(sys.argv[1:]))
