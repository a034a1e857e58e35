#!/usr/bin/python3
"""Follows what happens in an org as server-sent events, across a kill of the hub, and compares it with
the list of events and with what each caller may see.

    tests/api/events_test.py BUILD sqlite|postgres
"""
import http.client
import json
import pathlib
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402

ENDED_WITHIN_SECONDS = 3  # a second is promised; the rest is the machine's


class Stream:
    """Reads a stream on a thread of its own until it ends."""

    def __init__(self, address, key, path, last_id=None):
        headers = {"Authorization": f"Bearer {key}"}
        if last_id is not None:
            headers["Last-Event-ID"] = last_id
        self.connection = http.client.HTTPConnection(address, timeout=120)
        self.connection.request("GET", path, headers=headers)
        self.answer = self.connection.getresponse()
        self.status = self.answer.status
        self.messages, self.last_id, self.ended = [], last_id, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        message = {}
        try:
            for line in self.answer:
                field, colon, value = line.decode().rstrip("\n").partition(": ")
                if field:
                    message[field] = value
                    continue
                # As a browser does: the id counts, data or not.
                self.last_id = message.get("id", self.last_id)
                if "data" in message:
                    self.messages.append(message)
                message = {}
        except (OSError, http.client.HTTPException):
            pass
        self.ended.set()

    @property
    def data(self):
        return [json.loads(message["data"]) for message in list(self.messages)]

    def types(self):
        return [one["type"] for one in self.data]


class Events(unittest.TestCase):
    def setUp(self):
        self.world = world = hub.World(BUILD, DATABASE, **{"applications.follow_first_ms": 100,
                                                           "applications.follow_longest_s": 1, "jobs.lease_s": 5})
        self.addCleanup(world.close)
        world.command("user", "create", "--email", "operator@lendport.example", "--name", "Operator")
        self.operator = world.command("token", "create", "--email", "operator@lendport.example", "--environment",
                                      "sandbox")
        self.org = world.command("org", "create", "--name", "Sunny Roofs", "--sales-mode")
        self.other = world.command("org", "create", "--name", "Green Walls", "--sales-mode")
        self.admin = world.key_of(self.org, "org_admin", "admin@sunny-roofs.example")
        self.rep = world.key_of(self.org, "rep", "rep@sunny-roofs.example")
        self.colleague = world.key_of(self.org, "rep", "colleague@sunny-roofs.example")
        self.stranger = world.key_of(self.other, "org_admin", "admin@green-walls.example")
        self.production = world.command("token", "create", "--email", "admin@sunny-roofs.example", "--environment",
                                        "production")
        self.assertTrue(world.start_hub(), world.hub and world.hub.said())
        self.connection = hub.connected(world, self.operator, self.admin, self.org)
        self.events = f"/v1/orgs/{self.org}/events"

    def stream(self, key, path=None, last_id=None):
        return Stream(self.world.hub.address, key, path or f"{self.events}:stream", last_id)

    def listed(self, key, query=""):
        """All pages, by their cursors."""
        found, cursor = [], ""
        while True:
            page = self.world.call(key, "GET", f"{self.events}?limit=7{query}{cursor}", expect=200).json
            found += page["data"]
            if not page["has_more"]:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    def confirmed(self, number):
        case = hub.opened_case(self.world, self.rep, self.org, number)
        draft = hub.drafted(self.world, self.rep, self.org, hub.quoted(self.world, self.rep, self.org, case))
        path = f"/v1/orgs/{self.org}/applications/{draft['id']}"
        borrower = self.world.call(self.rep, "GET", f"{path}/borrower", expect=200).json
        self.world.call(self.rep, "POST", f"{path}:confirm", borrower, expect=202,
                        Idempotency_Key=f"confirm-{draft['id']}")
        return draft["id"]

    def wait(self, what, look):
        hub.wait_for(what, hub.ANSWER_SECONDS, look)

    def test_what_is_streamed_is_what_is_listed_across_a_kill(self):
        stream = self.stream(self.admin)
        self.assertEqual(stream.status, 200)
        first = self.confirmed(1)
        self.wait("the approval", lambda: "application.approved" in stream.types())
        before, at = stream.data, stream.last_id
        self.world.hub.kill()
        self.assertTrue(stream.ended.wait(hub.STOP_SECONDS))
        self.assertTrue(self.world.start_hub(), self.world.hub.said())
        second = self.confirmed(2)
        self.wait("the second", lambda: any(event["type"] == "application.approved" and event["subject"]["id"] == second
                                            for event in self.listed(self.admin)))
        stream = self.stream(self.admin, last_id=at)
        listed = self.listed(self.admin, f"&after={before[0]['sequence'] - 1}")
        self.wait("the rest", lambda: len(before) + len(stream.data) >= len(listed))
        self.assertEqual(before + stream.data, listed)
        sequences = [event["sequence"] for event in listed]
        self.assertEqual(sequences, sorted(set(sequences)))
        self.assertEqual([message["id"] for message in stream.messages], [str(event["sequence"]) for event in stream.data])
        # Of one application: the same, filtered.
        self.assertEqual([event for event in listed if event["subject"]["id"] == first],
                         self.listed(self.admin, f"&application={first}"))
        self.assertNotIn("example.com", json.dumps(listed), "personal data in an event")

    def test_each_sees_what_he_may_see(self):
        mine = self.confirmed(3)
        self.wait("the approval", lambda: "application.approved" in [e["type"] for e in self.listed(self.rep)])
        kinds = {name: {event["subject"]["kind"] for event in self.listed(key)}
                 for name, key in (("admin", self.admin), ("rep", self.rep), ("colleague", self.colleague),
                                   ("production", self.production), ("operator", self.operator))}
        self.assertLessEqual({"application", "case", "connection", "quote", "user", "key"}, kinds["admin"])
        self.assertLessEqual({"application", "case", "quote"}, kinds["rep"])
        self.assertFalse({"user", "key"} & kinds["rep"])
        self.assertFalse({"application", "case", "quote", "user", "key"} & kinds["colleague"])
        self.assertFalse({"application", "connection", "quote"} & kinds["production"])
        self.assertNotIn("application", kinds["operator"])
        for key in (self.colleague, self.production):
            for path in (self.events, f"{self.events}:stream"):
                missing = f"app_{'0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f'}"
                for application in (mine, missing, "nonsense"):
                    answer = self.world.call(key, "GET", f"{path}?application={application}")
                    self.assertEqual(answer.status, 404, (path, application))
            self.assertEqual(self.world.call(key, "GET", self.timeline(mine)).status, 404)
        for path in (self.events, f"{self.events}:stream", self.timeline(mine)):
            self.assertEqual(self.world.call(self.stranger, "GET", path).status, 404)
            self.assertEqual(self.world.call(None, "GET", path).status, 401)

    def test_keys_and_endpoints_are_seen_as_they_are_listed(self):
        holders = {"sandbox": self.admin, "production": self.production}
        org = f"/v1/orgs/{self.org}"
        for key in holders.values():
            self.world.call(key, "POST", f"{org}/webhook-endpoints", expect=201,
                            body={"url": "https://hooks.example/in", "event_types": ["case.created"]})
        seen = {}
        for environment, key in holders.items():
            events = self.listed(key)
            for kind, path in (("key", "keys"), ("webhook_endpoint", "webhook-endpoints")):
                listed = {one["id"] for one in self.world.call(key, "GET", f"{org}/{path}", expect=200).json["data"]}
                seen[environment, kind] = {e["subject"]["id"] for e in events if e["subject"]["kind"] == kind}
                self.assertEqual(seen[environment, kind], listed, f"{kind} in {environment}")
        self.assertLess(seen["sandbox", "key"], seen["production", "key"])
        self.assertFalse(seen["sandbox", "webhook_endpoint"] & seen["production", "webhook_endpoint"])
        narrow = self.world.call(self.admin, "POST", f"{org}/keys", expect=201,
                                 body={"label": "reads users", "environment": "sandbox", "scopes": ["users_read", "orgs_read"]})
        kinds = {event["subject"]["kind"] for event in self.listed(narrow.json["token"])}
        self.assertIn("user", kinds)
        self.assertNotIn("key", kinds, "GET /keys needs keys_write")

    def audited(self, key):
        """Every entry of the audit record that the key sees, read in small pages."""
        entries, cursor = [], ""
        while True:
            page = self.world.call(key, "GET", f"/v1/orgs/{self.org}/audit?limit=3{cursor}", expect=200).json
            entries += page["data"]
            if not page["has_more"]:
                return entries
            cursor = f"&cursor={page['next_cursor']}"

    def test_an_org_sees_its_audit(self):
        application = self.confirmed(5)
        entries = self.audited(self.admin)
        numbers = [one["sequence"] for one in entries]
        self.assertEqual(numbers, sorted(set(numbers)))
        confirm = [one for one in entries if one["action"] == "application.confirm"]
        self.assertEqual([one["subject"] for one in confirm], [{"kind": "application", "id": application}])
        self.assertEqual((confirm[0]["before"], confirm[0]["after"]), ({"state": "draft"}, {"state": "confirmed"}))
        self.assertTrue(confirm[0]["actor"].startswith("user_"), confirm)
        self.assertTrue(confirm[0]["request_id"] and confirm[0]["hash"])
        connected = next(one for one in entries if one["action"] == "connection.connected")
        self.assertIsNone(connected["before"])
        text = json.dumps(entries)
        for canary in ("mosaic-demo-secret", "homeowner-5@example.com", "900-10-1005"):
            self.assertNotIn(canary, text)
        kinds = {who: {one["subject"]["kind"] for one in self.audited(key)}
                 for who, key in {"production": self.production, "operator": self.operator}.items()}
        self.assertFalse({"application", "quote", "connection"} & kinds["production"], "of the sandbox")
        self.assertFalse({"application", "case", "quote"} & kinds["operator"], "the platform sees no cases")
        self.assertIn("user", kinds["production"])
        path = f"/v1/orgs/{self.org}/audit"
        for key, status in ((self.rep, 403), (self.stranger, 404), (None, 401)):
            self.assertEqual(self.world.call(key, "GET", path).status, status)

    def timeline(self, application):
        return f"/v1/orgs/{self.org}/applications/{application}/timeline:stream"

    def test_a_timeline_grows_before_ones_eyes(self):
        application = self.confirmed(4)
        stream = self.stream(self.rep, self.timeline(application))
        self.wait("the approval", lambda: "application.approved" in stream.types())
        listed = f"/v1/orgs/{self.org}/applications/{application}/timeline"

        def all_there():
            known = {json.dumps(entry, sort_keys=True) for entry in stream.data}
            entries = self.world.call(self.rep, "GET", listed, expect=200).json["data"]
            return all(json.dumps(entry, sort_keys=True) in known for entry in entries)
        self.wait("what the list has", all_there)
        calls = [entry for entry in stream.data if entry["kind"] == "lender_call"]
        self.assertIn("application.submit/1", [call["type"] for call in calls])
        again = self.stream(self.rep, self.timeline(application), stream.last_id)
        hub.wait_for("what changed since", hub.ANSWER_SECONDS, lambda: again.messages or again.ended.is_set())
        self.assertNotIn("event", [entry["kind"] for entry in again.data], "events that were read came again")

    def test_bad_places_are_refused(self):
        cases = [("after=-1", 422), ("after=x", 422), ("after=99999999999", 422), ("after=9999999999999999999999", 422),
                 ("since=1", 400)]
        for query, status in cases:
            answer = self.world.call(self.admin, "GET", f"{self.events}:stream?{query}")
            self.assertIn(answer.status, (status, 422), query)
        for place in ("x", "1", "-1.", "99999999999999999999.call_1"):
            application = self.confirmed(hash(place) % 1000)
            answer = self.world.call(self.rep, "GET", self.timeline(application), Last_Event_ID=place)
            self.assertEqual(answer.status, 400, place)

    def test_a_revoked_key_ends_its_streams(self):
        stream = self.stream(self.colleague)
        keys = self.world.call(self.admin, "GET", f"/v1/orgs/{self.org}/keys", expect=200).json["data"]
        users = self.world.call(self.admin, "GET", f"/v1/orgs/{self.org}/users", expect=200).json["data"]
        colleague = next(user["id"] for user in users if user["email"].startswith("colleague"))
        key = next(key["id"] for key in keys if key["user"] == colleague)
        one = f"/v1/orgs/{self.org}/keys/{key}"
        tag = self.world.call(self.admin, "GET", one, expect=200).header("ETag")
        self.world.call(self.admin, "DELETE", one, expect=204, If_Match=tag)
        self.assertTrue(stream.ended.wait(ENDED_WITHIN_SECONDS))

    def test_the_hub_stops_under_open_streams(self):
        streams = [self.stream(self.admin) for _ in range(5)]
        self.assertEqual(self.world.hub.stop(), 0)
        for stream in streams:
            self.assertTrue(stream.ended.wait(1))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    BUILD, DATABASE = sys.argv[1:]
    unittest.main(argv=sys.argv[:1], verbosity=2)
