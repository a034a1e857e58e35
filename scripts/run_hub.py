"""Starts the sandbox lender, a mailbox and the hub over one folder, shows the main job, serves, stops.
Used by scripts/run, which says what the arguments mean."""
import argparse
import fcntl
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
DEFAULT_PORT = 8080
READY_SECONDS = 60
STOP_SECONDS = 20
COMMAND_SECONDS = 60

# The demo's companies: name, Mosaic ID, people as (key in demo.env, e-mail, name, role).
ORG = ("Sunny Roofs LLC", [("LENDPORT_ADMIN_KEY", "admin@sunny-roofs.example", "Alex Admin", "org_admin"),
                           ("LENDPORT_REP_KEY", "rep@sunny-roofs.example", "Robin Rep", "rep")])
ORG_OTHER = ("Bright Side Solar Inc.",
             [("LENDPORT_OTHER_KEY", "admin@bright-side.example", "Blair Admin", "org_admin")])
OPERATOR = ("LENDPORT_PLATFORM_KEY", "operator@lendport.example", "Pat Operator")


class Refused(Exception):
    """What keeps the demo from starting, in a sentence."""


class Stopped(Exception):
    """Somebody asked it to end."""


def say(text):
    print(text, flush=True)


# --- Programs, known by pid, start time and file: a pid alone may be another's by now -------------

def started_at(pid):
    """The kernel's start time of a process, or None when it is not there or has ended."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


class Program:
    def __init__(self, name, folder):
        self.name, self.pid_file, self.output = name, folder / f"{name}.pid", folder / f"{name}.out"
        self.process = None

    def running(self):
        """The pid of the program this file stands for, or None."""
        try:
            pid, start, program = self.pid_file.read_text().splitlines()[:3]
            link = os.readlink(f"/proc/{int(pid)}/exe").removesuffix(" (deleted)")
        except (OSError, ValueError):
            return None
        return int(pid) if started_at(int(pid)) == start and link == program else None

    def start(self, command, variables=None):
        program = os.path.realpath(command[0])
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen([program, *command[1:]], stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=subprocess.STDOUT, cwd="/", start_new_session=True,
                                            env={**os.environ, **(variables or {})})
        write_private(self.pid_file, f"{self.process.pid}\n{started_at(self.process.pid)}\n{program}\n")

    def wait_for_address(self):
        """The address of its line `listening ADDRESS:PORT`."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            for line in self.output.read_text(errors="replace").splitlines():
                if line.startswith("listening "):
                    return line.split()[1]
            if self.process.poll() is not None:
                raise Refused(f"{self.name} ended at once:\n{self.last_words()}")
            time.sleep(0.02)
        raise Refused(f"{self.name} was not ready after {READY_SECONDS} s:\n{self.last_words()}")

    def last_words(self):
        words = ""
        for file in (self.output, self.output.with_suffix(".log")):
            if file.exists():
                words += "".join(file.read_text(errors="replace").splitlines(keepends=True)[-8:])
        return words.rstrip() or "it said nothing"

    def alive(self):
        return self.process.poll() is None if self.process else self.running() is not None

    def stop(self):
        """Ends it, politely first. Returns whether it was there."""
        pid = self.running()
        if pid is None and self.process and self.process.poll() is None:
            pid = self.process.pid  # interrupted before its pid file was written
        if pid is not None:
            # Not running(): a process on its way out loses its program's name before it is gone.
            start = started_at(pid)
            for number in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass
                deadline = time.monotonic() + STOP_SECONDS
                while start is not None and started_at(pid) == start and time.monotonic() < deadline:
                    time.sleep(0.02)
                if start is None or started_at(pid) != start:
                    break
                say(f"run: {self.name} did not end in {STOP_SECONDS} s")
        self.pid_file.unlink(missing_ok=True)
        return pid is not None


def write_private(file, text):
    """Whole or not at all, and readable by its owner alone."""
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    os.replace(new, file)


# --- The hub's settings and accounts ---------------------------------------------------------------

def write_settings(folder, build, port, lender, mailbox):
    quoted = {name: json.dumps(str(value)) for name, value in {
        "listen": f"127.0.0.1:{port}", "database": f"sqlite://{folder}/hub.db", "key": folder / "key",
        "log": folder / "hub.log", "access": folder / "access.log", "plugins": build / "plugins",
        "store": folder / "plugins", "lender": lender, "relay": f"smtp://{mailbox}"}.items()}
    write_private(folder / "hub.toml", f"""# Made by scripts/run; config/lendport.toml explains every setting.
[http]
listen = {quoted["listen"]}

[database]
url = {quoted["database"]}

[keys]
file = {quoted["key"]}

[log]
file = {quoted["log"]}
access = {quoted["access"]}

[plugins]
folder = {quoted["plugins"]}
store = {quoted["store"]}

[sandbox]
hosts = {{"sandbox.api.mosaic.example:443" = {quoted["lender"]}}}

[mail]
relay = {quoted["relay"]}
allow_plain_loopback = true
from = "offers@hub.example"

# A demo does not wait for its lender as long as one would in earnest.
[applications]
follow_first_ms = 500
follow_longest_s = 5
""")


class Accounts:
    """Orgs, users and keys of the demo, made by the hub's own commands and kept for the next run."""

    def __init__(self, folder, lendport):
        self.file, self.lendport, self.settings = folder / "accounts.json", lendport, folder / "hub.toml"
        self.kept = json.loads(self.file.read_text()) if self.file.exists() else {}

    def command(self, *arguments):
        done = subprocess.run([self.lendport, *arguments, "--config", self.settings], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=COMMAND_SECONDS)
        if done.returncode != 0:
            raise Refused(f"lendport {' '.join(arguments[:2])} failed: {done.stderr.strip()}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    def make(self):
        known = {name: org for org, name, *_ in self.command("org", "list")}
        new = self.kept.get("LENDPORT_ORG") not in known.values()
        if new:
            self.kept = {}
        if not known:
            self.command("user", "create", "--email", OPERATOR[1], "--name", OPERATOR[2])
        for variable, (name, people) in {"LENDPORT_ORG": ORG, "LENDPORT_ORG_OTHER": ORG_OTHER}.items():
            org = known.get(name) or self.command("org", "create", "--name", name, "--sales-mode")[0][0]
            self.kept[variable] = org
            there = {user[1] for user in self.command("user", "list", "--org", org)}
            for _, email, person, role in people:
                if email not in there:
                    self.command("user", "create", "--org", org, "--email", email, "--name", person,
                                 "--role", role)
        for variable, email, *_ in (*ORG[1], *ORG_OTHER[1], OPERATOR):
            if variable not in self.kept:
                self.make_key(variable, email)
        self.save()

    def make_key(self, variable, email):
        self.kept[variable] = self.command("token", "create", "--email", email, "--environment", "sandbox",
                                           "--label", "scripts/run")[0][0]

    def check_keys(self, url):
        """A key that was revoked since the last run is made anew."""
        for variable, email, *_ in (*ORG[1], *ORG_OTHER[1], OPERATOR):
            if not self.accepted(url, self.kept[variable]):
                self.make_key(variable, email)
                self.save()
                deadline = time.monotonic() + 5
                while not self.accepted(url, self.kept[variable]) and time.monotonic() < deadline:
                    time.sleep(0.1)

    @staticmethod
    def accepted(url, key):
        request = urllib.request.Request(f"{url}/v1/orgs", headers={"Authorization": f"Bearer {key}"})
        try:
            with urllib.request.urlopen(request, timeout=10):
                return True
        except urllib.error.HTTPError as answer:
            return answer.code != 401

    def next_run(self):
        self.kept["runs"] = self.kept.get("runs", 0) + 1
        self.save()
        return self.kept["runs"]

    def save(self):
        write_private(self.file, json.dumps(self.kept, indent=2) + "\n")


def wait_until_ready(url):
    deadline = time.monotonic() + READY_SECONDS
    problem = ""
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=10):
                return
        except (urllib.error.URLError, OSError) as error:
            problem = str(error)
        time.sleep(0.05)
    raise Refused(f"{url}/readyz: {problem}")


def free_port(wanted):
    """`wanted`, or 0 (any) where that one is taken and nobody insists on it."""
    if wanted is not None:
        return wanted
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", DEFAULT_PORT))
        except OSError:
            say(f"run: port {DEFAULT_PORT} is taken; taking a free one")
            return 0
    return DEFAULT_PORT


# --- One run ---------------------------------------------------------------------------------------

class Run:
    def __init__(self, options):
        self.folder, self.options = options.data, options
        self.hub, self.lender = Program("hub", self.folder), Program("lender", self.folder)
        self.mailbox, self.mails = Program("mailbox", self.folder), self.folder / "mails"
        self.build = ROOT / "build" / options.preset
        self.env_file = self.folder / "demo.env"

    def check(self):
        if self.hub.running():
            raise Refused(f"the hub (process {self.hub.running()}) already runs over {self.folder}.\n"
                          f"     Use it as it is, or end it first: {self.command('--stop')}")
        for left in (self.lender, self.mailbox):
            if left.running():
                say(f"run: the hub of the last run is gone; ending its {left.name}")
                left.stop()

    def command(self, *more):
        default = self.folder == ROOT / "build/run"
        return " ".join(["scripts/run", *more, *([] if default else ["--data", str(self.folder)])])

    def start(self):
        self.env_file.unlink(missing_ok=True)
        self.lender.start([self.build / "mosaic-sandbox", "--port", "0", "--decide-after-ms", "1500",
                           "--applications", self.folder / "lender-applications.jsonl"])
        self.mailbox.start([sys.executable, "-B", ROOT / "scripts/mailbox.py", self.mails])
        lender, mailbox = self.lender.wait_for_address(), self.mailbox.wait_for_address()
        lendport = self.build / "lendport"
        if not (self.folder / "key").exists():
            subprocess.run([lendport, "key", "create", self.folder / "key"], check=True, stdout=subprocess.DEVNULL)
        write_settings(self.folder, self.build, free_port(self.options.port), lender, mailbox)
        accounts = Accounts(self.folder, lendport)
        accounts.make()
        self.hub.start([lendport, "serve", "--config", self.folder / "hub.toml"])
        url = f"http://{self.hub.wait_for_address()}"
        wait_until_ready(url)
        accounts.check_keys(url)
        say(f"run: sandbox lender at http://{lender}, hub at {url}, data in {self.folder}")
        self.variables = {"LENDPORT_URL": url,
                          **{name: value for name, value in accounts.kept.items() if name.startswith("LENDPORT_")},
                          "LENDER_URL": f"http://{lender}", "LENDPORT_MAILS": str(self.mails)}
        self.number = accounts.next_run()

    def show_job(self):
        command = [sys.executable, "-u", "-B", ROOT / "scripts/demo.py", "--number", str(self.number)]
        if subprocess.run(command, env={**os.environ, **self.variables}, stdin=subprocess.DEVNULL).returncode != 0:
            raise Refused(f"the main job did not go as it should. The hub's last words:\n{self.hub.last_words()}")
        write_private(self.env_file, "".join(f"{name}={value}\n" for name, value in self.variables.items()))

    def describe(self):
        url = self.variables["LENDPORT_URL"]
        say(f"\nServing. Docs {url}/docs, mails in {self.mails}, keys and addresses in {self.env_file}:\n"
            f"  . {self.env_file}\n"
            '  curl -H "Authorization: Bearer $LENDPORT_REP_KEY" "$LENDPORT_URL/v1/orgs/$LENDPORT_ORG/products"')

    def serve(self):
        programs = (self.hub, self.lender, self.mailbox)
        while all(program.alive() for program in programs):
            time.sleep(0.2)
        ended = next(program for program in programs if not program.alive())
        if not ended.pid_file.exists():  # by --stop
            return 0
        code = ended.process.poll()
        say(f"run: the {ended.name} ended by itself (exit code {code}):\n{ended.last_words()}")
        return 1

    def stop(self):
        return [program.name for program in (self.hub, self.lender, self.mailbox) if program.stop()]


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/run", add_help=False, allow_abbrev=False)
    parser.add_argument("--called-from", type=pathlib.Path, default=pathlib.Path.cwd(), help=argparse.SUPPRESS)
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int)
    parser.add_argument("--data", type=pathlib.Path, default=ROOT / "build/run")
    parser.add_argument("--preset", default="release")
    parser.add_argument("--detach", action="store_true")
    parser.add_argument("--stop", action="store_true")
    options = parser.parse_args()
    if options.port is not None and not 0 <= options.port <= 65535:
        parser.error("--port must be from 0 to 65535")
    options.data = pathlib.Path(os.path.normpath(options.called_from / options.data))
    return options


def on_signal(number, frame):
    raise Stopped(number)


def run(options):
    job = Run(options)
    if options.stop:
        ended = job.stop()
        say(f"run: ended the {', the '.join(ended)}" if ended else f"run: nothing runs over {job.folder}")
        return 0
    job.check()
    if options.check:
        return 0
    os.umask(0o077)
    job.folder.mkdir(parents=True, exist_ok=True)
    with open(job.folder / "run.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"another scripts/run is at work over {job.folder}") from None
        job.check()
        keep = False
        try:
            job.start()
            job.show_job()
            job.describe()
            keep = options.detach
            if keep:
                say(f"It goes on until {job.command('--stop')}")
                return 0
            say("Ctrl-C ends it.")
            return job.serve()
        finally:
            if not keep:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                job.stop()


def main():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    try:
        return run(arguments())
    except (Refused, OSError, subprocess.SubprocessError) as refused:
        print(f"run: {refused}", file=sys.stderr)
        return 1
    except Stopped as stopped:
        say("\nrun: ended")
        return 0 if stopped.args[0] == signal.SIGINT else 128 + stopped.args[0]


if __name__ == "__main__":
    sys.exit(main())
