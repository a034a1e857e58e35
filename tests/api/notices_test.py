#!/usr/bin/python3
"""What follows a lender's no, in the real hub: the clock of the creditor's notice, what staff are told, and
the next lender's offer; once each, also when the hub is killed in between.

    tests/api/notices_test.py BUILD sqlite|postgres
"""
import collections
import datetime
import os
import pathlib
import random
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402

KILLS = 5
SEED = int(os.environ.get("LENDPORT_SEED", random.randrange(1 << 30)))
SECOND = "Harbor Credit Union"


class Notices(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        print(f"LENDPORT_SEED={SEED}", flush=True)
        cls.chance = random.Random(SEED)
        cls.world = world = hub.World(BUILD, DATABASE, **{"applications.follow_first_ms": 100,
                                                          "applications.follow_longest_s": 1, "jobs.lease_s": 5})
        cls.addClassCleanup(world.close)
        world.command("user", "create", "--email", "operator@lendport.example", "--name", "Operator")
        operator = world.command("token", "create", "--email", "operator@lendport.example", "--environment", "sandbox")
        cls.org = world.command("org", "create", "--name", "Sunny Roofs", "--sales-mode")
        cls.admin = world.key_of(cls.org, "org_admin", "admin@sunny-roofs.example")
        cls.rep = world.key_of(cls.org, "rep", "rep@sunny-roofs.example")
        cls.path, cls.number = f"/v1/orgs/{cls.org}", 0
        if not world.start_hub():
            raise RuntimeError(world.hub.said())
        hub.connected(world, operator, cls.admin, cls.org)
        made = cls.call(cls.admin, "POST", "/products", hub.load("product.json"), 201)
        cls.call(cls.admin, "POST", f"/products/{made.json['id']}:release", None, 200, If_Match=made.header("ETag"))

    @classmethod
    def call(cls, key, method, path, body=None, expect=None, **headers):
        return cls.world.call(key, method, cls.path + path, body, expect, **headers)

    def application(self, last_four, more=None):
        """A new application, confirmed, of somebody the lender answers as the number says."""
        type(self).number += 1
        case = hub.load("case.json")
        person = case["applicants"][0]
        person["ssn"] = f"900-{10 + self.number}-{last_four}"
        person["email"] = case["agreement"]["email"] = f"homeowner-{self.number}@example.com"
        case = self.call(self.rep, "POST", "/cases", case, 201).json
        quote = hub.quoted(self.world, self.rep, self.org, case)
        made = hub.drafted(self.world, self.rep, self.org, quote)
        seen = self.call(self.rep, "GET", f"/applications/{made['id']}/borrower", expect=200).json
        self.call(self.rep, "POST", f"/applications/{made['id']}:confirm", {**seen, **(more or {})}, 202,
                  Idempotency_Key=f"confirm-{made['id']}")
        return {**made, "case_number": case["number"], "borrower": seen}

    def look(self, made):
        return self.call(self.rep, "GET", f"/applications/{made['id']}", expect=200).json

    def until(self, what, made, is_there):
        def look():
            found = self.look(made)
            return found if is_there(found) else None
        return hub.wait_for(what, hub.ANSWER_SECONDS, look)

    def told(self):
        """The application and the word of each notice of the rep's."""
        notices = self.call(self.rep, "GET", "/notices?limit=200", expect=200).json["data"]
        return [(one["application_id"], one["topic"], one["word"]) for one in notices]

    def order(self, lenders):
        tag = self.call(self.admin, "GET", "/waterfall", expect=200).header("ETag")
        self.call(self.admin, "PUT", "/waterfall", {"lenders": lenders}, 200, If_Match=tag)

    def test_a_decline_starts_the_clock_and_a_record_ends_it(self):
        self.order([])
        made = self.application("0000")
        found = self.until("the clock", made, lambda found: found["notice"])
        notice = found["notice"]
        self.assertEqual((notice["kind"], notice["state"], notice["sender"]), ("decline", "due", "lender"))
        self.assertEqual(notice["rule"], "12 CFR 1002.9(a)(1)(i)")
        begun, due = (datetime.datetime.fromisoformat(notice[name].replace("Z", "+00:00"))
                      for name in ("runs_from", "due_at"))
        self.assertEqual(due - begun, datetime.timedelta(days=30))
        hub.wait_for("the rep's notice", hub.ANSWER_SECONDS,
                     lambda: (made["id"], "decision", "declined") in self.told())
        today = str(datetime.datetime.now(datetime.timezone.utc).date())
        one = f"/applications/{made['id']}:record-notice"
        self.assertEqual(self.call(self.rep, "POST", one, {"sent_on": today, "how": "by post"}).status, 403)
        closed = self.call(self.admin, "POST", one, {"sent_on": today, "how": "by post"}, 200).json["notice"]
        self.assertEqual((closed["state"], closed["sent_by"], closed["proof"]["source"]), ("sent", "lender", "person"))
        self.assertEqual(self.call(self.admin, "POST", one, {"sent_on": today, "how": "by post"}).status, 409)
        types = [entry["type"] for entry in
                 self.call(self.rep, "GET", f"/applications/{made['id']}/timeline", expect=200).json["data"]]
        self.assertLess(types.index("application.notice_started"), types.index("application.notice_sent"))

    def test_an_approval_has_no_clock(self):
        made = self.application("1234")
        self.until("the decision", made, lambda found: found["state"] == "approved")
        hub.wait_for("the rep's notice", hub.ANSWER_SECONDS,
                     lambda: (made["id"], "decision", "approved") in self.told())
        self.assertIsNone(self.look(made)["notice"])

    def test_the_next_lenders_offer_waits_for_a_click_with_consent(self):
        self.order([SECOND])
        made = self.application("0000")
        after = self.until("the next offer", made, lambda found: found["next"])["next"]
        self.assertEqual(after["lender"], SECOND)
        draft = self.call(self.rep, "GET", f"/applications/{after['application_id']}", expect=200).json
        self.assertEqual((draft["state"], draft["consent"], draft["rep"]["rep_id"]),
                         ("draft", None, made["rep"]["rep_id"]))
        needed = self.call(self.rep, "GET", f"/applications/requirements?quote={draft['quote_id']}", expect=200).json
        self.assertEqual(needed["credit_checks_so_far"], 1)
        one = f"/applications/{draft['id']}:confirm"
        refused = self.call(self.rep, "POST", one, made["borrower"], Idempotency_Key=f"first-{draft['id']}")
        self.assertEqual((refused.status, refused.json["code"]), (422, "invalid_input"), refused)
        consent = {"scope": "soft", "text_version": "hcu-1", "language": "en"}
        self.call(self.rep, "POST", one, {**made["borrower"], "consent": consent}, 202,
                  Idempotency_Key=f"first-{draft['id']}")
        sent = self.until("the hand-over", draft, lambda found: found["state"] == "in_review")
        self.assertEqual(sent["consent"]["text_version"], "hcu-1")

    def test_nothing_is_lost_or_doubled_when_the_hub_is_killed(self):
        self.order([SECOND])
        agreed = {"consent": {"waterfall": [{"lender": SECOND, "text_version": "hcu-1", "apr_max": "20",
                                             "term_months_max": 360,
                                             "amount_max": {"amount": "90000.00", "currency": "USD"}}]}}
        all_made = []
        for _ in range(KILLS):
            all_made += [self.application("0000", agreed), self.application("0000")]
            time.sleep(self.chance.uniform(0, 1.5))
            self.world.hub.kill()
            self.assertTrue(self.world.start_hub(), self.world.hub.said())
        for made in all_made:
            found = self.until("what follows", made, lambda found: found["notice"] and found["next"])
            self.assertEqual((found["state"], found["notice"]["state"]), ("declined", "due"))
        for made in all_made[::2]:
            following = {"id": self.look(made)["next"]["application_id"]}
            self.until("the hand-over", following, lambda found: found["state"] == "in_review")
        for made in all_made:
            hub.wait_for("the rep's notice", hub.ANSWER_SECONDS,
                         lambda made=made: (made["id"], "decision", "declined") in self.told())
        times = collections.Counter(self.told())
        for made in all_made:
            self.assertEqual(times[(made["id"], "decision", "declined")], 1)
            of_case = self.call(self.rep, "GET", f"/applications?case={made['case_id']}", expect=200).json["data"]
            self.assertEqual(len(of_case), 2, of_case)
            types = [entry["type"] for entry in
                     self.call(self.rep, "GET", f"/applications/{made['id']}/timeline", expect=200).json["data"]]
            for once in ("application.notice_started", "application.next_prepared"):
                self.assertEqual(types.count(once), 1, types)
        print(f"kills={KILLS} declined={len(all_made)}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    BUILD, DATABASE = sys.argv[1:3]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
