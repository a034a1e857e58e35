"""The counts that scripts/test reports: cases of GoogleTest, crashes, skips, other programs."""
import json
import pathlib
import tempfile
import unittest
from unittest import mock

import planted  # noqa: F401 (finds scripts/)
import run_tests
import temporary_folder

PASSED = {"name": "A", "status": "RUN", "result": "COMPLETED"}
FAILED = {**PASSED, "name": "B", "failures": [{"failure": "x"}]}
SKIPPED = {**PASSED, "name": "C", "result": "SKIPPED"}
DISABLED = {**PASSED, "name": "D", "status": "NOTRUN", "result": "SUPPRESSED"}


class Judge(unittest.TestCase):
    def judged(self, reports, code, output=""):
        with tempfile.TemporaryDirectory() as folder:
            for name, cases in reports.items():
                text = json.dumps({"testsuites": [{"name": "S", "testsuite": cases}]}) if cases else "{"
                pathlib.Path(folder, name).write_text(text)
            test = run_tests.Test("core", ["core"], ["/build/core_test"], False)
            counts, failed = run_tests.Runner.judge(test, pathlib.Path(folder), output, code)
            return (counts.passed, counts.failed, counts.skipped), failed

    def test_counts_cases(self):
        counts, failed = self.judged({"core_test.json": [PASSED, FAILED, SKIPPED, DISABLED]}, 8)
        self.assertEqual((counts, failed), ((1, 1, 2), ["S.B"]))

    def test_a_program_that_fails_by_itself_is_a_failure(self):
        self.assertEqual(self.judged({"core_test.json": [PASSED]}, 8)[0], (1, 1, 0))  # a leak, say
        self.assertEqual(self.judged({}, 8)[0], (0, 1, 0))  # crashed, timed out or was not built
        self.assertEqual(self.judged({"core_test.json": []}, 0)[0], (0, 1, 0))  # half a report

    def test_other_programs_count_one(self):
        self.assertEqual(self.judged({}, 0)[0], (1, 0, 0))
        self.assertEqual(self.judged({}, 0, "1/1 Test #1: x ....***Skipped")[0], (0, 0, 1))

    def test_programs_started_by_a_test_do_not_count(self):
        reports = {"core_test.json": [PASSED], "other_test.json": [FAILED]}
        self.assertEqual(self.judged(reports, 0)[0], (1, 0, 0))

    def test_the_last_line(self):
        self.assertEqual(str(run_tests.Counts(3, 0)), "3 passed, 0 failed")
        self.assertEqual(str(run_tests.Counts(3, 1, 2)), "3 passed, 1 failed, 2 skipped")


class Shards(unittest.TestCase):
    def test_only_google_tests_that_may_run_beside_others(self):
        google = run_tests.Test("core", ["core"], ["/build/core_test"], False)
        parts = google.in_shards(3)
        self.assertEqual([part.title for part in parts], ["core 1/3", "core 2/3", "core 3/3"])
        self.assertEqual([(part.shard, part.shards) for part in parts], [(0, 3), (1, 3), (2, 3)])
        self.assertEqual(google.in_shards(1), [google])
        for other in (run_tests.Test("core", ["core"], ["/build/core_test"], True),
                      run_tests.Test("files", ["api"], ["/usr/bin/python3", "files_test.py"], False),
                      run_tests.Test("core", ["core"], [], False)):
            self.assertEqual(other.in_shards(3), [other])


class Parts(unittest.TestCase):
    def test_name_a_preset_or_a_label_or_both(self):
        self.assertEqual(run_tests.resolve("db"), ("dev", "db"))
        self.assertEqual(run_tests.resolve("asan"), ("asan", None))
        self.assertEqual(run_tests.resolve("tsan:db"), ("tsan", "db"))


class TemporaryFolder(unittest.TestCase):
    def setUp(self):
        self.memory = self.enterContext(tempfile.TemporaryDirectory())
        self.enterContext(mock.patch.object(temporary_folder, "IN_MEMORY", self.memory))
        self.environment = self.enterContext(mock.patch.dict("os.environ"))
        self.environment.pop("TMPDIR", None)

    def given(self, room_min=0, memory_min_kb=0):
        with (mock.patch.object(temporary_folder, "ROOM_MIN", room_min),
              mock.patch.object(temporary_folder, "MEMORY_MIN_KB", memory_min_kb),
              temporary_folder.temporary_folder() as folder):
            self.assertTrue(pathlib.Path(folder).is_dir())
            return folder

    def test_is_in_memory_where_there_is_room_and_gone_afterwards(self):
        folder = pathlib.Path(self.given())
        self.assertEqual(str(folder.parent), self.memory)
        self.assertFalse(folder.exists())

    def test_is_the_systems_where_room_or_memory_is_short_or_nothing_is_there(self):
        self.assertEqual(self.given(room_min=1 << 60), tempfile.gettempdir())
        self.assertEqual(self.given(memory_min_kb=1 << 60), tempfile.gettempdir())
        with mock.patch.object(temporary_folder, "IN_MEMORY", self.memory + "/none"):
            self.assertEqual(self.given(), tempfile.gettempdir())

    def test_is_the_callers_choice(self):
        with tempfile.TemporaryDirectory() as chosen:
            self.environment["TMPDIR"] = chosen
            self.assertEqual(self.given(), chosen)


if __name__ == "__main__":
    unittest.main()
