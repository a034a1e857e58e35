"""The counts that scripts/test reports: cases of GoogleTest, crashes, skips, other programs."""
import json
import pathlib
import tempfile
import unittest

import planted  # noqa: F401 (finds scripts/)
import run_tests

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


if __name__ == "__main__":
    unittest.main()
