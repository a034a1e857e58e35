#!/usr/bin/python3
"""Stops and starts a plugin of a running hub over HTTP, with a call to the lender under way, across a
kill of the hub and in every hub of the database.

    tests/api/plugins_test.py BUILD sqlite|postgres
"""
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402

ONE = f"/v1/plugins/{hub.MOSAIC}"
STOP, START = f"{ONE}:stop", f"{ONE}:start"
REASON = {"reason": "The lender moves to another data centre"}
# What was put off while its plugin was stopped is looked at again within a minute.
GOES_ON_SECONDS = 90
LATENCY_MS = 1500
# What is promised, and what a busy machine may add in a test.
EVERYWHERE_SECONDS, SLACK_SECONDS = 1, 2


class Plugins(unittest.TestCase):
    def setUp(self):
        self.world = world = hub.World(BUILD, DATABASE, **{"applications.follow_first_ms": 100,
                                                           "applications.follow_longest_s": 1, "jobs.lease_s": 5})
        self.addCleanup(world.close)
        world.command("user", "create", "--email", "operator@lendport.example", "--name", "Operator")
        self.operator = world.command("token", "create", "--email", "operator@lendport.example", "--environment",
                                      "sandbox")
        self.org = world.command("org", "create", "--name", "Sunny Roofs", "--sales-mode")
        self.admin = world.key_of(self.org, "org_admin", "admin@sunny-roofs.example")
        self.rep = world.key_of(self.org, "rep", "rep@sunny-roofs.example")
        self.assertTrue(world.start_hub(), world.hub and world.hub.said())
        hub.connected(world, self.operator, self.admin, self.org)

    # --- One step ------------------------------------------------------------------------------------

    def state(self, key=None, program=None):
        address = (program or self.world.hub).address
        return hub.send(address, "GET", ONE, {"Authorization": f"Bearer {key or self.operator}"}).json["state"]

    def tag(self):
        return self.world.call(self.operator, "GET", ONE, expect=200).header("ETag")

    def stop(self):
        return self.world.call(self.operator, "POST", STOP, REASON, expect=200, If_Match=self.tag())

    def start(self):
        return self.world.call(self.operator, "POST", START, expect=200, If_Match=self.tag())

    def drafted(self, number):
        case = hub.opened_case(self.world, self.rep, self.org, number)
        quote = hub.quoted(self.world, self.rep, self.org, case)
        return hub.drafted(self.world, self.rep, self.org, quote)["id"]

    def path_of(self, application):
        return f"/v1/orgs/{self.org}/applications/{application}"

    def confirm(self, application):
        borrower = self.world.call(self.rep, "GET", f"{self.path_of(application)}/borrower", expect=200).json
        self.world.call(self.rep, "POST", f"{self.path_of(application)}:confirm", borrower, expect=202,
                        Idempotency_Key=f"confirm-{application}")

    def shown(self, application):
        return self.world.call(self.rep, "GET", self.path_of(application), expect=200).json

    def wait_for_state(self, application, state, seconds=hub.ANSWER_SECONDS):
        hub.wait_for(f"{application} {state}", seconds,
                     lambda: self.shown(application)["state"] == state)

    def is_being_sent(self, application):
        timeline = self.world.call(self.rep, "GET", f"{self.path_of(application)}/timeline", expect=200).body
        return "application.submit/1" in timeline

    def products(self, language):
        return self.world.call(self.rep, "GET", f"/v1/orgs/{self.org}/products", expect=200,
                               Accept_Language=language).json["data"]

    # --- What is true --------------------------------------------------------------------------------

    def test_a_stopped_plugin_ends_its_calls_and_loses_nothing(self):
        under_way, waits, followed = self.drafted(1), self.drafted(2), self.drafted(3)
        self.confirm(followed)
        self.wait_for_state(followed, "approved")
        lender = self.world.lender.address
        slow = {"match": {"method": "POST", "path": "/v2/partners/sunny-roofs/applications"},
                "steps": [{"latency_ms": LATENCY_MS}]}
        self.assertLess(hub.send(lender, "POST", "/_script", body=slow).status, 300)
        self.confirm(under_way)
        hub.wait_for("the call", hub.ANSWER_SECONDS, lambda: self.is_being_sent(under_way))
        self.stop()
        self.assertEqual(self.state(), "draining")
        self.confirm(waits)
        hub.wait_for("the end of the call", hub.ANSWER_SECONDS, lambda: self.state() == "stopped")
        # The call under way ended as it would have, and what follows from it is put off.
        hub.wait_for("the lender's answer", hub.ANSWER_SECONDS,
                     lambda: self.shown(under_way)["lender_application_id"])
        self.assertNotIn(self.shown(under_way)["state"], ("failed", "unknown"))

        self.check_what_users_see()
        self.world.hub.kill()
        self.assertTrue(self.world.start_hub(), self.world.hub.said())
        self.assertEqual(self.state(), "stopped")
        self.assertEqual(self.state(self.rep), "stopped")
        self.assertEqual(self.shown(waits)["state"], "confirmed")
        self.assertEqual(len(self.world.book()), 2)

        self.start()
        self.assertEqual(self.state(), "ready")
        for application in (under_way, waits):
            self.wait_for_state(application, "approved", GOES_ON_SECONDS)
        book = self.world.book()
        self.assertEqual(len(book), 3)
        self.assertFalse(any(line["repeated"] for line in book), book)
        self.assertTrue(all(product["quotable"] for product in self.products("en")))

    def check_what_users_see(self):
        said = {}
        for language in ("en", "fr"):
            products = self.products(language)
            self.assertGreater(len(products), 0)
            for product in products:
                self.assertFalse(product["quotable"])
                self.assertEqual(product["not_quotable"]["code"], "lender_paused")
            said[language] = products[0]["not_quotable"]["detail"]
        self.assertIn("paused", said["en"])
        self.assertIn("suspendu", said["fr"])
        case = hub.opened_case(self.world, self.rep, self.org, 9)
        refused = self.world.call(self.rep, "POST", f"/v1/orgs/{self.org}/cases/{case['id']}/quotes",
                                  {"product_id": products[0]["id"]})
        self.assertIn(refused.status, (409, 422), refused)
        listed = self.world.call(self.rep, "GET", "/v1/plugins", expect=200).json["data"]
        self.assertNotIn(hub.MOSAIC, [plugin["id"] for plugin in listed])

    def test_who_may_and_how(self):
        for key in (self.admin, self.rep):
            for path, body in ((STOP, REASON), (START, None)):
                self.world.call(key, "POST", path, body, expect=403, If_Match=self.tag())
        self.world.call(self.operator, "POST", STOP, REASON, expect=428)
        self.world.call(self.operator, "POST", STOP, REASON, expect=412, If_Match='"v9"')
        self.world.call(self.operator, "POST", STOP, {}, expect=422, If_Match=self.tag())
        self.world.call(self.operator, "POST", "/v1/plugins/com.example.nobody:stop", REASON, expect=404,
                        If_Match='"v1"')
        self.assertEqual(self.state(), "ready")
        tag = self.tag()
        first, again = (self.world.call(self.operator, "POST", STOP, REASON, expect=200, If_Match=tag,
                                        Idempotency_Key="stop-1") for _ in range(2))
        self.assertEqual((first.body, first.header("ETag")), (again.body, again.header("ETag")))
        self.assertEqual(again.header("Idempotent-Replayed"), "true")
        switch = self.world.call(self.operator, "GET", ONE, expect=200).json["switch"]
        self.assertEqual((switch["wanted"], switch["reason"]), ("stopped", REASON["reason"]))
        self.world.call(self.operator, "POST", "/v1/plugins:rescan", expect=200)
        self.assertEqual(self.state(), "stopped")
        self.start()
        self.assertEqual(self.state(), "ready")

    @unittest.skipIf(sys.argv[2:3] == ["sqlite"], "a file of SQLite has one hub")
    def test_every_hub_of_the_database_follows(self):
        world = self.world
        other = hub.Program([world.build / "lendport", "serve", "--config", world.folder / "hub.toml"],
                            world.folder / "other.out")
        self.addCleanup(other.kill)
        self.assertTrue(other.ready(), other.said())
        for turn, state in ((self.stop, "stopped"), (self.start, "ready")) * 3:
            turn()
            began = time.monotonic()
            hub.wait_for(f"{state} in the other hub", EVERYWHERE_SECONDS + SLACK_SECONDS,
                         lambda: self.state(program=other) == state)
            print(f"{state} everywhere after {time.monotonic() - began:.3f} s", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    BUILD, DATABASE = sys.argv[1:3]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
