"""scripts/run ends only what it started: programs are known by pid, start time and file."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
import run_hub  # noqa: E402

LISTENS = ["/bin/sh", "-c", "echo listening 127.0.0.1:4711; while :; do sleep 0.1; done"]


class ProgramTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.program = run_hub.Program("hub", self.folder)

    def start(self, command):
        self.program.start(command)
        self.addCleanup(self.program.process.wait)
        self.addCleanup(self.program.process.kill)

    def seen_by_another(self):
        return run_hub.Program("hub", self.folder)

    def test_is_known_to_another_run_and_ended_by_it(self):
        self.start(LISTENS)
        self.assertEqual(self.program.wait_for_address(), "127.0.0.1:4711")
        self.assertEqual(self.seen_by_another().running(), self.program.process.pid)
        self.assertEqual(oct(self.program.pid_file.stat().st_mode & 0o777), "0o600")
        self.assertTrue(self.seen_by_another().stop())
        self.assertEqual(self.program.process.wait(5), -signal.SIGTERM)
        self.assertFalse(self.program.pid_file.exists())
        self.assertFalse(self.seen_by_another().stop())

    def test_leaves_alone_who_has_the_pid_now(self):
        stranger = subprocess.Popen(["/bin/sleep", "60"])
        self.addCleanup(stranger.wait)
        self.addCleanup(stranger.kill)
        start = run_hub.started_at(stranger.pid)
        sleep = os.path.realpath("/bin/sleep")
        for lines in (f"{stranger.pid}\n{int(start) - 1}\n{sleep}\n", f"{stranger.pid}\n{start}\n/bin/other\n",
                      f"{stranger.pid}\n", "", "none\n1\n/bin/sleep\n"):
            self.program.pid_file.write_text(lines)
            self.assertIsNone(self.program.running(), lines)
            self.assertFalse(self.program.stop(), lines)
        self.assertIsNone(stranger.poll())

    def test_kills_what_does_not_end_by_itself(self):
        self.start(["/bin/sh", "-c", "trap '' TERM; echo listening 127.0.0.1:1; while :; do sleep 0.1; done"])
        self.program.wait_for_address()
        patience, run_hub.STOP_SECONDS = run_hub.STOP_SECONDS, 0.3
        self.addCleanup(setattr, run_hub, "STOP_SECONDS", patience)
        self.assertTrue(self.program.stop())
        self.assertEqual(self.program.process.wait(5), -signal.SIGKILL)

    def test_says_what_a_program_said_last_when_it_ends_at_once(self):
        self.start(["/bin/sh", "-c", "echo the disk is full; exit 3"])
        with self.assertRaisesRegex(run_hub.Refused, "(?s)ended at once.*the disk is full"):
            self.program.wait_for_address()

    def test_a_zombie_does_not_run(self):
        self.start(["/bin/sh", "-c", "exit 0"])
        deadline = time.monotonic() + 5
        while run_hub.started_at(self.program.process.pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertIsNone(self.program.running())


if __name__ == "__main__":
    unittest.main()
