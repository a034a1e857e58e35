#!/usr/bin/python3
"""How an org lives with its lender, with the real hub and a sandbox lender: down and back, slow beside
another, winding down; reps and the dealer fee in each of their ways; what diagnostics and the platform's
support see.

    tests/api/lenders_test.py BUILD sqlite|postgres
"""
import decimal
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402

PLUGIN = f"/v1/plugins/{hub.MOSAIC}"
CONFIGURED = "com.lendport.configured"
CALLS_PER_CONNECTION, CALLS_PER_PLUGIN = 16, 24  # as the hub has them where nobody sets them
CANARIES = ("mosaic-demo-secret", "mosaic-demo-webhooks")


class Lenders(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.world = world = hub.World(BUILD, DATABASE, **{"applications.follow_first_ms": 100,
                                                           "applications.follow_longest_s": 1, "jobs.lease_s": 5,
                                                           "plugins.circuit_failures": 3,
                                                           "plugins.circuit_open_s": 2})
        self.addCleanup(world.close)
        world.command("user", "create", "--email", "operator@lendport.example", "--name", "Operator")
        self.operator = world.command("token", "create", "--email", "operator@lendport.example", "--environment",
                                      "sandbox")
        self.org = world.command("org", "create", "--name", "Sunny Roofs", "--sales-mode")
        self.admin = world.key_of(self.org, "org_admin", "admin@sunny-roofs.example")
        # Its connection comes with the test that needs it.
        self.other = world.command("org", "create", "--name", "Bright Side", "--sales-mode")
        self.others_admin = world.key_of(self.other, "org_admin", "admin@bright-side.example")
        self.rep = world.key_of(self.org, "rep", "rep@sunny-roofs.example")
        self.assertTrue(world.start_hub(), world.hub and world.hub.said())
        connection = hub.connected(world, self.operator, self.admin, self.org)
        self.path = f"/v1/orgs/{self.org}"
        self.one = f"{self.path}/connections/{connection['id']}"

    # --- One step ------------------------------------------------------------------------------------

    def get(self, path, key=None, expect=200, **headers):
        return self.world.call(key or self.admin, "GET", path, expect=expect, **headers).json

    def applied(self, number, key=None, **headers):
        """A confirmed application and its quote. `headers` go with the confirmation."""
        draft = self.drafted(number, self.org, key or self.rep)
        self.confirm(draft, **headers)
        return draft[0], draft[3]

    def drafted(self, number, org, key):
        """Path, key, borrower as shown, and quote."""
        case = hub.opened_case(self.world, key, org, number)
        quote = hub.quoted(self.world, key, org, case)
        path = f"/v1/orgs/{org}/applications/{hub.drafted(self.world, key, org, quote)['id']}"
        return path, key, self.get(f"{path}/borrower", key), quote

    def confirm(self, draft, **headers):
        path, key, borrower, _ = draft
        self.world.call(key, "POST", f"{path}:confirm", borrower, expect=202, Idempotency_Key=f"confirm-{path}",
                        **headers)

    def approved(self, path, key=None):
        def look():
            found = self.get(path, key)
            return found["state"] == "approved" and found
        return self.wait("the approval", look)

    def wait(self, what, look):
        return hub.wait_for(what, hub.ANSWER_SECONDS, look)

    def events(self):
        return [event["type"] for event in self.get(f"{self.path}/events?limit=200")["data"]]

    def circuit(self):
        return self.get(f"{self.one}/health")["circuit"]

    def changed(self, **members):
        """The connection with other members."""
        found = self.world.call(self.admin, "GET", self.one, expect=200)
        return self.world.call(self.admin, "PUT", self.one, {**found.json, **members}, expect=200,
                               If_Match=found.header("ETag")).json

    def tag(self, path):
        return self.world.call(self.operator, "GET", path, expect=200).header("ETag")

    # --- Down and back -------------------------------------------------------------------------------

    def test_a_lender_that_is_down_is_left_alone_until_it_is_back(self):
        port = self.world.lender.address.rpartition(":")[2]
        self.approved(self.applied(1)[0])
        self.world.lender.kill()
        waiting = [self.applied(number)[0] for number in (2, 3, 4, 5, 6)]
        self.wait("the open circuit", lambda: self.circuit()["state"] != "closed")
        self.wait("the event", lambda: "connection.down" in self.events())
        self.wait("what it waits for", lambda: all(
            (self.get(path)["waits_for"] or {}).get("code") == "lender.unavailable" for path in waiting))
        self.wait("what is said of its calls", lambda: self.get(f"{self.one}/health")["last_error"])
        health = self.get(f"{self.one}/health", Accept_Language="fr")
        self.assertIsNotNone(health["circuit"]["down_since"])
        self.assertEqual(health["last_error"]["fault"], "connect")
        self.assertEqual(health["last_error"]["message"], "le prêteur était injoignable")
        self.assertLess(health["last_24_hours"]["success_percent"], 100)
        attempts = [self.get(path)["attempts"] for path in waiting]
        self.assertLessEqual(max(attempts), 6, "waiting spends no attempt")

        lender = hub.Program([self.world.build / "mosaic-sandbox", "--port", port, "--decide-after-ms", "200",
                              "--applications", self.world.folder / "lender.jsonl"],
                             self.world.folder / "lender-2.out")
        self.addCleanup(lender.kill)
        self.assertTrue(lender.ready(), lender.said())
        for path in waiting:
            self.assertIsNone(self.approved(path)["waits_for"])
        self.wait("the other event", lambda: "connection.up" in self.events())
        self.assertEqual(self.circuit(), {"state": "closed", "next_probe_at": None, "down_since": None})
        told = [event for event in self.events() if event in ("connection.down", "connection.up")]
        self.assertEqual(told, ["connection.down", "connection.up"], "once each")
        log = self.world.hub.said()
        self.assertEqual((log.count('"lender_down"'), log.count('"lender_up"')), (1, 1), log[-2000:])
        book = [line for line in self.world.book() if not line["repeated"]]
        self.assertEqual((len(book), len(self.world.book())), (6, 6), "each once")

    # --- Slow beside another -------------------------------------------------------------------------

    def test_a_slow_connection_does_not_hold_up_another_of_its_lender(self):
        """More wait for the slow one than the connector may call at once, so that only its own limit keeps the way
        free. It answers after the test has given up."""
        hub.connected(self.world, self.operator, self.others_admin, self.other, "bright-side")
        self.approved(self.applied(1)[0])
        slow = {"match": {"method": "POST", "path": "/v2/partners/sunny-roofs/applications"},
                "steps": [{"latency_ms": 4 * hub.ANSWER_SECONDS * 1000, "status": 503, "repeat": -1}]}
        self.assertEqual(hub.send(self.world.lender.address, "POST", "/_script", body=slow).status, 200)
        waiting = [self.drafted(number, self.org, self.rep) for number in range(2, CALLS_PER_PLUGIN + 8)]
        others = self.drafted(101, self.other, self.others_admin)
        for draft in waiting:
            self.confirm(draft)
        self.wait("a full connection",
                  lambda: self.get(f"{self.one}/health")["calls_under_way"] == CALLS_PER_CONNECTION)
        self.confirm(others)
        self.approved(others[0], self.others_admin)
        states = {self.get(draft[0])["state"] for draft in waiting}
        self.assertLessEqual(states, {"confirmed", "submitting"}, "another had to wait until calls were given up")
        self.assertEqual([line["partner"] for line in self.world.book()], ["sunny-roofs", "bright-side"])

    # --- Winding down --------------------------------------------------------------------------------

    def test_a_lender_that_stops_lending_is_followed_and_not_begun_with(self):
        open_one = self.applied(1)[0]
        case = hub.opened_case(self.world, self.rep, self.org, 2)
        quote = hub.quoted(self.world, self.rep, self.org, case)
        body = {"reason": "The lender leaves the market", "successors": [CONFIGURED]}
        self.world.call(self.admin, "POST", f"{PLUGIN}:wind-down", body, expect=403, If_Match='"v1"')
        self.world.call(self.operator, "POST", f"{PLUGIN}:wind-down", {**body, "successors": ["com.example.no"]},
                        expect=422, If_Match=self.tag(PLUGIN))
        self.world.call(self.operator, "POST", f"{PLUGIN}:wind-down", body, expect=200, If_Match=self.tag(PLUGIN))
        shown = self.get(self.one)
        self.assertEqual((shown["status"], shown["status_reason"]), ("winding_down", body["reason"]))
        self.assertEqual([one["plugin_id"] for one in shown["successors"]], [CONFIGURED])
        name = shown["successors"][0]["name"]

        def products():
            return self.get(f"{self.path}/products", self.rep)["data"]
        self.wait("the products", lambda: not products()[0]["quotable"])
        reason = products()[0]["not_quotable"]
        self.assertEqual(reason["code"], "lender_winding_down")
        self.assertEqual(reason["successors"], shown["successors"])
        refused = self.world.call(self.rep, "POST", f"{self.path}/applications", {
            "quote_id": quote["id"],
            "consent": {"scope": "soft", "text_version": "mosaic-2026-01", "language": "en"}}, expect=409)
        self.assertIn(f"Instead: {name}.", refused.json["detail"])
        refused = self.world.call(self.rep, "POST", f"{self.path}/cases/{case['id']}/quotes",
                                  {"product_id": products()[0]["id"]}, expect=422)
        self.assertIn(name, refused.body)
        self.approved(open_one)

        self.world.call(self.operator, "POST", f"{PLUGIN}:resume-lending", expect=200, If_Match=self.tag(PLUGIN))
        self.assertEqual(self.get(self.one)["status"], "connected")
        self.wait("the products", lambda: products()[0]["quotable"])

    # --- Reps and the dealer fee: each way at the lender ----------------------------------------------

    def test_reps_are_matched_created_or_sent_under_the_generic_account(self):
        created = self.approved(self.applied(1)[0])["rep"]
        self.assertFalse(created["generic_account"])
        matched = self.approved(self.applied(2)[0])["rep"]
        self.assertEqual(matched, created, "found by the login e-mail the second time")
        shown = self.changed(rep_policy={"mode": "match_or_generic", "generic_account": "house"})
        self.assertIn("cannot tell which rep", shown["explained"]["rep_policy"]["match_or_generic"])
        colleague = self.world.key_of(self.org, "rep", "colleague@sunny-roofs.example")
        generic = self.approved(self.applied(3, colleague)[0])["rep"]
        self.assertTrue(generic["generic_account"])
        self.assertNotEqual(generic["rep_id"], created["rep_id"], "the hub keeps who it was")
        still = self.approved(self.applied(4)[0])["rep"]
        self.assertEqual(still, created, "a match comes before the generic account")
        at_lender = [line["repId"] for line in self.world.book()]
        self.assertEqual(at_lender[:2], [created["lender_rep_id"]] * 2)
        self.assertNotIn(generic["rep_id"], str(self.world.book()))
        self.assertEqual(at_lender[2:], ["house", created["lender_rep_id"]])

    def test_the_dealer_fee_is_in_the_amount_that_is_sent_or_the_orgs_own_cost(self):
        path, quote = self.applied(1)
        with_fee = quote
        self.approved(path)
        amounts = {name: one["amount"] for name, one in quote["amounts"].items()}
        self.assertEqual(quote["amounts"]["dealer_fee"]["handling"], "in_loan")
        self.assertGreater(float(amounts["financed_amount"]), float(amounts["net_cost"]))
        self.assertEqual(amounts["financed_amount"], amounts["amount_sent_to_lender"])
        self.assertEqual(float(self.world.book()[0]["loanAmount"]), float(amounts["amount_sent_to_lender"]))

        shown = self.changed(dealer_fee={"include_in_amount_sent": False})
        for choice, sum_of_it in (("included", "$25,000.00"), ("not_included", "$20,000.00")):
            self.assertIn(sum_of_it, shown["explained"]["dealer_fee"][choice])
        path, quote = self.applied(2)
        self.approved(path)
        without = {name: one["amount"] for name, one in quote["amounts"].items()}
        self.assertEqual(quote["amounts"]["dealer_fee"]["handling"], "own_cost")
        self.assertGreater(float(without["dealer_fee"]), 0)
        self.assertEqual(without["financed_amount"], without["net_cost"])
        self.assertEqual(without["financed_amount"], without["amount_sent_to_lender"])
        self.assertEqual(float(self.world.book()[1]["loanAmount"]), float(without["amount_sent_to_lender"]))
        self.compare_fees(with_fee, quote)

    def compare_fees(self, with_fee, without):
        """The quotes of two equal cases for one product."""
        self.assertEqual(with_fee["product_id"], without["product_id"])

        def amount(quote, name):
            return decimal.Decimal(quote["amounts"][name]["amount"])
        fee = amount(with_fee, "dealer_fee")
        self.assertEqual(amount(with_fee, "net_cost"), amount(without, "net_cost"))
        for name in ("financed_amount", "amount_sent_to_lender"):
            self.assertEqual(amount(with_fee, name) - amount(without, name), fee, name)
        sent = [decimal.Decimal(line["loanAmount"]) for line in self.world.book()]
        self.assertEqual(sent[0] - sent[1], fee, "at the lender")
        # A level payment grows as what it repays does, but for the rounding to a cent.
        payments = [decimal.Decimal(quote["first_payment"]["amount"]) for quote in (with_fee, without)]
        expected = payments[1] * amount(with_fee, "financed_amount") / amount(without, "financed_amount")
        self.assertAlmostEqual(payments[0], expected, delta=decimal.Decimal("0.02"))
        self.assertGreater(payments[0], payments[1])

    # --- What may be seen ----------------------------------------------------------------------------

    def test_which_lenders_are_active_is_one_call(self):
        found = self.get(f"{self.path}/lenders", self.rep)["data"]
        self.assertEqual([one["partnership"] for one in found], ["connected"])
        self.assertEqual({one["integration_status"] for one in found[0]["products"]}, {"integrated"})
        self.assertFalse(found[0]["inherited"])

    def test_a_lender_is_called_in_the_trace_of_the_confirmation(self):
        trace, span = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
        path, _ = self.applied(1, Traceparent=f"00-{trace}-{span}-01", X_Request_Id="confirm-of-one")
        self.approved(path)
        entries = hub.send(self.world.lender.address, "GET", "/_book").json["entries"]
        fields = [{name.lower(): value for name, value in entry["headers"]} for entry in entries]
        traces = [each["traceparent"] for each in fields if "traceparent" in each]
        self.assertGreater(len(traces), 0)
        for one in traces:
            self.assertRegex(one, f"^00-{trace}-[0-9a-f]{{16}}-01$")
        self.assertEqual(len(set(traces)), len(traces), "a span for each request")
        submitted = [each for entry, each in zip(entries, fields)
                     if entry["method"] == "POST" and "idempotency-key" in each]
        self.assertGreater(len(submitted), 0)
        for each in submitted:
            self.assertIn(each.get("traceparent"), traces)
        for canary in (span, "confirm-of-one"):
            self.assertNotIn(canary, str(entries), "nothing else of the caller's request")
        calls = [entry for entry in self.get(f"{path}/timeline")["data"] if entry["kind"] == "lender_call"]
        self.assertGreater(len(calls), 0)
        diagnosed = self.get(f"{self.one}/diagnostics")["lender_calls"]
        self.assertIn("confirm-of-one", [call["request_id"] for call in diagnosed])

    def test_diagnostics_name_nobody_and_no_secret(self):
        path, _ = self.applied(1)
        self.approved(path)
        case = hub.load("case.json")["applicants"][0]
        answer = self.world.call(self.admin, "GET", f"{self.one}/diagnostics", expect=200)
        self.assertIn("attachment", answer.header("Content-Disposition"))
        self.assertGreater(len(answer.json["lender_calls"]), 3)
        people = (case["first_name"] + " " + case["last_name"], "homeowner-1@example.com", "900-10-1001",
                  "rep@sunny-roofs.example", "rep%40sunny-roofs.example")
        timeline = self.world.call(self.admin, "GET", f"{path}/timeline", expect=200).body
        events = self.world.call(self.admin, "GET", f"{self.path}/events?limit=200", expect=200).body
        for canary in CANARIES + people:
            for where, text in (("diagnostics", answer.body), ("log", self.world.hub.said()), ("events", events),
                                ("timeline", timeline)):
                self.assertNotIn(canary, text, where)
        self.world.call(self.rep, "GET", f"{self.one}/diagnostics", expect=403)

    def test_the_support_looks_in_with_a_reason_and_reads_alone(self):
        support = hub.support_key(self.world, self.operator)
        self.get(f"{self.path}/cases", support, expect=404)
        body = {"org": self.org, "reason": "They cannot confirm", "minutes": 30}
        self.world.call(self.admin, "POST", "/v1/support-views", body, expect=403)
        view = self.world.call(support, "POST", "/v1/support-views", body, expect=201).json
        self.get(f"{self.path}/cases", support)
        self.get(f"{self.one}/health", support)
        refused = self.world.call(support, "POST", f"{self.one}:sync", expect=403)
        self.assertIn("read-only", refused.json["detail"])
        seen = self.get(f"{self.path}/support-views")["data"]
        self.assertEqual([(one["id"], one["reason"], one["changes"]) for one in seen],
                         [(view["id"], "They cannot confirm", False)])
        self.assertIn("support.opened", self.events())
        self.world.call(support, "POST", f"/v1/support-views/{view['id']}:end", expect=200)
        self.get(f"{self.path}/cases", support, expect=404)
        self.assertIn("support.ended", self.events())


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    BUILD, DATABASE = sys.argv[1:3]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
