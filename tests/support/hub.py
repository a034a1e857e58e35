"""The real hub and a sandbox lender over one folder, for tests that speak HTTP with them."""
import contextlib
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "config/demo"
MOSAIC = "com.lendport.mosaic"
ANSWER_SECONDS = 30
START_SECONDS = 60
STOP_SECONDS = 30
POLL_SECONDS = 0.05


def load(name):
    return json.loads((DATA / name).read_text())


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers = status, headers
        self.bytes = body.encode() if isinstance(body, str) else body
        self.body = self.bytes.decode(errors="replace")

    @property
    def json(self):
        return json.loads(self.body) if self.body else None

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def __repr__(self):
        return f"{self.status} {self.body[:600]!r}"


def send(address, method, path, headers=(), body=None):
    """One request on a connection of its own. OSError or HTTPException when no whole answer comes."""
    connection = http.client.HTTPConnection(address, timeout=ANSWER_SECONDS)
    try:
        sent = dict(headers)
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
            body = body if isinstance(body, (str, bytes)) else json.dumps(body)
        elif method != "GET":
            sent["Content-Length"] = "0"
        connection.request(method, path, body=body, headers=sent)
        answer = connection.getresponse()
        # A stream has no end: its head is the answer.
        endless = answer.getheader("Content-Type") == "text/event-stream"
        return Answer(answer.status, answer.getheaders(), b"" if endless else answer.read())
    finally:
        connection.close()


def wait_for(what, seconds, look):
    """What `look` returns as soon as that is true; TimeoutError when it never is."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(POLL_SECONDS)


class Program:
    """A child process; `listening ADDRESS:PORT` in its output says that it is ready."""

    def __init__(self, command, output, environment=None):
        self.output = output
        with open(output, "wb") as file:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
                                            env={**os.environ, **(environment or {})})
        self.address = None

    def ready(self):
        """Whether it listens; False when it ended first."""
        def look():
            for line in self.said().splitlines():
                if line.startswith("listening "):
                    self.address = line.split()[1]
            return self.address or self.process.poll() is not None
        wait_for(f"{self.output.name} listening", START_SECONDS, look)
        return self.address is not None

    def said(self):
        return self.output.read_text(errors="replace")

    def ended(self):
        return self.process.poll() is not None

    def kill(self):
        if not self.ended():
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(STOP_SECONDS)

    def stop(self):
        if not self.ended():
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            return None


def relay(folder):
    """A mail relay that does what the recipient's name says (support/smtp_server.py)."""
    program = Program(["/usr/bin/python3", "-B", ROOT / "tests/support/smtp_server.py", "--book", folder / "book"],
                      folder / "relay.out")
    if not program.ready():
        raise RuntimeError(program.said())
    return program


def through(relay_program):
    """The settings of a hub that mails through it."""
    return {"mail.relay": f"smtp://{relay_program.address}", "mail.allow_plain_loopback": True,
            "mail.from": "loans@hub.example"}


class PostgresDatabase:
    """An empty database on the server of LENDPORT_TEST_POSTGRES, dropped at close()."""

    def __init__(self):
        server = os.environ.get("LENDPORT_TEST_POSTGRES")
        if not server:
            raise RuntimeError("LENDPORT_TEST_POSTGRES is not set: run scripts/test")
        self.server, self.name = server, f"test_py_{os.getpid()}_{time.monotonic_ns()}"
        self.run(f"CREATE DATABASE {self.name}")
        head, mark, query = server.partition("?")
        self.url = head.rpartition("/")[0] + "/" + self.name + mark + query

    def run(self, sql):
        subprocess.run(["psql", "-q", "-X", "-d", self.server, "-c", sql], check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, timeout=START_SECONDS)

    def close(self):
        self.run(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


def toml(value):
    """A string, number, list, or flat table as TOML writes it."""
    if not isinstance(value, dict):
        return json.dumps(value)
    return "{" + ", ".join(f"{json.dumps(name)} = {json.dumps(one)}" for name, one in value.items()) + "}"


class World:
    """Folder, database, lender and hub. close() ends and removes all of it, but no `database_folder` of the
    caller's for the SQLite file."""

    def __init__(self, build, database, database_folder=None, **settings):
        self.build = pathlib.Path(build).resolve()
        self.kept = tempfile.TemporaryDirectory(prefix="lendport-")
        self.folder = pathlib.Path(self.kept.name)
        self.lender = self.hub = self.postgres = None
        self.wrapper = []  # words before each start of the hub
        self.starts = 0
        try:
            self.postgres = PostgresDatabase() if database == "postgres" else None
            self.url = self.postgres.url if self.postgres else f"sqlite://{database_folder or self.folder}/hub.db"
            self.lender = Program([self.build / "mosaic-sandbox", "--port", "0", "--decide-after-ms", "200",
                                   "--applications", self.folder / "lender.jsonl"], self.folder / "lender.out")
            if not self.lender.ready():
                raise RuntimeError(self.lender.said())
            subprocess.run([self.build / "lendport", "key", "create", self.folder / "key"], check=True,
                           stdout=subprocess.DEVNULL, timeout=START_SECONDS)
            self.write_settings(settings)
        except BaseException:
            self.close()
            raise

    def write_settings(self, more):
        settings = {"database.url": self.url, "http.listen": "127.0.0.1:0", "keys.file": str(self.folder / "key"),
                    "log.access": "off", "plugins.folder": str(self.build / "plugins"),
                    "plugins.store": str(self.folder / "store"), **more}
        settings["sandbox.hosts"] = {"sandbox.api.mosaic.example:443": self.lender.address,
                                     **settings.get("sandbox.hosts", {})}
        lines = [f"{key} = {toml(value)}" for key, value in settings.items()]
        (self.folder / "hub.toml").write_text("\n".join(lines) + "\n")

    def command(self, *arguments):
        """The first line of what a command of the hub prints."""
        done = subprocess.run([self.build / "lendport", *arguments, "--config", self.folder / "hub.toml"], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=START_SECONDS)
        if done.returncode != 0:
            raise RuntimeError(f"lendport {' '.join(map(str, arguments))}: {done.stderr}")
        return done.stdout.partition("\n")[0]

    def another_hub(self, environment=None):
        """A hub on this database, started but perhaps not ready. Its caller ends it."""
        self.starts += 1
        return Program([*self.wrapper, self.build / "lendport", "serve", "--config", self.folder / "hub.toml"],
                       self.folder / f"hub-{self.starts}.out", environment)

    def start_hub(self, environment=None):
        """Whether the hub serves; False when it ended before that."""
        self.hub = self.another_hub(environment)
        return self.hub.ready()

    def key_of(self, org, role, email, environment="sandbox"):
        """A new user's key."""
        self.command("user", "create", "--org", org, "--email", email, "--name", email.partition("@")[0],
                     "--role", role)
        return self.command("token", "create", "--email", email, "--environment", environment)

    def call(self, key, method, path, body=None, expect=None, **headers):
        """As `send`; headers like If_Match; AssertionError when the status is not `expect`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            sent["Authorization"] = f"Bearer {key}"
        answer = send(self.hub.address, method, path, sent, body)
        if expect is not None and answer.status != expect:
            raise AssertionError(f"{method} {path} answered {answer}, not {expect}")
        return answer

    def rows(self, sql):
        """What a statement gives, each value a text; over a connection of its own, past the hub."""
        if not self.postgres:
            path = self.url.removeprefix("sqlite://")
            with contextlib.closing(sqlite3.connect(path, timeout=START_SECONDS)) as database, database:
                return [tuple("" if cell is None else str(cell) for cell in row) for row in database.execute(sql)]
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", self.url, "-c",
                               sql], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                              timeout=START_SECONDS)
        return [tuple(line.split("\t")) for line in done.stdout.splitlines()]

    def book(self):
        return send(self.lender.address, "GET", "/applications").json["applications"]

    def close(self):
        for program in (self.hub, self.lender):
            if program:
                program.kill()
        if self.postgres:
            self.postgres.close()
        self.kept.cleanup()


def support_key(world, operator):
    """The key of a new user of the platform's support."""
    orgs = world.call(operator, "GET", "/v1/orgs?limit=200", expect=200).json["data"]
    platform = next(org["id"] for org in orgs if org["name"] == "Platform")
    return world.key_of(platform, "support", "help@lendport.example")


def connected(world, operator, admin, org, mosaic_id="sunny-roofs"):
    """Offers the Mosaic connector to the org, connects it and waits for its products."""
    path = f"/v1/orgs/{org}"
    world.call(operator, "POST", f"{path}/offers", {"plugin_id": MOSAIC, "scope": "org"}, expect=201)
    draft = load("connection.json")
    draft["settings"]["mosaic_id"] = mosaic_id
    connection = world.call(admin, "POST", f"{path}/connections", draft, expect=201).json
    one = f"{path}/connections/{connection['id']}"
    world.call(admin, "POST", f"{one}:sync", expect=202)
    wait_for("the catalogue", ANSWER_SECONDS,
             lambda: world.call(admin, "GET", f"{one}/catalog", expect=200).json["products"])
    return connection


def mosaic_webhook(world, path, body, secret=None, timestamp=None):
    """Sends a webhook as Mosaic signs it; the hub's answer."""
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    secret = secret or load("connection.json")["settings"]["webhook_secret"]
    timestamp = str(int(time.time() if timestamp is None else timestamp))
    signature = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return send(world.hub.address, "POST", path, {"Content-Type": "application/octet-stream",
                                                  "X-Mosaic-Timestamp": timestamp,
                                                  "X-Mosaic-Signature": f"sha256={signature}"}, body)


def opened_case(world, key, org, number, email=None, last_four=None):
    """`last_four` digits of the SSN, where the sandbox lender is to do something of its own."""
    case = load("case.json")
    person = case["applicants"][0]
    person["email"] = case["agreement"]["email"] = email or f"homeowner-{number}@example.com"
    group = 10 + (number if last_four else number // 8000) % 89
    person["ssn"] = f"900-{group}-{last_four or 1000 + number % 8000}"
    return world.call(key, "POST", f"/v1/orgs/{org}/cases", case, expect=201).json


def quoted(world, key, org, case):
    quotes = f"/v1/orgs/{org}/cases/{case['id']}/quotes"
    offers = world.call(key, "POST", f"{quotes}:compare", {"sort": "lowest_payment"}, expect=200).json["data"]
    product = next(offer["product_id"] for offer in offers if offer["connection_id"])
    return world.call(key, "POST", quotes, {"product_id": product}, expect=201).json


def drafted(world, key, org, quote):
    consent = {"scope": "soft", "text_version": "mosaic-2026-01", "language": "en"}
    return world.call(key, "POST", f"/v1/orgs/{org}/applications", {"quote_id": quote["id"], "consent": consent},
                      expect=201).json
