#!/usr/bin/python3
"""The driver of kills (kills.py) reports what is put into its world: an acknowledged row that is gone, a request
the lender gets twice, a job that nobody has any more.

    tests/faults/plants_test.py BUILD sqlite|postgres WRITERS
"""
import pathlib
import re
import subprocess
import sys
import unittest

RUN = ("--kills", "6", "--each", "0", "--ready-ms", "60000")
RUN_SECONDS = 240


class Plants(unittest.TestCase):
    def run_driver(self, *arguments):
        done = subprocess.run([sys.executable, "-B", pathlib.Path(__file__).parent / "kills.py", "--build", BUILD,
                               "--db", DATABASE, "--writers", WRITERS, *RUN, *arguments], text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=RUN_SECONDS, check=False)
        last = done.stdout.splitlines()[-1]
        self.assertRegex(last, r"^kills=\d+ acked=\d+ sent=\d+ lost=\d+ duplicated=\d+ stuck=\d+$", done.stdout)
        counts = {name: int(value) for name, value in re.findall(r"(lost|duplicated|stuck)=(\d+)", last)}
        return done, counts

    def test_what_is_planted_is_reported(self):
        for plant in ("lost", "duplicated", "stuck"):
            with self.subTest(plant):
                done, counts = self.run_driver("--plant", plant)
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertGreaterEqual(counts.pop(plant), 1, done.stdout)
                self.assertEqual(set(counts.values()), {0}, done.stdout)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    BUILD, DATABASE, WRITERS = sys.argv[1:]
    unittest.main(argv=sys.argv[:1], verbosity=2)
