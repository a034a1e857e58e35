#!/usr/bin/python3
"""Webhooks of the real hub as somebody else's library reads them: `standardwebhooks` of npm, in the version of
standard_webhooks/package-lock.json.

    tests/api/standard_webhooks_test.py BUILD sqlite|postgres
"""
import base64
import json
import pathlib
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402
import npm  # noqa: E402
import receiver  # noqa: E402

SOURCE = pathlib.Path(__file__).resolve().parent / "standard_webhooks"
VERIFY_SECONDS = 60
SOON_SECONDS = 30
EVENTS = 20
STRANGER = "whsec_" + base64.b64encode(bytes(32)).decode()


class StandardWebhooks(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.library = npm.installed(BUILD, SOURCE)
        cls.receiver = receiver.Receiver()
        cls.addClassCleanup(cls.receiver.close)
        cls.world = hub.World(BUILD, DATABASE, **{"webhooks.sandboxes": {receiver.NAME: cls.receiver.address}})
        cls.addClassCleanup(cls.world.close)
        cls.org = cls.world.command("org", "create", "--name", "Sunny Roofs", "--sales-mode")
        cls.admin = cls.world.key_of(cls.org, "org_admin", "admin@sunny-roofs.example")
        if not cls.world.start_hub():
            raise RuntimeError(cls.world.hub.said())
        cls.all, cls.users = f"/v1/orgs/{cls.org}/webhook-endpoints", 0

    def call(self, method, path, body=None, expect=None, **headers):
        return self.world.call(self.admin, method, path, body, expect, **headers)

    def endpoint(self):
        """A new one that alone is told what happens, and its secret."""
        made = self.call("POST", self.all, {"url": receiver.URL, "event_types": ["user.created"]}, expect=201).json
        one = f"{self.all}/{made['id']}"
        self.addCleanup(lambda: self.call("DELETE", one, expect=204, If_Match=self.tag(one)))
        return one, made["secret"]

    def tag(self, path):
        return self.call("GET", path, expect=200).header("ETag")

    def user(self, name="Ada Example"):
        type(self).users += 1
        body = {"email": f"user-{self.users}@sunny-roofs.example", "name": name, "role": "rep"}
        self.call("POST", f"/v1/orgs/{self.org}/users", body, expect=201)

    def told(self, times=1):
        """What comes of so many new users, as it came: headers and body of each request."""
        before = len(self.receiver.requests)
        for _ in range(times):
            self.user()
        return self.came(before, times)

    def came(self, before, times):
        hub.wait_for("deliveries", SOON_SECONDS, lambda: len(self.receiver.requests) >= before + times)
        return self.receiver.requests[before:before + times]

    def judged(self, cases):
        """The library's word on each (secret, headers, body)."""
        lines = [json.dumps({"secret": secret, "headers": headers, "body": base64.b64encode(body).decode()})
                 for secret, headers, body in cases]
        done = subprocess.run(["node", "verify.mjs"], cwd=self.library, input="\n".join(lines) + "\n", text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=VERIFY_SECONDS, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        words = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(words), len(cases))
        return words

    def test_the_library_takes_what_the_hub_sends(self):
        one, secret = self.endpoint()
        came = self.told(EVENTS)
        before = len(self.receiver.requests)
        self.call("POST", f"{one}:test", expect=202)
        came += self.came(before, 1)
        words = self.judged([(secret, headers, body) for headers, body in came])
        self.assertEqual(words, [{"valid": True, "type": "user.created"}] * EVENTS
                         + [{"valid": True, "type": "webhook.ping"}])

    def test_the_library_takes_a_repetition(self):
        before = len(self.receiver.requests)
        self.receiver.answer = lambda message, times, body: 204 if times > 1 else 500
        self.addCleanup(setattr, self.receiver, "answer", lambda message, times, body: 204)
        _, secret = self.endpoint()
        self.user()
        (first, body), (second, again) = self.came(before, 2)
        self.assertEqual((first["webhook-id"], body), (second["webhook-id"], again))
        self.assertEqual([word["valid"] for word in self.judged([(secret, first, body), (secret, second, again)])],
                         [True, True])

    def test_the_library_refuses_what_is_altered(self):
        _, secret = self.endpoint()
        (headers, body), (other, _) = self.told(2)
        message, sent = headers["webhook-id"], int(headers["webhook-timestamp"])
        now = int(time.time())

        def signed_at(timestamp):
            return {**headers, "webhook-timestamp": str(timestamp),
                    "webhook-signature": receiver.signature(secret, message, timestamp, body)}
        cases = {
            "as it came": (True, secret, headers, body),
            "a letter of the body": (False, secret, headers, body.replace(b"user.created", b"user.creatad")),
            "a blank more": (False, secret, headers, body + b" "),
            "written anew": (False, secret, headers, json.dumps(json.loads(body)).encode()),
            "no body": (False, secret, headers, b""),
            "another id": (False, secret, {**headers, "webhook-id": other["webhook-id"]}, body),
            "a second later": (False, secret, {**headers, "webhook-timestamp": str(sent + 1)}, body),
            "a second earlier": (False, secret, {**headers, "webhook-timestamp": str(sent - 1)}, body),
            "another's signature": (False, secret, {**headers, "webhook-signature": other["webhook-signature"]}, body),
            "no version": (False, secret, {**headers, "webhook-signature": headers["webhook-signature"][3:]}, body),
            "no signature": (False, secret, {**headers, "webhook-signature": ""}, body),
            "another secret": (False, STRANGER, headers, body),
            "signed anew, in time": (True, secret, signed_at(now), body),
            "signed six minutes ago": (False, secret, signed_at(now - 360), body),
            "signed six minutes ahead": (False, secret, signed_at(now + 360), body),
        }
        words = self.judged([case[1:] for case in cases.values()])
        self.assertEqual({name: word["valid"] for name, word in zip(cases, words)},
                         {name: case[0] for name, case in cases.items()})
        for name, word in zip(cases, words):
            if not cases[name][0]:
                self.assertIn("WebhookVerificationError", word["why"], name)

    def test_after_a_rotation_either_secret_fits(self):
        one, first = self.endpoint()

        def rotated():
            return self.call("POST", f"{one}:rotate-secret", expect=200, If_Match=self.tag(one)).json["secret"]

        def fitting(secrets):
            (headers, body), = self.told()
            words = self.judged([(secret, headers, body) for secret in secrets])
            return len(headers["webhook-signature"].split(" ")), [word["valid"] for word in words]
        self.assertEqual(fitting([first, STRANGER]), (1, [True, False]))
        second = rotated()
        self.assertEqual(fitting([first, second, STRANGER]), (2, [True, True, False]))
        third = rotated()
        self.assertEqual(fitting([first, second, third, STRANGER]), (2, [False, True, True, False]))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    BUILD, DATABASE = sys.argv[1:3]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
