"""The customers of a hub that is killed again and again: writers that repeat a request, with the same key,
until it is answered, and the book of what they were told. And the lender's desk."""
import asyncio
import copy
import hashlib
import hmac
import json
import pathlib
import random
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402
import keep_alive  # noqa: E402

# Of a hundred cases, how many meet which end at the lender (the table in plugins/mosaic/README.md).
DENIED, REFUSED, ASKED_FOR_MORE = range(0, 25), range(25, 28), range(28, 38)
ENDS = {end: digits for ends, digits in ((DENIED, "0000"), (REFUSED, "0005"), (ASKED_FOR_MORE, "0002")) for end in ends}
STIPULATION = "stip-1"  # what the lender calls the only thing it may ask for
WITHDRAWN_PERCENT = 8
REPS = 5
WRITERS_MAX = 50
OPEN_MAX = 10  # applications of one writer that it still watches
SLOW_MS = (20, 400)
GONE_SECONDS, NOT_NOW_SECONDS = 0.01, 0.25  # before a request is repeated
PAUSE_BETWEEN_SECONDS = 0.25  # of one writer of fifty
AGAIN = (408, 429, 503, 504)
# A retry period: a dead hub's leases run out, then the lender's "not found" must hold for its window. The connector
# states a shorter one than Mosaic does (CMakeLists.txt), which is true of the sandbox.
LEASE_SECONDS, WINDOW_SECONDS, FOLLOW_SECONDS = 5, 10, 5
RETRY_PERIOD_SECONDS = LEASE_SECONDS + WINDOW_SECONDS + FOLLOW_SECONDS


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def world(build, database, relay, **more):
    """A hub that is quick to try again, at an address that it keeps."""
    return hub.World(build, database, **{
        "http.listen": f"127.0.0.1:{free_port()}", "http.requests_per_second": 100000,
        "http.requests_burst": 100000, "applications.follow_first_ms": 100,
        "applications.follow_longest_s": FOLLOW_SECONDS, "jobs.lease_s": LEASE_SECONDS,
        "plugins.circuit_open_s": 1, "mail.retry_first_s": 1, "mail.retry_longest_s": 2,
        "plugins.folder": str(pathlib.Path(build).resolve() / "tests/faults/plugins"), **hub.through(relay), **more})


def good_day(world):
    """The lender forgets its faults, its tokens and its log of requests; what it took in it keeps."""
    if hub.send(world.lender.address, "POST", "/_reset", body={}).status != 200:
        raise RuntimeError("the lender does not forget")


def bad_day(world, chance):
    """Faults for the lender's next few hundred requests: late, unavailable, cut, half, done and not said."""
    def steps(percent):
        made = []
        while len(made) < 400:
            made.append({"repeat": 1 + int(chance.expovariate(percent / 100))})
            made.append(chance.choice([
                {"latency_ms": chance.randint(50, 800)}, {"status": 503}, {"status": 500, "handle": True},
                {"cut_after_send": True}, {"half_body": True}, {"reset": True},
                {"cut_after_send": True, "latency_ms": chance.randint(50, 400)}]))
        return made
    rules = [{"match": {"method": method, "path": path}, "steps": steps(percent)} for method, path, percent in
             (("POST", "/v2/*", 10), ("GET", "/v2/*", 6), ("POST", "/oauth/*", 5))]
    answer = hub.send(world.lender.address, "POST", "/_script", body={"rules": rules})
    if answer.status != 200:
        raise RuntimeError(f"the lender refuses its script: {answer}")


def slow_day(world, chance, answers=800):
    """The lender takes its time over whatever is to be done: what goes wrong meanwhile meets an answer under way."""
    steps = [{"latency_ms": chance.randint(*SLOW_MS)} for _ in range(answers)]
    rules = [{"match": {"method": "POST", "path": "/v2/*"}, "steps": steps}]
    if hub.send(world.lender.address, "POST", "/_script", body={"rules": rules}).status != 200:
        raise RuntimeError("the lender refuses its script")


class Book:
    """What clients were told, by the id of the thing."""

    def __init__(self, applications_max=1_000_000):
        self.applications_max = applications_max
        self.begun = 0
        self.cases, self.quotes, self.applications = set(), set(), {}
        self.confirmed, self.withdrawn, self.documents = set(), set(), set()
        self.files, self.uploads, self.accepted = set(), {}, set()  # an upload: the SHA-256 of its document
        self.webhooks, self.funded = set(), set()
        self.surprises = []
        self.acknowledged = 0
        self.asked = 0
        self.not_now = 0
        self.slowest_not_now = 0  # seconds

    def surprise(self, text):
        if len(self.surprises) < 20:
            self.surprises.append(text)


class Client:
    """One careful client on one connection. Waits while the hub is down (`up` is an Event)."""

    def __init__(self, book, up, address):
        self.book, self.up = book, up
        self.line = keep_alive.Line(address)

    async def call(self, key, method, path, body=None, name=None, headers=None):
        """The first answer that is not "not now", however often the hub dies over it."""
        sent = {"Authorization": f"Bearer {key}", **(headers or {})} if key else dict(headers or {})
        if name:
            sent["Idempotency-Key"] = name
        while True:
            await self.up.wait()
            self.book.asked += 1
            began = time.monotonic()
            try:
                answer = await self.line.ask(method, path, sent, body)
            except (OSError, EOFError, asyncio.IncompleteReadError):
                await asyncio.sleep(GONE_SECONDS)
                continue
            if answer.status not in AGAIN and b"idempotency_in_flight" not in answer.body:
                return answer
            self.book.not_now += 1
            self.book.slowest_not_now = max(self.book.slowest_not_now, time.monotonic() - began)
            await asyncio.sleep(NOT_NOW_SECONDS)

    async def write(self, key, path, body, name, expect, headers=None):
        """The JSON of an acknowledged write; None, and a surprise in the book, for any other answer."""
        answer = await self.call(key, "POST", path, body, name, headers)
        if answer.status != expect:
            self.book.surprise(f"POST {path} ({name}) answered {answer}")
            return None
        self.book.acknowledged += 1
        return answer.json


def all_sent(stipulations):
    """Whether all that was uploaded is at the lender, as the hub shows it."""
    return all(upload["state"] == "sent" for one in stipulations for upload in one["uploads"])


class Writer:
    """Opens cases, quotes them, applies, and follows each application to its end."""

    def __init__(self, number, site, book, up, seed):
        self.number, self.site, self.book = number, site, book
        self.chance = random.Random(f"{seed}-{number}")
        self.key = site.reps[number % len(site.reps)]
        self.hub = Client(book, up, site.hub_address)
        always = asyncio.Event()
        always.set()
        self.lender = Client(Book(), always, site.lender_address)
        self.open, self.case_of = [], {}
        self.made = 0

    async def run(self, stopping, pause):
        while not stopping.is_set():
            if self.open and (len(self.open) >= OPEN_MAX or self.chance.random() < 0.5):
                await self.watch(self.open.pop(0))
            elif self.book.begun < self.book.applications_max:
                self.book.begun += 1
                await self.apply()
            await asyncio.sleep(self.chance.uniform(0, 2 * pause))
        self.hub.line.close()
        self.lender.line.close()

    def new_case(self, name):
        case = copy.deepcopy(self.site.case)
        person, end = case["applicants"][0], self.chance.randrange(100)
        last_four = ENDS.get(end) or f"{self.chance.randint(1000, 9999)}"
        person["email"] = case["agreement"]["email"] = f"ada@{name}.example.com"
        # Somebody new each time: the lender allows two checks of a person's credit.
        serial = self.made * WRITERS_MAX + self.number
        person["ssn"] = f"9{serial % 100:02}-{10 + serial // 100 % 80}-{last_four}"
        return case

    async def apply(self):
        self.made += 1
        name, org = f"w{self.number}-{self.made}", self.site.org_path
        case = await self.hub.write(self.key, f"{org}/cases", self.new_case(name), f"case-{name}", 201)
        if not case:
            return
        self.book.cases.add(case["id"])
        quote = await self.hub.write(self.key, f"{org}/cases/{case['id']}/quotes",
                                     {"product_id": self.site.product}, f"quote-{name}", 201)
        if not quote:
            return
        self.book.quotes.add(quote["id"])
        consent = {"scope": "soft", "text_version": "mosaic-2026-01", "language": "en"}
        draft = await self.hub.write(self.key, f"{org}/applications",
                                     {"quote_id": quote["id"], "consent": consent}, f"apply-{name}", 201)
        if not draft:
            return
        self.book.applications[draft["id"]] = f"ada@{name}.example.com"
        self.case_of[draft["id"]] = case["id"]
        await self.decide_on(draft["id"], name)

    async def decide_on(self, draft, name):
        path = f"{self.site.org_path}/applications/{draft}"
        if self.chance.randrange(100) < WITHDRAWN_PERCENT:
            if await self.hub.write(self.key, f"{path}:withdraw", None, f"withdraw-{name}", 200):
                self.book.withdrawn.add(draft)
            return
        seen = await self.hub.call(self.key, "GET", f"{path}/borrower")
        if await self.hub.write(self.key, f"{path}:confirm", seen.json, f"confirm-{name}", 202):
            self.book.confirmed.add(draft)
            self.open.append(draft)

    async def watch(self, application):
        """One step towards the end: a document where the lender asks for one, its word on it, the loan documents for
        what is approved, the lender's money for what has them."""
        path = f"{self.site.org_path}/applications/{application}"
        answer = await self.hub.call(self.key, "GET", path)
        if answer.status != 200:
            self.book.surprise(f"GET {path} answered {answer}")
            return
        shown = answer.json
        state = shown["state"]
        if state == "approved" and application not in self.book.documents:
            if await self.hub.write(self.key, f"{path}:send-documents", None, f"documents-{application}", 202):
                self.book.documents.add(application)
        elif state == "documents_sent" and self.site.funds:
            await self.fund(application, shown["lender_application_id"])
        elif state == "needs_info" and application not in self.book.uploads:
            await self.upload(application, path)
        elif state == "in_review" and application in self.book.uploads:
            await self.accept(application, path, shown["lender_application_id"])
        if state not in ("declined", "failed", "cancelled", "funded"):
            self.open.append(application)

    async def upload(self, application, path):
        body = b"%PDF-1.7\n" + self.chance.randbytes(1000)
        file = await self.hub.write(self.key, f"{self.site.org_path}/cases/{self.case_of[application]}/files?name=stub",
                                    body, f"file-{application}", 201, {"Content-Type": "application/pdf"})
        if not file:
            return
        self.book.files.add(file["id"])
        if await self.hub.write(self.key, f"{path}/stipulations/{STIPULATION}:upload", {"files": [file["id"]]},
                                f"upload-{application}", 202):
            self.book.uploads[application] = hashlib.sha256(body).hexdigest()

    async def accept(self, application, path, at_lender):
        """The lender's desk is content with what the hub says it has."""
        listed = (await self.hub.call(self.key, "GET", f"{path}/stipulations")).json["data"]
        if application in self.book.accepted or not all_sent(listed):
            return
        done = await self.lender.call(None, "POST", f"/applications/{at_lender}/stipulations/{STIPULATION}",
                                      {"status": "ACCEPTED"})
        if done.status != 200:
            self.book.surprise(f"the lender's desk answered {done}")
            return
        self.book.accepted.add(application)

    async def fund(self, application, at_lender):
        """The lender's desk pays out, and its webhook says so until the hub has taken it."""
        if application in self.book.funded:
            return
        done = await self.lender.call(None, "POST", f"/applications/{at_lender}", {"status": "FUNDED"})
        if done.status != 200:
            self.book.surprise(f"the lender's desk answered {done}")
            return
        event = f"evt-{application}"
        body = json.dumps({"id": event, "type": "application.status_changed",
                           "application": {"id": at_lender, "status": "FUNDED"}}).encode()
        stamp = str(int(time.time()))
        signed = hmac.new(self.site.webhook_secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
        answer = await self.hub.call(None, "POST", self.site.webhook_path, body,
                                     headers={"Content-Type": "application/octet-stream", "X-Mosaic-Timestamp": stamp,
                                              "X-Mosaic-Signature": f"sha256={signed.hexdigest()}"})
        if answer.status != 202:
            self.book.surprise(f"a webhook was answered {answer}")
            return
        self.book.acknowledged += 1
        self.book.webhooks.add(event)
        self.book.funded.add(application)


def writers(site, book, up, number, seed):
    """So many writers as tasks, and the Event that ends them after what they are at."""
    stopping = asyncio.Event()
    pause = PAUSE_BETWEEN_SECONDS * number / 50
    return [asyncio.create_task(Writer(one, site, book, up, seed).run(stopping, pause))
            for one in range(number)], stopping


class Site:
    """An org of the hub with its reps and its connection to the lender."""
    funds = True  # whether the lender pays for what was signed, and says so by a webhook

    def __init__(self, world, reps=REPS):
        operator_email = "operator@lendport.example"
        world.command("user", "create", "--email", operator_email, "--name", "Operator")
        operator = world.command("token", "create", "--email", operator_email, "--environment", "sandbox")
        self.org = world.command("org", "create", "--name", "Sunny Roofs", "--sales-mode")
        self.org_path = f"/v1/orgs/{self.org}"
        staff = ["admin@sunny-roofs.example"] + [f"rep-{n}@sunny-roofs.example" for n in range(reps)]
        self.staff = set(staff)
        self.admin = world.key_of(self.org, "org_admin", staff[0])
        self.reps = [world.key_of(self.org, "rep", email) for email in staff[1:]]
        if not world.start_hub():
            raise RuntimeError(world.hub.said())
        self.hub_address, self.lender_address = world.hub.address, world.lender.address
        connection = hub.connected(world, operator, self.admin, self.org)
        self.connection = connection["id"]
        self.webhook_path = world.call(self.admin, "GET", f"{self.org_path}/connections/{self.connection}",
                                       expect=200).json["webhook"]["path"]
        self.webhook_secret = hub.load("connection.json")["settings"]["webhook_secret"]
        self.case = hub.load("case.json")
        self.first_case = hub.opened_case(world, self.reps[0], self.org, 0)
        self.first_quote = hub.quoted(world, self.reps[0], self.org, self.first_case)
        self.product = self.first_quote["product_id"]

    def pages(self, world, path):
        """Every item of a list."""
        found, cursor = [], ""
        while True:
            page = world.call(self.admin, "GET", f"{self.org_path}/{path}?limit=200{cursor}", expect=200).json
            found += page["data"]
            if not page["has_more"]:
                return found
            cursor = f"&cursor={page['next_cursor']}"
