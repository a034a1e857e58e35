#!/usr/bin/python3
"""Does the hub's main job over HTTP and shows each step: connect a lender, fetch its catalogue,
compare offers, apply, confirm, wait for the decision, read the applicant's mail, send the documents, hear
that they are signed and funded, read the timeline.

    scripts/demo.py [--env FILE] [--number N]

Takes LENDPORT_URL, LENDPORT_ORG, LENDPORT_ORG_OTHER, the keys, LENDER_URL and LENDPORT_MAILS from the environment or
from FILE (scripts/run writes build/run/demo.env). May be repeated: what is there is used again, the
case is a new one. --number names it. Exit code 1 when anything is not as it should be.
"""
import argparse
import copy
import email
import email.policy
import json
import os
import pathlib
import random
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
DATA = ROOT / "config/demo"
MOSAIC = "com.lendport.mosaic"
ANSWER_SECONDS = 30
DECISION_SECONDS = 60
VARIABLES = ("LENDPORT_URL", "LENDPORT_ORG", "LENDPORT_ORG_OTHER", "LENDPORT_ADMIN_KEY", "LENDPORT_REP_KEY",
             "LENDPORT_OTHER_KEY", "LENDPORT_PLATFORM_KEY", "LENDER_URL", "LENDPORT_MAILS")
FIRST_NAMES = ("Ada", "Bruno", "Chloé", "David", "Elena", "Farid", "Grace", "Hugo", "Inès", "Jonas")
LAST_NAMES = ("Example", "Miller", "Dubois", "Garcia", "Novak", "Okafor", "Petit", "Quinn", "Rossi", "Sato")
FINAL = {"approved", "conditional", "prequalified", "declined", "failed", "cancelled", "expired"}


class Unexpected(Exception):
    """What came instead of what should have, in words."""


class Answer:
    def __init__(self, status, headers, text):
        self.status, self.headers, self.text = status, headers, text

    @property
    def json(self):
        return json.loads(self.text)


# --- What is shown -----------------------------------------------------------------------------------

COLOURS = sys.stdout.isatty() and "NO_COLOR" not in os.environ


def paint(code, text):
    return f"\033[{code}m{text}\033[0m" if COLOURS else text


class Screen:
    def __init__(self):
        self.steps = 0

    def step(self, title, who):
        self.steps += 1
        print(f"\n{paint(1, f'{self.steps}. {title}')}  {paint(2, f'({who})')}")

    def request(self, method, url, status, milliseconds):
        line = f"   {method:<5}{short(urllib.parse.unquote(url))}"
        print(paint(36 if status < 400 else 33, line) + paint(2, f"  → {status}  {milliseconds:.0f} ms"))

    def say(self, text):
        print(f"   {text}")

    def table(self, headings, rows, right=()):
        widths = [max(len(str(row[i])) for row in [headings, *rows]) for i in range(len(headings))]

        def line(cells):
            aligned = (f"{cell:>{w}}" if i in right else f"{cell:<{w}}" for i, (cell, w) in enumerate(zip(cells, widths)))
            return "   │ " + " │ ".join(aligned) + " │"

        print("   ┌─" + "─┬─".join("─" * w for w in widths) + "─┐")
        print(paint(1, line(headings)))
        print("   ├─" + "─┼─".join("─" * w for w in widths) + "─┤")
        for row in rows:
            print(line([str(cell) for cell in row]))
        print("   └─" + "─┴─".join("─" * w for w in widths) + "─┘")

    def letter(self, message):
        for name in ("From", "To", "Subject"):
            print(f"   │ {name}: {paint(1, message[name])}")
        words = message.get_body(("plain",)).get_content().strip()
        for line in ["", *words.splitlines()]:
            print(f"   │ {line}")


screen = Screen()


def short(text):
    """Ids with their middle left out: org_…2ffd87731."""
    return re.sub(r"\b([a-z]+_)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{6}([0-9a-f]{6})\b", r"\1…\2", text)


def dollars(money):
    amount = money["amount"]
    whole, dot, cents = amount.partition(".")
    return f"{int(whole):,}{dot}{cents}"


# --- Talking to the hub ------------------------------------------------------------------------------

class Caller:
    """One API key. Every request it makes is shown, unless `quiet`."""

    def __init__(self, url, key):
        self.url, self.key = url, key

    def call(self, method, path, body=None, expect=(200, 201, 202, 204), match=None, idempotency=None, quiet=False):
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if match:
            headers["If-Match"] = match
        if idempotency:
            headers["Idempotency-Key"] = idempotency
        began = time.monotonic()
        answer = send(method, self.url + path, headers, body)
        if not quiet:
            screen.request(method, path, answer.status, (time.monotonic() - began) * 1000)
        if answer.status not in expect:
            raise Unexpected(f"{method} {path} answered {answer.status}, not {' or '.join(map(str, expect))}:\n{answer.text}")
        return answer

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, body, **more)


def send(method, url, headers, body):
    data = json.dumps(body).encode() if body is not None else (b"" if method != "GET" else None)
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            return Answer(answer.status, answer.headers, answer.read().decode())
    except urllib.error.HTTPError as answer:
        return Answer(answer.code, answer.headers, answer.read().decode())
    except (urllib.error.URLError, OSError) as error:
        raise Unexpected(f"{method} {url}: {error}") from None


def wait_for(what, seconds, look, pause=0.25):
    """Asks again until `look` says something."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise Unexpected(f"{what} did not come within {seconds} s")
        time.sleep(pause)


def expect(truth, otherwise):
    if not truth:
        raise Unexpected(otherwise)


def load(name):
    return json.loads((DATA / name).read_text())


# --- The job -----------------------------------------------------------------------------------------

class Job:
    def __init__(self, given, number):
        self.number = number
        self.org, self.other_org = f"/v1/orgs/{given['LENDPORT_ORG']}", f"/v1/orgs/{given['LENDPORT_ORG_OTHER']}"
        self.operator, self.admin, self.rep, self.other = (
            Caller(given["LENDPORT_URL"], given[f"LENDPORT_{who}_KEY"]) for who in ("PLATFORM", "ADMIN", "REP", "OTHER"))
        self.lender = Caller(given["LENDER_URL"], None)
        self.mails = pathlib.Path(given["LENDPORT_MAILS"])

    def offer(self):
        screen.step("Offer the Mosaic connector to both companies", "platform operator")
        for org in (self.org, self.other_org):
            offers = self.operator.get(f"{org}/offers", quiet=True).json["data"]
            if any(offer["plugin_id"] == MOSAIC for offer in offers):
                screen.say("is offered already")
            else:
                self.operator.post(f"{org}/offers", {"plugin_id": MOSAIC, "scope": "org"}, expect=(201,))

    def connect(self):
        screen.step("Connect the lender: the hub asks it first, then keeps the settings sealed", "org admins")
        draft = load("connection.json")
        wrong = copy.deepcopy(draft)
        wrong["settings"]["mosaic_id"] = "nobody-we-know"
        for there in self.connections(self.admin, self.org):
            wrong["connection"] = there["id"]
        refused = self.admin.post(f"{self.org}/connections:test", wrong, expect=(422,)).json
        screen.say(f"a mistyped Mosaic ID: {refused['errors'][0]['pointer']}: {refused['errors'][0]['detail']}")
        self.connection = self.connected(self.admin, self.org, draft)
        draft["settings"]["mosaic_id"] = "bright-side"
        self.connected(self.other, self.other_org, draft)

    def connections(self, caller, org):
        found = caller.get(f"{org}/connections", quiet=True).json["data"]
        return [connection for connection in found if connection["plugin_id"] == MOSAIC]

    def connected(self, caller, org, draft):
        there = self.connections(caller, org)
        path = f"{org}/connections"
        if there:
            connection = caller.get(f"{path}/{there[0]['id']}").json
        else:
            connection = caller.post(path, draft, expect=(201,)).json
        expect(connection["status"] == "connected", f"the connection is {connection['status']}: {connection}")
        secret = connection["settings"]["client_secret"]
        expect(secret == "***", "a secret was answered")
        screen.say(f"{paint(32, 'Connected')}: {connection['account']['name']} ({connection['environment']}), client secret {secret}")
        return connection

    def sync(self):
        screen.step("Fetch the lender's catalogue", "org admin")
        path = f"{self.org}/connections/{self.connection['id']}"
        before = self.admin.get(f"{path}/catalog", quiet=True).json["fetched_at"]
        self.admin.post(f"{path}:sync", expect=(202,))

        def fetched():
            state = self.admin.get(f"{path}/catalog", quiet=True).json
            expect(not state["problem"], f"the catalogue could not be fetched: {state['problem']}")
            return state if state["fetched_at"] not in (None, before) else None

        wait_for("the catalogue", ANSWER_SECONDS, fetched)
        state = self.admin.get(f"{path}/catalog").json
        expect(state["products"] >= 10, f"{state['products']} products, and the lender has at least 10")
        screen.say(f"{state['products']} products, fetched {state['fetched_at']}, {len(state['held_back'])} held back")

    def configure(self):
        screen.step("Add a product of a lender without an integration, from its rate sheet", "org admin")
        draft = load("product.json")
        same = [p for p in self.admin.get(f"{self.org}/products", quiet=True).json["data"]
                if p["lender_product_id"] == draft["lender_product_id"]]
        if same:
            screen.say(f"is there already: {same[0]['display_name']}")
            return
        made = self.admin.post(f"{self.org}/products", draft, expect=(201,))
        product = f"{self.org}/products/{made.json['id']}"
        live = self.admin.post(f"{product}:release", expect=(200,), match=made.headers["ETag"]).json
        expect(live["status"] == "live", f"the product is {live['status']}")
        screen.say(f"{live['display_name']} is live")

    def open_case(self):
        screen.step("Open a case: who, where, what it costs", "sales rep")
        case = load("case.json")
        person, n = case["applicants"][0], self.number
        person["first_name"] = FIRST_NAMES[n % len(FIRST_NAMES)]
        person["last_name"] = LAST_NAMES[n // len(FIRST_NAMES) % len(LAST_NAMES)]
        person["email"] = f"homeowner-{n}@example.com"
        # Not of the sandbox's magic endings 0000 to 0006: those are other decisions.
        person["ssn"] = f"900-{n // 9000 % 90 + 10}-{n % 9000 + 1000}"
        case["agreement"].update(name=f"{person['first_name']} {person['last_name']}", email=person["email"])
        self.case = self.rep.post(f"{self.org}/cases", case, expect=(201,)).json
        shown = self.case["applicants"][0]
        expect(shown["ssn"] == "***" and shown["date_of_birth"] == "***", "personal fields were answered")
        screen.say(f"case {self.case['number']}: {shown['first_name']} {shown['last_name']}, SSN {shown['ssn']}, "
                   f"born {shown['date_of_birth']}")

    def compare(self):
        screen.step("Compare what every lender offers for it", "sales rep")
        path = f"{self.org}/cases/{self.case['id']}/quotes"
        compared = self.rep.post(f"{path}:compare", {"sort": "lowest_payment"}).json
        offers = compared["data"]
        screen.table(
            ["lender", "product", "months", "APR %", "system cost", "dealer fee", "financed", "per month", "in all"],
            [[offer["lender"], offer["product_name"], offer["term_months"], offer["apr_stated"],
              *(dollars(offer["amounts"][name]) for name in ("system_cost", "dealer_fee", "financed_amount")),
              dollars(offer["first_payment"]), dollars(offer["total_of_payments"])] for offer in offers],
            right={2, 3, 4, 5, 6, 7, 8})
        for left in compared["left_out"]:
            screen.say(f"left out: {left.get('product_name', left['product_id'])}: {left['detail']}")
        # More when somebody added products of their own since the last run.
        expect(len(offers) >= 11, f"{len(offers)} offers, not 11 or more")
        payments = [float(offer["first_payment"]["amount"]) for offer in offers]
        expect(payments == sorted(payments), "the offers are not sorted by payment")
        chosen = next(offer for offer in offers if offer["connection_id"])
        screen.say(f"chosen: {chosen['product_name']}, {dollars(chosen['first_payment'])} a month")
        self.quote = self.rep.post(path, {"product_id": chosen["product_id"]}, expect=(201,)).json
        expect(self.quote["first_payment"] == chosen["first_payment"], "the quote is not the offer that was compared")

    def apply(self):
        screen.step("Apply: prefilled from case and quote, soft credit check only", "sales rep")
        applications = f"{self.org}/applications"
        asked = self.rep.get(f"{applications}/requirements?quote={self.quote['id']}").json
        expect(asked["complete"], f"the case lacks {asked['missing']}")
        screen.say(f"nothing is missing; credit checks so far: {asked['credit_checks_so_far']}")
        consent = {"scope": "soft", "text_version": "mosaic-2026-01", "language": "en"}
        made = self.rep.post(applications, {"quote_id": self.quote["id"], "consent": consent}, expect=(201,)).json
        self.application = f"{applications}/{made['id']}"
        self.key = f"demo-{made['id']}"
        screen.say(f"{short(made['id'])} is a {made['state']}; {made['lender']} will be asked for {dollars(made['amount_sent_to_lender'])}")

    def confirm(self):
        screen.step("Confirm name, e-mail, phone and address: this sends it", "sales rep")
        seen = self.rep.get(f"{self.application}/borrower").json
        typo = {**seen, "email": "somebody.else@example.com"}
        differs = self.rep.post(f"{self.application}:confirm", typo, idempotency=f"{self.key}-typo", expect=(409, 422)).json
        screen.say(f"another e-mail than the application's stops it: {differs['errors'][0]['detail']}")
        confirmed = self.rep.post(f"{self.application}:confirm", seen, idempotency=self.key)
        screen.say(f"{confirmed.json['state']}: on disk before this answer left; a job carries it to the lender")
        again = self.rep.post(f"{self.application}:confirm", seen, idempotency=self.key)
        expect(again.headers.get("Idempotent-Replayed") == "true" and again.text == confirmed.text,
               "the same confirmation was not answered with the first answer")
        screen.say("the same request again: the first answer again, nothing sent twice")

    def decision(self):
        screen.step("Wait for the lender's decision", "sales rep")
        seen = []

        def decided():
            application = self.rep.get(self.application, quiet=True).json
            if application["state"] not in seen:
                seen.append(application["state"])
                screen.say(" → ".join(seen))
            return application if application["state"] in FINAL else None

        wait_for("the decision", DECISION_SECONDS, decided)
        decided = self.rep.get(self.application).json
        expect(decided["state"] == "approved", f"the application is {decided['state']}: {decided['failure']}")
        decision = decided["decision"]
        screen.say(f"{paint(32, 'APPROVED')} by {decision['creditor']}: {dollars(decision['amount'])} until "
                   f"{decision['expires_at'][:10]} ({decided['lender_application_id']}, {decided['lender_status']})")
        self.approved = decided

    def became(self, state):
        def look():
            application = self.rep.get(self.application, quiet=True).json
            return application if application["state"] == state else None

        reached = wait_for(state, DECISION_SECONDS, look)
        screen.say(f"{paint(32, state)} ({reached['lender_status']})")

    def mail(self):
        screen.step("Read the mail that the applicant got", "sales rep")
        path = f"{self.org}/mails?application={self.approved['id']}"

        def left():
            sent = [mail for mail in self.rep.get(path, quiet=True).json["data"] if mail["state"] == "sent"]
            return sent[0] if sent else None

        mail = wait_for("the mail", ANSWER_SECONDS, left)
        self.rep.get(f"{self.org}/mails/{mail['id']}")
        arrived = [message for message in map(read_mail, sorted(self.mails.glob("*.eml")))
                   if message["Message-ID"].startswith(f"<{mail['id']}@")]
        expect(len(arrived) == 1, f"the applicant got {len(arrived)} mails, not one")
        screen.letter(arrived[0])

    def documents(self):
        screen.step("Send the loan documents: the lender mails the applicant the link to sign", "sales rep")
        sent = self.rep.post(f"{self.application}:send-documents", idempotency=f"{self.key}-documents",
                             expect=(202,)).json
        screen.say(f"{sent['documents']['state']}: a job carries it, once, as it did the application")
        self.became("documents_sent")

    def signed(self):
        screen.step("The applicant signs, the lender pays: its webhooks say so and the hub asks", "sandbox lender")
        connection = f"{self.org}/connections/{self.connection['id']}"
        address = self.admin.get(connection, quiet=True).json.get("webhook")
        if address:  # one that was connected by an older hub is asked for news instead
            secret = load("connection.json")["settings"]["webhook_secret"]
            self.lender.post("/webhooks", {"url": self.rep.url + address["path"], "secret": secret})
        for word, state in (("DOCS_SIGNED", "signed"), ("FUNDED", "funded")):
            self.lender.post(f"/applications/{self.approved['lender_application_id']}", {"status": word})
            self.became(state)
        if address:
            latest = self.admin.get(f"{connection}/webhooks?limit=2").json["data"]
            screen.say(f"the log: {', '.join(one['state'] + ' ' + one['event_id'] for one in latest)}")

    def timeline(self):
        screen.step("Read the timeline: every step and every call of the lender", "sales rep")
        entries = self.rep.get(f"{self.application}/timeline").json["data"]
        screen.table(["at", "what", "by", "details"],
                     [[entry["at"][11:23], entry["type"], short(entry["actor"]), details_of(entry)] for entry in entries])
        expect(any(entry["details"].get("state") == "approved" for entry in entries), "the decision is not in it")

    def once(self):
        screen.step("Ask the lender itself: it has the application once", "sandbox lender's own book")
        book = self.lender.get("/applications").json["applications"]
        mine = [line for line in book if line["id"] == self.approved["lender_application_id"]]
        expect(len(mine) == 1 and not mine[0]["repeated"], f"the lender's book has {mine}")
        screen.say(f"{mine[0]['id']}: {mine[0]['product']}, {mine[0]['loanAmount']}, rep {mine[0]['repId']}, once")

    def hidden(self):
        screen.step("The other company does not learn that it exists", "the other company's admin")
        foreign = self.other.get(self.application.replace(self.org, self.other_org), expect=(404,)).json
        missing = self.other.get(f"{self.other_org}/applications/app_01890000-0000-7000-8000-000000000000", expect=(404,)).json
        for problem in (foreign, missing):
            problem.pop("request_id", None)
            problem.pop("instance", None)
        expect(foreign == missing, f"two different answers: {foreign} {missing}")
        screen.say("one answer for another's and for what never was")

    def run(self):
        for step in (self.offer, self.connect, self.sync, self.configure, self.open_case, self.compare, self.apply,
                     self.confirm, self.decision, self.mail, self.documents, self.signed, self.timeline, self.once, self.hidden):
            step()


def read_mail(file):
    return email.message_from_bytes(file.read_bytes(), policy=email.policy.default)


def details_of(entry):
    details = entry["details"]
    if entry["kind"] == "lender_call" or "url" in details:
        took = f"{details.get('http_status', '')} in {details.get('duration_ms', '?')} ms"
        return f"{details['method']} {urllib.parse.urlsplit(details['url']).path} → {took}"
    if "from" in details and details["from"] != details["state"]:
        return f"{details['from']} → {details['state']}"
    return details.get("lender_status") or details.get("state") or ""


def given_variables(env_file):
    given = {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}
    if env_file:
        lines = (line.partition("=") for line in pathlib.Path(env_file).read_text().splitlines() if "=" in line)
        given.update({name: value for name, _, value in lines if name in VARIABLES})
    lacking = [name for name in VARIABLES if name not in given]
    if lacking:
        raise Unexpected(f"not given: {', '.join(lacking)}; scripts/run writes them to build/run/demo.env")
    return given


def main():
    parser = argparse.ArgumentParser(prog="scripts/demo.py", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--env", metavar="FILE")
    parser.add_argument("--number", type=int, default=random.randrange(1000, 1_000_000), metavar="N")
    options = parser.parse_args()
    try:
        Job(given_variables(options.env), options.number).run()
    except Unexpected as problem:
        print(f"\n{paint(31, 'Not as it should be')}: {problem}", file=sys.stderr)
        return 1
    except (KeyError, IndexError, TypeError, ValueError) as problem:
        print(f"\n{paint(31, 'An answer has another shape')}: {type(problem).__name__}: {problem}", file=sys.stderr)
        return 1
    print(f"\n{paint(32, 'Done')}: {screen.steps} steps, all as they should be.")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
