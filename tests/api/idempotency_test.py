#!/usr/bin/python3
"""Shows that a repeated request is answered once more and done once, for every POST; and that every row
that changes what was read before wants If-Match. What happens is compared with what /openapi.json says.

    tests/api/idempotency_test.py BUILD sqlite|postgres

The rows come from /openapi.json. A new POST must be given something to act on in `subject`, if what the
tables of api_tables.py hold is not enough, or be named in CHANGES_NOTHING.
"""
import concurrent.futures
import datetime
import pathlib
import re
import sys
import tempfile
import unittest

import api_tables
from api_routes import Route
from api_tables import hub
from populated_org import Org

# A POST because the question has a body.
CHANGES_NOTHING = {"/v1/orgs/{org}/cases/{case}/quotes:compare",
                   "/v1/orgs/{org}/letters/{letter}/{language}:preview"}
# Without body and If-Match there is no bad input.
NOTHING_TO_GET_WRONG = {"/v1/plugins:rescan", "/v1/orgs/{org}/connections/{connection}:sync",
                        "/v1/orgs/{org}/applications/{application}:withdraw",
                        "/v1/orgs/{org}/applications/{application}:revoke-onward-consent",
                        "/v1/orgs/{org}/webhook-endpoints/{endpoint}:test",
                        "/v1/orgs/{org}/webhook-endpoints/{endpoint}/deliveries/{delivery}:resend",
                        "/v1/orgs/{org}/applications/{application}:send-documents",
                         "/v1/orgs/{org}/mails/{mail}:resend", "/v1/support-views/{view}:end",
                         "/v1/orgs/{org}/notices/{notice}:read"}
REPEATED = ("Location", "ETag", "Cache-Control", "Content-Type")
AT_ONCE = 4


class Row(Route):
    def __init__(self, method, path, described, schemas):
        super().__init__(method, path, described, schemas)
        headers = {p["name"]: p for p in described.get("parameters", []) if p["in"] == "header"}
        self.wants_match = headers.get("If-Match", {}).get("required", False)
        self.answers = {int(status) for status in described["responses"] if status.isdecimal()}
        self.done = min(self.answers)


class Rows(unittest.TestCase):
    """Every row of the route table, and something to act on for those that change something."""
    maxDiff = 4000
    number = 0
    settings = {}

    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="lendport-")))
        relay = hub.relay(folder)
        cls.addClassCleanup(relay.kill)
        cls.world = world = hub.World(BUILD, DATABASE, **{**hub.through(relay), "http.requests_per_second": 100000,
                                                          "http.requests_burst": 100000,
                                                          "applications.follow_first_ms": 100,
                                                          "applications.follow_longest_s": 1, **cls.settings})
        cls.addClassCleanup(world.close)
        world.command("user", "create", "--email", "operator@lendport.example", "--name", "Operator")
        cls.operator = world.command("token", "create", "--email", "operator@lendport.example", "--environment",
                                     "sandbox")
        cls.ours = Org(world, cls.operator, "Sunny Roofs", "sunny-roofs")
        cls.fresh = Org(world, cls.operator, "Bright Side", "bright-side")
        if not world.start_hub():
            raise RuntimeError(world.hub.said())
        cls.ours.populate(world)
        cls.admin, cls.path = cls.ours.keys["org_admin"], f"/v1/orgs/{cls.ours.id}"
        world.call(cls.operator, "POST", f"/v1/orgs/{cls.fresh.id}/offers",
                   {"plugin_id": hub.MOSAIC, "scope": "org"}, expect=201)
        document = world.call(None, "GET", "/openapi.json", expect=200).json
        cls.rows = [Row(method, path, described, document["components"]["schemas"])
                    for path, methods in sorted(document["paths"].items())
                    for method, described in methods.items()]
        cls.support = hub.support_key(world, cls.operator)
        cls.rows.sort(key=lambda row: row.path.endswith((":start", ":resume-lending")))  # what was stopped goes on

    # --- Something to act on -------------------------------------------------------------------------

    def next(self):
        type(self).number += 1
        return self.number

    def call(self, method, path, body=None, expect=None, key=None, **headers):
        return self.world.call(key or self.admin, method, self.path + path, body, expect, **headers)

    def case(self):
        return hub.opened_case(self.world, self.admin, self.ours.id, 1000 + self.next())

    def draft(self):
        quote = hub.quoted(self.world, self.admin, self.ours.id, self.case())
        return hub.drafted(self.world, self.admin, self.ours.id, quote)

    def product(self):
        draft = {**hub.load("product.json"), "lender_product_id": f"HCU-{self.next()}"}
        return self.call("POST", "/products", draft, 201)

    def borrower(self, application):
        return self.call("GET", f"/applications/{application['id']}/borrower", expect=200).json

    def handed_over(self):
        quote = self.call("POST", f"/cases/{self.case()['id']}/quotes", {"product_id": self.ours.ids["product"]}, 201)
        made = hub.drafted(self.world, self.admin, self.ours.id, quote.json)
        one = f"/applications/{made['id']}"
        self.call("POST", f"{one}:confirm", self.borrower(made), 202, Idempotency_Key=f"handed-over-{self.next()}")
        hub.wait_for("the hand-over", hub.ANSWER_SECONDS,
                     lambda: self.call("GET", one, expect=200).json["state"] == "in_review")
        return made

    def declined(self):
        """One whose lender owes the applicant a notice."""
        made = self.handed_over()
        one = f"/applications/{made['id']}"
        self.call("POST", f"{one}:decide", {"status": "declined", "decision": {"reasons": [{"text": "Income"}]}}, 200,
                  Idempotency_Key=f"declined-{self.next()}")
        hub.wait_for("the clock", hub.ANSWER_SECONDS, lambda: self.call("GET", one, expect=200).json["notice"])
        return made

    def approved(self):
        """One whose lender approved it; its webhooks spare the wait for the next question."""
        made = self.draft()
        one = f"/applications/{made['id']}"
        self.call("POST", f"{one}:confirm", self.borrower(made), 202, Idempotency_Key=f"approved-{self.next()}")
        address = self.call("GET", f"/connections/{self.ours.ids['connection']}", expect=200).json["webhook"]["path"]

        def look():
            found = self.call("GET", one, expect=200).json
            if found["lender_application_id"] and found["state"] != "approved":
                hub.mosaic_webhook(self.world, address, {
                    "id": f"evt-{self.next()}", "type": "application.status_changed",
                    "application": {"id": found["lender_application_id"], "status": "APPROVED"}})
            return found["state"] == "approved"

        hub.wait_for("the approval", hub.ANSWER_SECONDS, look)
        return made

    def asked_for_more(self):
        """A case and an application of it whose lender waits for documents."""
        case = hub.opened_case(self.world, self.admin, self.ours.id, 1000 + self.next(), last_four="0002")
        made = hub.drafted(self.world, self.admin, self.ours.id,
                           hub.quoted(self.world, self.admin, self.ours.id, case))
        one = f"/applications/{made['id']}"
        self.call("POST", f"{one}:confirm", self.borrower(made), 202, Idempotency_Key=f"more-{self.next()}")
        address = self.call("GET", f"/connections/{self.ours.ids['connection']}", expect=200).json["webhook"]["path"]

        def look():
            found = self.call("GET", one, expect=200).json
            if found["lender_application_id"] and found["state"] != "needs_info":
                hub.mosaic_webhook(self.world, address, {
                    "id": f"evt-{self.next()}", "type": "application.status_changed",
                    "application": {"id": found["lender_application_id"], "status": "INFO_NEEDED"}})
            return found["state"] == "needs_info"

        hub.wait_for("the lender's question", hub.ANSWER_SECONDS, look)
        return case["id"], made["id"]

    def refused_mail(self):
        """Of a decision that the relay would not take."""
        number = self.next()
        case = hub.opened_case(self.world, self.admin, self.ours.id, 1000 + number, f"refused@n{number}.example.com")
        made = hub.drafted(self.world, self.admin, self.ours.id,
                           hub.quoted(self.world, self.admin, self.ours.id, case))
        self.call("POST", f"/applications/{made['id']}:confirm", self.borrower(made), 202,
                  Idempotency_Key=f"refused-{number}")

        def look():
            mails = self.call("GET", "/mails?limit=200", expect=200).json["data"]
            return [mail for mail in mails if mail["application_id"] == made["id"] and mail["state"] == "refused"]

        return hub.wait_for("the refusal", hub.ANSWER_SECONDS, look)[0]

    def switched_on(self):
        one = f"/connections/{self.ours.ids['connection']}"
        found = self.call("GET", one, expect=200)
        if found.json["status"] == "disabled":
            self.call("POST", f"{one}:enable", {"with_sub_orgs": False}, 200, If_Match=found.header("ETag"))

    def hook(self):
        """An endpoint that is enabled, whose deliveries go nowhere; the same each time."""
        listed = self.call("GET", "/webhook-endpoints", expect=200).json["data"]
        enabled = [one for one in listed if one["enabled"]]
        return (enabled or [self.call("POST", "/webhook-endpoints", {"url": "https://hooks.example/in"}, 201).json])[0]

    def subject(self, row):
        """Ids and body of a request that does something, and once."""
        ids, end = dict(self.ours.ids), row.path.removeprefix("/v1/orgs/{org}")
        body = api_tables.filled(api_tables.BODIES[row.schema], ids) if row.schema else None
        if end == "/users":
            body = {**body, "email": f"person-{self.next()}@example.com"}
        elif end == "/connections":
            ids["org"] = self.fresh.id
            body["settings"] = {**body["settings"], "mosaic_id": self.fresh.mosaic_id}
        elif end.startswith("/connections/") and not end.endswith(":disable"):
            self.switched_on()
        elif end == "/products":
            body = {**hub.load("product.json"), "lender_product_id": f"HCU-{self.next()}"}
        elif end.startswith("/products/{product}:"):
            ids["product"] = self.product().json["id"]
        elif end == "/cases":
            body = hub.load("case.json")
        elif end == "/applications":
            body = {**body, "quote_id": hub.quoted(self.world, self.admin, self.ours.id, self.case())["id"]}
        elif end == "/applications/{application}:confirm":
            made = self.draft()
            ids["application"], body = made["id"], self.borrower(made)
        elif end == "/applications/{application}:withdraw":
            ids["application"] = self.draft()["id"]
        elif end.startswith("/webhook-endpoints/"):
            ids["endpoint"] = self.hook()["id"]
            if "{delivery}" in end:
                ids["delivery"] = self.call("POST", f"/webhook-endpoints/{ids['endpoint']}:test", expect=202).json["id"]
        elif end == "/applications/{application}:send-documents":
            ids["application"] = self.approved()["id"]
        elif end == "/applications/{application}:decide":
            ids["application"], body = self.handed_over()["id"], {"status": "needs_info"}
        elif row.raw:
            body = api_tables.PDF
        elif end.endswith("/stipulations/{stipulation}:upload"):
            ids["case"], ids["application"] = self.asked_for_more()
            ids["file"] = self.call("POST", f"/cases/{ids['case']}/files", api_tables.PDF, 201).json["id"]
            body = {"files": [ids["file"]]}
        elif end == "/v1/support-views/{view}:end":
            wanted = {"org": self.ours.id, "reason": "They cannot confirm"}
            ids["view"] = self.world.call(self.support, "POST", "/v1/support-views", wanted, 201).json["id"]
        elif end == "/applications/{application}:record-notice":
            today = datetime.datetime.now(datetime.timezone.utc).date()
            ids["application"], body = self.declined()["id"], {"sent_on": str(today), "how": "by post"}
        elif end == "/mails/{mail}:resend":
            ids["mail"] = self.refused_mail()["id"]
        return ids, body

    def holder(self, row, ids):
        if row.permission == "support_open":
            return self.support
        if row.permission not in api_tables.MAY["org_admin"]:
            return self.operator
        return (self.fresh if ids["org"] == self.fresh.id else self.ours).keys["org_admin"]

    def tag_of(self, row, ids):
        """The tag of what the row changes; the org's selection has its own."""
        own = row.path.endswith(("/selection", "/waterfall", "/me/notices")) and "{product}" not in row.path
        one = row.path if own else row.path[
            :row.path.rindex("}") + 1]
        if one.endswith("{offer}"):
            return '"v1"'  # an offer is in its list only
        path = re.sub(r"{(\w+)}", lambda m: {**api_tables.SHARED, **ids}[m[1]], one)
        return self.world.call(self.holder(row, ids), "GET", path, expect=200).header("ETag")

    def sent(self, row, ids, body, repeat=None, tag=None, key=None):
        path = re.sub(r"{(\w+)}", lambda m: {**api_tables.SHARED, **ids}[m[1]], row.path)
        headers = {"Authorization": f"Bearer {key or self.holder(row, ids)}"}
        if repeat:
            headers["Idempotency-Key"] = repeat
        if tag:
            headers["If-Match"] = tag
        return hub.send(self.world.hub.address, row.method, path, headers, body)

    def ask(self, row, *request, **more):
        answer = self.sent(row, *request, **more)
        self.assertIn(answer.status, row.answers, f"{row} answers what it does not document: {answer}")
        return answer


class Idempotency(Rows):
    def posts(self):
        return [row for row in self.rows if row.method == "POST" and not row.public]

    def keyed(self):
        return [row for row in self.rows if row.idempotent]

    # --- Idempotency-Key -----------------------------------------------------------------------------

    def test_every_post_that_changes_something_takes_a_key_and_nothing_else_does(self):
        self.assertGreater(len(self.keyed()), 20)
        self.assertEqual({row.path for row in self.posts()} - {row.path for row in self.keyed()}, CHANGES_NOTHING)
        self.assertEqual({row.method for row in self.keyed()}, {"POST"})

    def test_a_repeated_request_is_done_once_and_answered_as_before(self):
        for row in self.keyed():
            with self.subTest(str(row)):
                ids, body = self.subject(row)
                tag = self.tag_of(row, ids) if row.wants_match else None
                repeat = f"repeat-{self.next()}"
                self.get_it_wrong(row, ids, body, repeat, tag)
                first = self.ask(row, ids, body, repeat, tag)
                self.assertEqual((first.status, first.header("Idempotent-Replayed")), (row.done, None), first)
                before = self.listed(row, ids)
                again = self.ask(row, ids, body, repeat, tag)
                self.assertEqual(again.header("Idempotent-Replayed"), "true", again)
                self.assertEqual((again.status, again.body), (first.status, first.body))
                for name in REPEATED:
                    self.assertEqual(again.header(name), first.header(name), name)
                other = self.ask(row, ids, self.changed(body), repeat, tag)
                self.assertEqual((other.status, other.json["code"]), (422, "idempotency_mismatch"), other)
                self.assertEqual(self.listed(row, ids), before)

    @staticmethod
    def changed(body):
        return body + b"more" if isinstance(body, bytes) else {**(body or {}), "nonsense": True}

    def get_it_wrong(self, row, ids, body, repeat, tag):
        """A refusal does not use up the key."""
        if row.raw:
            wrong = self.ask(row, ids, b"MZ no document", repeat, tag)
            self.assertEqual((wrong.status, wrong.json["code"]), (415, "unsupported_media_type"), wrong)
        elif row.schema:
            wrong = self.ask(row, ids, {**body, "nonsense": True}, repeat, tag)
            self.assertEqual((wrong.status, wrong.json["code"]), (422, "invalid_input"), wrong)
        elif row.wants_match:
            wrong = self.ask(row, ids, body, repeat, '"v999999"')
            self.assertEqual((wrong.status, wrong.json["code"]), (412, "precondition_failed"), wrong)
        else:
            self.assertIn(row.path, NOTHING_TO_GET_WRONG)

    def listed(self, row, ids):
        """How many things the list a creation adds to holds, if there is one."""
        source = next((one for one in self.rows if one.method == "GET" and one.path == row.path and one.listed), None)
        if source is None:
            return None
        path, count, cursor = re.sub(r"{(\w+)}", lambda m: ids[m[1]], row.path), 0, ""
        everything = {"limit": 200, "status": "any", "selected": "any"} if path.endswith("/products") else {"limit": 200}
        query = "&".join(f"{name}={value}" for name, value in everything.items() if name in source.queries)
        while cursor is not None:
            page = self.world.call(self.holder(row, ids), "GET", f"{path}?{query}{cursor}", expect=200).json
            count += len(page["data"])
            cursor = "&cursor=" + page["next_cursor"] if page["next_cursor"] else None
        return count

    def test_of_equal_requests_at_once_one_is_done(self):
        for row in self.keyed():
            if row.done != 201 or row.path.endswith("/connections"):
                continue
            with self.subTest(str(row)):
                ids, body = self.subject(row)
                repeat, before = f"repeat-{self.next()}", self.listed(row, ids)
                with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
                    asked = [pool.submit(self.ask, row, ids, body, repeat) for _ in range(AT_ONCE)]
                    answers = [one.result() for one in asked]
                done = [one for one in answers if one.status == 201]
                first = [one for one in done if not one.header("Idempotent-Replayed")]
                self.assertEqual(len(first), 1, answers)
                self.assertEqual({one.body for one in done}, {first[0].body})
                for one in answers:
                    if one.status != 201:
                        self.assertEqual((one.status, one.json["code"]), (409, "idempotency_in_flight"))
                if not row.path.endswith("/offers"):  # twice is the same offer
                    self.assertEqual(self.listed(row, ids), before + 1 if before is not None else None)

    def test_the_answer_goes_with_the_people_it_shows(self):
        repeat = "an-erased-case"
        made = self.call("POST", "/cases", hub.load("case.json"), 201, Idempotency_Key=repeat)
        one = f"/cases/{made.json['id']}"
        self.call("DELETE", one, expect=204, If_Match=made.header("ETag"))
        again = self.call("POST", "/cases", hub.load("case.json"), Idempotency_Key=repeat)
        self.assertEqual((again.status, again.json["code"]), (409, "conflict"), again)

    def test_a_new_key_is_shown_again_to_who_may_the_same(self):
        row = next(row for row in self.keyed() if row.path.endswith("/keys"))
        body = {"label": "a narrow one", "environment": "sandbox", "scopes": ["keys_write"]}
        narrow = self.ask(row, self.ours.ids, body).json["token"]
        repeat, body = "a-wide-key", {"label": "a wide one", "environment": "sandbox"}
        made = self.ask(row, self.ours.ids, body, repeat)
        self.assertEqual(made.header("Cache-Control"), "no-store")
        self.assertEqual(self.ask(row, self.ours.ids, body, repeat).json["token"], made.json["token"])
        refused = self.ask(row, self.ours.ids, body, repeat, key=narrow)
        self.assertEqual((refused.status, refused.json["code"]), (422, "idempotency_mismatch"), refused)

    def test_rows_that_take_no_key_do_not_look_at_one(self):
        for _ in range(2):
            answer = self.call("GET", "/cases", expect=200, Idempotency_Key="ignored")
            self.assertIsNone(answer.header("Idempotent-Replayed"))

    # --- If-Match ------------------------------------------------------------------------------------

    def test_what_was_read_before_is_changed_with_if_match_only(self):
        wanting = [row for row in self.rows if row.wants_match]
        self.assertGreater(len(wanting), 10)
        changing = {str(row) for row in self.rows if row.method in ("PUT", "PATCH", "DELETE")}
        self.assertLessEqual(changing, {str(row) for row in wanting})
        for row in wanting:
            with self.subTest(str(row)):
                body = api_tables.filled(api_tables.BODIES[row.schema], self.ours.ids) if row.schema else None
                self.assertLessEqual({409, 412, 428}, row.answers)
                missing = self.ask(row, self.ours.ids, body)
                self.assertEqual((missing.status, missing.json["code"]), (428, "precondition_required"), missing)
                weak = self.ask(row, self.ours.ids, body, tag="W/" + self.tag_of(row, self.ours.ids))
                self.assertEqual((weak.status, weak.json["code"]), (412, "precondition_failed"), weak)
                self.assertIn("is weak", weak.json["detail"])


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    BUILD, DATABASE = sys.argv[1:3]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
