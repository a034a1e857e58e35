"""scripts/run end to end over a finished build: run_test.py PRESET."""
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import run_hub  # noqa: E402

PRESET = "dev"
SECONDS = 240
VARIABLES = {"LENDPORT_URL", "LENDPORT_ORG", "LENDPORT_ORG_OTHER", "LENDPORT_ADMIN_KEY", "LENDPORT_REP_KEY",
             "LENDPORT_OTHER_KEY", "LENDPORT_PLATFORM_KEY", "LENDER_URL", "LENDPORT_MAILS"}


class RunTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        self.data = pathlib.Path(folder.name) / "data of a run"
        self.addCleanup(self.start, "--stop")

    def command(self, *arguments):
        return [sys.executable, "-u", "-B", str(ROOT / "scripts/run_hub.py"), "--preset", PRESET, "--data",
                str(self.data), *arguments]

    def start(self, *arguments):
        return subprocess.run(self.command(*arguments), text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS)

    def pids(self):
        return [int((self.data / f"{name}.pid").read_text().split()[0]) for name in ("hub", "lender", "mailbox")]

    def variables(self):
        return dict(line.split("=", 1) for line in (self.data / "demo.env").read_text().splitlines())

    def test_does_the_main_job_twice_over_one_folder(self):
        first = self.start("--detach", "--port", "0")
        self.assertEqual(first.returncode, 0, first.stdout)
        self.assertRegex(first.stdout, "APPROVED")
        self.assertRegex(first.stdout, "To: .*homeowner-1@example.com")
        given = self.variables()
        self.assertEqual(set(given), VARIABLES)
        for name in ("demo.env", "accounts.json", "key", "hub.toml", "hub.pid"):
            self.assertEqual((self.data / name).stat().st_mode & 0o777, 0o600, name)

        self.keeps_to_itself(given)

        refused = self.start("--detach", "--port", "0")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("already run", refused.stdout)
        pids = self.pids()
        self.assertNotIn(None, [run_hub.started_at(pid) for pid in pids])

        again = subprocess.run([ROOT / "scripts/demo.py", "--env", self.data / "demo.env"], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS)
        self.assertEqual(again.returncode, 0, again.stdout)

        stopped = self.start("--stop")
        self.assertEqual(stopped.returncode, 0, stopped.stdout)
        self.assertEqual([run_hub.started_at(pid) for pid in pids], [None] * 3)

        self.serve_until_ctrl_c()
        for name in VARIABLES - {"LENDPORT_URL", "LENDER_URL"}:
            self.assertEqual(self.variables()[name], given[name], f"{name} was made anew")

    def keeps_to_itself(self, given):
        """Nothing personal and no secret is readable in what the hub wrote."""
        self.assertIn('"event":"started"', (self.data / "hub.log").read_text())
        secret = [given[name] for name in VARIABLES if name.endswith("_KEY")]
        personal = ["900-10-1001", "900101001", "mosaic-demo-secret", "homeowner-1@example.com", "1980-02-29"]
        for file in self.data.glob("*"):
            if not file.is_file() or not file.name.startswith(("hub.db", "hub.log", "hub.out", "access")):
                continue
            written = file.read_bytes()
            for word in secret + personal:
                self.assertNotIn(word.encode(), written, f"{word[:12]}… in {file.name}")

    def serve_until_ctrl_c(self):
        serving = subprocess.Popen(self.command("--port", "0"), text=True, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(serving.kill)
        said = ""
        for line in serving.stdout:
            said += line
            if "Ctrl-C ends it" in line:
                break
        self.assertIsNone(serving.poll(), said)
        pids = self.pids()
        serving.send_signal(signal.SIGINT)
        rest, _ = serving.communicate(timeout=SECONDS)
        self.assertEqual(serving.returncode, 0, said + rest)
        self.assertEqual([run_hub.started_at(pid) for pid in pids], [None] * 3)

    def test_makes_a_revoked_key_anew(self):
        self.assertEqual(self.start("--detach", "--port", "0").returncode, 0)
        before = self.variables()
        lendport = [ROOT / "build" / PRESET / "lendport"]
        settings = ["--config", self.data / "hub.toml"]
        listed = subprocess.run([*lendport, "token", "list", "--org", before["LENDPORT_ORG"], *settings],
                                text=True, stdout=subprocess.PIPE, check=True).stdout
        for key in re.findall(r"^key_\S+", listed, re.M):
            subprocess.run([*lendport, "token", "revoke", "--org", before["LENDPORT_ORG"], key, *settings],
                           check=True, stdout=subprocess.DEVNULL)
        self.start("--stop")
        again = self.start("--detach", "--port", "0")
        self.assertEqual(again.returncode, 0, again.stdout)
        self.assertNotEqual(self.variables()["LENDPORT_REP_KEY"], before["LENDPORT_REP_KEY"])
        self.assertEqual(self.variables()["LENDPORT_OTHER_KEY"], before["LENDPORT_OTHER_KEY"])


if __name__ == "__main__":
    PRESET = sys.argv.pop(1) if len(sys.argv) > 1 else PRESET
    unittest.main()
