#!/usr/bin/python3
"""Webhooks as an org's own system meets them: the real hub, a real receiver that checks each signature, faults,
the log, and on PostgreSQL two hubs that share the work.

    tests/api/webhooks_test.py BUILD sqlite|postgres
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402
import receiver  # noqa: E402

SOON_SECONDS = 30
EVENTS = 60


class Webhooks(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.receiver = receiver.Receiver()
        self.addCleanup(self.receiver.close)
        self.world = world = hub.World(BUILD, DATABASE, **{
            "webhooks.sandboxes": {receiver.NAME: self.receiver.address},
            "http.requests_per_second": 100000, "http.requests_burst": 100000})
        self.addCleanup(world.close)
        self.org = world.command("org", "create", "--name", "Sunny Roofs", "--sales-mode")
        self.admin = world.key_of(self.org, "org_admin", "admin@sunny-roofs.example")
        self.assertTrue(world.start_hub(), world.hub.said())
        self.all = f"/v1/orgs/{self.org}/webhook-endpoints"

    def call(self, method, path, body=None, expect=None, **headers):
        return self.world.call(self.admin, method, path, body, expect, **headers)

    def made(self, **draft):
        answer = self.call("POST", self.all, {"url": receiver.URL, **draft}, expect=201)
        self.receiver.secrets = [answer.json["secret"]]
        return f"{self.all}/{answer.json['id']}", answer

    def user(self, number):
        return self.call("POST", f"/v1/orgs/{self.org}/users", expect=201,
                         body={"email": f"user-{number}@sunny-roofs.example", "name": "Ada Example",
                               "role": "rep"}).json["id"]

    def log(self, one, query="", key=None):
        return receiver.whole_log(self.world, key or self.admin, one, query)

    def wait_for(self, what, look):
        try:
            return hub.wait_for(what, SOON_SECONDS, look)
        except TimeoutError as late:
            raise AssertionError(f"{late}; got {self.receiver.counts()}") from late

    def tag(self, path):
        return self.call("GET", path, expect=200).header("ETag")

    # --- Telling -------------------------------------------------------------------------------------

    def test_every_event_is_told_signed_and_without_names(self):
        one, made = self.made()
        users = {self.user(number) for number in range(EVENTS)}
        told = self.wait_for("all users", lambda: len(self.receiver.messages()) >= EVENTS and self.receiver.messages())
        self.assertEqual({body["data"]["subject"]["id"] for body in told.values()}, users)
        self.assertEqual(self.receiver.forged, [])
        for message, body in told.items():
            self.assertRegex(message, r"^msg_[0-9a-f-]{36}$")
            self.assertEqual(body["type"], "user.created")
            self.assertNotIn("Ada", str(body))
            self.assertNotIn("@", str(body))
        self.wait_for("the log", lambda: {d["state"] for d in self.log(one)} == {"delivered"})
        log = self.log(one)
        self.assertEqual({d["message_id"] for d in log}, set(told))
        numbers = sorted(d["event_sequence"] for d in log)
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + EVENTS)))
        self.assertEqual(set(self.receiver.counts().values()), {1}, "told twice without need")
        secret = made.json["secret"]
        for path in (self.all, one, f"{one}/deliveries", f"{one}/deliveries/{log[0]['id']}"):
            self.assertNotIn(secret, self.call("GET", path, expect=200).body)
        self.assertNotIn(secret, self.world.hub.said())

    def test_a_failure_is_tried_again_and_the_log_says_so(self):
        self.receiver.answer = lambda message, times, body: 204 if times > 1 else (500, {}, b"not now")
        one, _ = self.made(event_types=["user.created"])
        self.user(1)
        delivery = self.wait_for("the second try", lambda: [d for d in self.log(one) if d["state"] == "delivered"])[0]
        shown = self.call("GET", f"{one}/deliveries/{delivery['id']}", expect=200).json
        self.assertEqual([(a["status"], a["error"], a["answer"]) for a in shown["attempt_log"]],
                         [(500, "status_500", "not now"), (204, None, "")])
        self.assertEqual(list(self.receiver.counts().values()), [2])

    def test_a_rotated_secret_signs_beside_the_new_one(self):
        one, made = self.made()
        rotated = self.call("POST", f"{one}:rotate-secret", expect=200, If_Match=self.tag(one))
        self.assertEqual(rotated.header("Cache-Control"), "no-store")
        self.receiver.secrets = [made.json["secret"], rotated.json["secret"]]
        # What was on its way when the secret changed is signed by the old one alone.
        before = set(self.receiver.counts())
        self.user(1)
        self.wait_for("the user", lambda: any(b["type"] == "user.created" for b in self.receiver.messages().values()))
        self.assertEqual(set(self.receiver.forged) - before, set())

    def test_what_is_of_the_sandbox_is_told_there_alone(self):
        world = self.world
        world.command("user", "create", "--email", "operator@lendport.example", "--name", "Operator")
        operator = world.command("token", "create", "--email", "operator@lendport.example", "--environment", "sandbox")
        live = world.command("token", "create", "--email", "admin@sunny-roofs.example", "--environment", "production")
        sandbox, _ = self.made()
        made = world.call(live, "POST", self.all, {"url": receiver.URL}, expect=201).json
        self.assertEqual((made["environment"], self.call("GET", sandbox).json["environment"]),
                         ("production", "sandbox"))
        connection = hub.connected(world, operator, self.admin, self.org)
        self.user(1)
        production = f"{self.all}/{made['id']}"
        holders = ((sandbox, self.admin), (production, live))
        self.wait_for("the user", lambda: all(self.log(one, "&type=user.created", key) for one, key in holders))
        told = [{d["type"] for d in self.log(one, key=key)} for one, key in holders]
        self.assertLessEqual({"offer.made", "connection.connected", "user.created"}, told[0])
        self.assertIn("offer.made", told[1])
        self.assertEqual({one for one in told[1] if one.startswith(("connection.", "catalog."))}, set(),
                         f"of {connection['id']}")

    def test_a_key_reaches_the_endpoints_of_its_environment_alone(self):
        live = self.world.command("token", "create", "--email", "admin@sunny-roofs.example", "--environment",
                                  "production")
        for owner, other in ((live, self.admin), (self.admin, live)):
            made = self.world.call(owner, "POST", self.all, {"url": receiver.URL}, expect=201)
            one = f"{self.all}/{made.json['id']}"
            log = self.world.call(owner, "POST", f"{one}:test", expect=202).header("Location")
            for method, path, body in (
                    ("GET", one, None), ("PATCH", one, {"url": "https://evil.example/in"}), ("DELETE", one, None),
                    ("POST", f"{one}:enable", None), ("POST", f"{one}:rotate-secret", None),
                    ("POST", f"{one}:test", None), ("POST", f"{one}:recover", {"since": "2026-01-01T00:00:00Z"}),
                    ("GET", f"{one}/deliveries", None), ("GET", log, None), ("POST", f"{log}:resend", None)):
                answer = self.world.call(other, method, path, body, If_Match=made.header("ETag"))
                self.assertEqual(answer.status, 404, f"{method} {path}: {answer}")
            listed = [{one["id"] for one in self.world.call(key, "GET", self.all, expect=200).json["data"]}
                      for key in (owner, other)]
            self.assertIn(made.json["id"], listed[0])
            self.assertNotIn(made.json["id"], listed[1])
            self.assertEqual(self.world.call(owner, "GET", one, expect=200).json["url"], receiver.URL)

    # --- Looking after an endpoint -------------------------------------------------------------------

    def test_gone_disables_and_recover_sends_what_was_missed(self):
        self.receiver.answer = lambda message, times, body: 410
        one, _ = self.made(event_types=["user.created"])
        first = self.user(1)
        self.wait_for("disabling", lambda: not self.call("GET", one).json["enabled"])
        self.assertEqual(self.call("GET", one).json["disabled_because"], "gone")
        self.assertEqual(self.call("POST", f"{one}:test").status, 409)
        second = self.user(2)
        self.wait_for("what was missed", lambda: len(self.log(one, "&state=failed")) == 2)
        self.receiver.answer = lambda message, times, body: 200
        self.call("POST", f"{one}:enable", expect=200, If_Match=self.tag(one))
        since = min(d["created_at"] for d in self.log(one))
        self.assertEqual(self.call("POST", f"{one}:recover", {"since": since}, expect=200).json,
                         {"queued": 2, "more": False})
        self.wait_for("recovery", lambda: {d["state"] for d in self.log(one)} == {"delivered"})
        told = {body["data"]["subject"]["id"] for body in self.receiver.messages().values()}
        self.assertEqual(told, {first, second})

    def test_a_delivery_is_repeated_on_demand(self):
        one, _ = self.made()
        ping = self.call("POST", f"{one}:test", expect=202)
        path = ping.header("Location")
        self.wait_for("the ping", lambda: self.call("GET", path, expect=200).json["state"] == "delivered")
        self.call("POST", f"{path}:resend", expect=202)
        self.wait_for("the ping again", lambda: self.receiver.counts().get(ping.json["message_id"]) == 2)
        first, second = self.receiver.got[ping.json["message_id"]]
        self.assertEqual(first, second)

    def test_what_cannot_be_is_refused(self):
        for url in ("http://hooks.example/in", "https://127.0.0.1/in", "https://10.0.0.1/in", "https://[::1]/in",
                    "https://user:word@hooks.example/", "hooks.example"):
            refused = self.call("POST", self.all, {"url": url}, expect=422).json
            self.assertEqual([e["pointer"] for e in refused["errors"]], ["/url"], url)
        refused = self.call("POST", self.all, {"url": receiver.URL, "event_types": ["aplication.approved"]}, expect=422)
        self.assertIn("application.approved?", refused.json["errors"][0]["detail"])
        one, _ = self.made(url=f"https://localhost:{self.receiver.address.partition(':')[2]}/in")
        ping = self.call("POST", f"{one}:test", expect=202).header("Location")
        attempts = self.wait_for("an attempt", lambda: [a for a in self.call("GET", ping).json["attempt_log"]
                                                        if a["error"]])
        self.assertEqual(attempts[0]["error"], "denied")
        self.assertEqual(self.receiver.counts(), {})

    def test_every_state_of_an_application_has_its_type(self):
        schemas = self.call("GET", "/openapi.json", expect=200).json["components"]["schemas"]
        types = set(schemas["WebhookEventType"]["enum"])
        states = set(schemas["Application"]["properties"]["state"]["enum"])
        self.assertGreater(len(states), 10)
        for state in states - {"draft", "unknown"}:
            self.assertIn(f"application.{state}", types)

    # --- Several hubs --------------------------------------------------------------------------------

    @unittest.skipIf(len(sys.argv) > 2 and sys.argv[2] == "sqlite", "one hub per SQLite file")
    def test_two_hubs_tell_each_event_once(self):
        second = self.world.another_hub()
        self.addCleanup(second.kill)
        self.assertTrue(second.ready(), second.said())
        one, _ = self.made()
        for number in range(EVENTS):
            self.user(number)
        self.wait_for("all", lambda: [d["state"] for d in self.log(one)] == ["delivered"] * EVENTS)
        numbers = sorted(d["event_sequence"] for d in self.log(one))
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + EVENTS)))
        self.assertEqual(list(self.receiver.counts().values()), [1] * EVENTS)
        self.assertEqual(self.receiver.forged, [])


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    BUILD, DATABASE = sys.argv[1:3]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
