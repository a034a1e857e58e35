#!/usr/bin/python3
"""A lender's webhooks against the real hub: what they say is asked of the lender, whatever else comes in
changes nothing. Then the whole way: approved, documents sent, signed, funded.

    tests/api/inbound_test.py BUILD sqlite|postgres

The hub hardly polls here, so what changes soon changes because of a webhook.
"""
import concurrent.futures
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402

SOON = 30
BODY_BYTES_MAX = 256 * 1024


class Webhooks(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.world = world = hub.World(BUILD, DATABASE, **{"applications.follow_first_ms": 600_000, "jobs.lease_s": 5})
        cls.addClassCleanup(world.close)
        world.command("user", "create", "--email", "operator@lendport.example", "--name", "Operator")
        operator = world.command("token", "create", "--email", "operator@lendport.example", "--environment", "sandbox")
        cls.org, cls.admin, cls.rep = cls.made("Sunny Roofs", "sunny-roofs")
        cls.other_org, cls.other_admin, _ = cls.made("Bright Side", "bright-side")
        if not world.start_hub():
            raise RuntimeError(world.hub.said())
        cls.connection = hub.connected(world, operator, cls.admin, cls.org)["id"]
        cls.other_connection = hub.connected(world, operator, cls.other_admin, cls.other_org, "bright-side")["id"]
        cls.number = 0

    @classmethod
    def made(cls, name, mosaic_id):
        org = cls.world.command("org", "create", "--name", name, "--sales-mode")
        return (org, cls.world.key_of(org, "org_admin", f"admin@{mosaic_id}.example"),
                cls.world.key_of(org, "rep", f"rep@{mosaic_id}.example"))

    # --- What is there -------------------------------------------------------------------------------

    def one(self):
        return f"/v1/orgs/{self.org}/connections/{self.connection}"

    def address(self):
        return self.world.call(self.admin, "GET", self.one(), expect=200).json["webhook"]["path"]

    def other_address(self):
        path = f"/v1/orgs/{self.other_org}/connections/{self.other_connection}"
        return self.world.call(self.other_admin, "GET", path, expect=200).json["webhook"]["path"]

    def log(self):
        return self.world.call(self.rep, "GET", f"{self.one()}/webhooks?limit=200", expect=200).json["data"]

    def path_of(self, application):
        return f"/v1/orgs/{self.org}/applications/{application}"

    def show(self, application):
        return self.world.call(self.rep, "GET", self.path_of(application), expect=200).json

    def confirmed(self):
        """An application that the lender has, in review as far as the hub knows."""
        cls, world = type(self), self.world
        cls.number += 1
        case = hub.opened_case(world, self.rep, self.org, self.number)
        draft = hub.drafted(world, self.rep, self.org, hub.quoted(world, self.rep, self.org, case))
        seen = world.call(self.rep, "GET", f"{self.path_of(draft['id'])}/borrower", expect=200).json
        world.call(self.rep, "POST", f"{self.path_of(draft['id'])}:confirm", seen, expect=202,
                   Idempotency_Key=f"confirm-{self.number}")
        self.until(draft["id"], "in_review")
        return draft["id"], self.show(draft["id"])["lender_application_id"]

    def until(self, application, state):
        try:
            hub.wait_for(state, SOON, lambda: self.show(application)["state"] == state)
        except TimeoutError:
            self.fail(f"not {state}: {self.show(application)}; {self.log()[:3]}")

    def settled(self, count):
        """The log's latest entries, once they have been dealt with."""
        def look():
            latest = self.log()[:count]
            return latest if all(one["state"] not in ("received", "verified") for one in latest) else None
        return hub.wait_for("the log", SOON, look)

    def lender_says(self, lender_id, status):
        """The lender changes its mind, and sends a webhook where it was told to."""
        return hub.send(self.world.lender.address, "POST", f"/applications/{lender_id}", body={"status": status})

    def lender_tells(self, url):
        secret = hub.load("connection.json")["settings"]["webhook_secret"]
        hub.send(self.world.lender.address, "POST", "/webhooks", body={"url": url, "secret": secret})

    @staticmethod
    def event(lender_id, status, event_id=None):
        return {"id": event_id or f"evt-{time.monotonic_ns()}", "type": "application.status_changed",
                "application": {"id": lender_id, "status": status}}

    # --- What happens --------------------------------------------------------------------------------

    def test_the_whole_way(self):
        self.lender_tells(f"http://{self.world.hub.address}{self.address()}")
        application, lender_id = self.confirmed()
        self.lender_says(lender_id, "APPROVED")
        self.until(application, "approved")
        path = f"{self.path_of(application)}:send-documents"
        self.assertEqual(self.world.call(self.rep, "POST", path).status, 400, "an Idempotency-Key is needed")
        sent = self.world.call(self.rep, "POST", path, expect=202, Idempotency_Key="documents-1")
        again = self.world.call(self.rep, "POST", path, expect=202, Idempotency_Key="documents-1")
        self.assertEqual(again.json, sent.json)
        self.assertEqual(again.header("Idempotent-Replayed"), "true")
        self.assertEqual(sent.json["documents"]["state"], "requested")
        self.until(application, "documents_sent")
        self.assertEqual(self.world.call(self.rep, "POST", path, Idempotency_Key="documents-2").status, 409)
        for word, state in (("DOCS_SIGNED", "signed"), ("COUNTERSIGNED", "countersigned"), ("FUNDED", "funded")):
            self.lender_says(lender_id, word)
            self.until(application, state)
        self.assertEqual(self.show(application)["documents"]["state"], "sent")
        book = hub.send(self.world.lender.address, "GET", "/documents").json["documents"]
        self.assertEqual([one["repeated"] for one in book if one["application"] == lender_id], [False])
        self.assertEqual([one["state"] for one in self.settled(4)], ["acted"] * 4)
        timeline = self.world.call(self.rep, "GET", f"{self.path_of(application)}/timeline", expect=200).json["data"]
        # The repetition is answered again; the second wish, refused, is on record.
        refused = [one["details"]["step"] for one in timeline if one["type"] == "application.refused_step"]
        self.assertEqual(refused, ["send_documents"])
        heard = [one for one in timeline if one["type"] == "application.webhook_received"]
        self.assertEqual([one["details"]["status"] for one in heard], ["approved", "signed", "countersigned", "funded"])
        self.lender_tells("")

    def test_what_is_not_true_or_not_the_lenders_changes_nothing(self):
        application, lender_id = self.confirmed()
        before = self.show(application)
        genuine, now = self.event(lender_id, "FUNDED"), time.time()
        cases = [
            ("forged", genuine, {"secret": "not-the-secret-at-all"}, "refused"),
            ("stale", genuine, {"timestamp": now - 400}, "refused"),
            ("from the future", genuine, {"timestamp": now + 400}, "refused"),
            ("another's application", self.event("mos-99999", "FUNDED"), {}, None),
            ("binary", bytes(range(256)) * 4, {}, "ignored"),
            ("no object", b"[]", {}, "ignored"),
            ("empty", b"", {}, "ignored"),
            ("about nothing", {"id": "evt-ping", "type": "ping"}, {}, "ignored"),
            ("untrue", genuine, {}, "acted"),
        ]
        for name, body, how, state in cases:
            with self.subTest(name):
                answer = hub.mosaic_webhook(self.world, self.address(), body, **how)
                self.assertEqual(answer.status, 202, answer)
                if state:
                    self.assertEqual(self.settled(1)[0]["state"], state, self.log()[0])
        # The lender was asked because of the last one, and says what is true.
        self.until(application, "approved")
        self.assertEqual(before["state"], "in_review")
        unsigned = hub.send(self.world.hub.address, "POST", self.address(), body=genuine)
        self.assertEqual((unsigned.status, unsigned.body), (202, "{}"))
        self.assertEqual(self.settled(1)[0]["reason"], "it is not signed")
        # Not of this connection: looked at again for a while, then ignored.
        self.assertEqual(self.show(application)["state"], "approved")

    def test_a_webhook_at_another_orgs_address_changes_nothing_here(self):
        application, lender_id = self.confirmed()
        self.lender_says(lender_id, "APPROVED")
        answer = hub.mosaic_webhook(self.world, self.other_address(), self.event(lender_id, "APPROVED"))
        self.assertEqual(answer.status, 202)
        hub.mosaic_webhook(self.world, self.address(), {"id": f"evt-{time.monotonic_ns()}", "type": "ping"})
        self.settled(1)
        self.assertEqual(self.show(application)["state"], "in_review")
        path = f"/v1/orgs/{self.other_org}/connections/{self.other_connection}/webhooks"
        entry = self.world.call(self.other_admin, "GET", path, expect=200).json["data"][0]
        self.assertIn(entry["state"], ("verified", "ignored"), "never acted")

    def test_replayed_many_times_it_acts_once(self):
        application, lender_id = self.confirmed()
        self.lender_says(lender_id, "APPROVED")
        event, address, now = self.event(lender_id, "APPROVED"), self.address(), time.time()
        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(lambda _: hub.mosaic_webhook(self.world, address, event, timestamp=now).status,
                                    range(50)))
        self.assertEqual(set(answers), {202})
        states = sorted(one["state"] for one in self.settled(50))
        self.assertEqual(states, ["acted"] + ["ignored"] * 49)
        self.until(application, "approved")

    def test_reordered_words_end_where_the_lender_is(self):
        application, lender_id = self.confirmed()
        self.lender_says(lender_id, "DOCS_SIGNED")
        for status in ("DOCS_SIGNED", "APPROVED", "MANUAL_REVIEW", "DOCS_SENT", "LEVITATED"):
            hub.mosaic_webhook(self.world, self.address(), self.event(lender_id, status))
        self.until(application, "signed")
        self.settled(5)
        self.assertEqual(self.show(application)["state"], "signed")
        self.assertIsNone(self.show(application)["attention"])

    def test_what_does_not_get_in(self):
        missing = hub.send(self.world.hub.address, "POST", "/v1/nothing/of/the/kind", body=b"x")
        for token in ("x", "A" * 32, "A" * 500, "%00", "..%2f", self.address().rpartition("/")[2][:-1]):
            answer = hub.send(self.world.hub.address, "POST", f"/v1/hooks/{token}", body=b"x")
            self.assertEqual(answer.status, 404 if "%" not in token else answer.status, token)
            self.assertIn(answer.status, (400, 404), token)
        answer = hub.send(self.world.hub.address, "POST", "/v1/hooks/x", body=b"x")
        self.assertEqual({**answer.json, "request_id": ""}, {**missing.json, "request_id": ""})
        self.assertEqual(hub.send(self.world.hub.address, "GET", self.address()).status, 405)
        before = len(self.log())
        for size, status in ((BODY_BYTES_MAX, 202), (BODY_BYTES_MAX + 1, 413)):
            self.assertEqual(hub.mosaic_webhook(self.world, self.address(), b"x" * size).status, status)
        self.assertEqual(len(self.log()), min(200, before + 1))

    def test_the_address_is_the_admins_and_can_be_replaced(self):
        self.assertNotIn("webhook", self.world.call(self.rep, "GET", self.one(), expect=200).json)
        before = self.world.call(self.admin, "GET", self.one(), expect=200)
        rotated = self.world.call(self.admin, "POST", f"{self.one()}:rotate-webhook", expect=200,
                                  If_Match=before.header("ETag"))
        old, new = before.json["webhook"]["path"], rotated.json["webhook"]["path"]
        self.assertNotEqual(old, new)
        self.assertIsNotNone(rotated.json["webhook"]["previous_until"])
        for path in (old, new):
            self.assertEqual(hub.mosaic_webhook(self.world, path, b"{}").status, 202)
        self.assertNotIn(new.rpartition("/")[2], self.world.hub.said())

    def test_killed_between_storing_and_acting_it_acts_all_the_same(self):
        world = self.world
        for point in ("after_webhook_stored", "before_webhook_settled"):
            with self.subTest(point):
                application, lender_id = self.confirmed()
                self.lender_says(lender_id, "APPROVED")
                address = self.address()
                self.assertEqual(world.hub.stop(), 0, world.hub.said())
                self.assertTrue(world.start_hub({"LENDPORT_CRASH_AT": point}), world.hub.said())
                try:
                    hub.mosaic_webhook(world, address, self.event(lender_id, "APPROVED"))
                except (OSError, hub.http.client.HTTPException):
                    pass
                hub.wait_for(point, SOON, world.hub.ended)
                self.assertEqual(world.hub.process.returncode, -9)
                self.assertTrue(world.start_hub(), world.hub.said())
                self.until(application, "approved")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    BUILD, DATABASE = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
