#!/usr/bin/python3
"""Kills the hub (SIGKILL) again and again while things happen in an org, and shows that its receiver is told of
every one since the endpoint was made: what the API acknowledged, the log of deliveries and the receiver's own
book say the same.

    tests/faults/webhooks_kill_test.py BUILD sqlite|postgres

LENDPORT_WEBHOOK_KILLS sets how often, LENDPORT_SEED repeats a run.
"""
import http.client
import os
import pathlib
import random
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402
import receiver  # noqa: E402

# Taken out of the environment: the hub refuses what is not a setting of its own.
KILLS = int(os.environ.pop("LENDPORT_WEBHOOK_KILLS", "6"))
SEED = int(os.environ.pop("LENDPORT_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
WRITERS = 3
RUN_SECONDS = (0.3, 1.2)
# Leases of five seconds that run out, a first retry after five, and the machine's moods.
TOLD_SECONDS = 120
# Of a hundred messages, how many meet a fault at their first request.
FAULTS_PERCENT = 10


class Kill(unittest.TestCase):
    def setUp(self):
        print(f"LENDPORT_SEED={SEED}", flush=True)
        self.chance = random.Random(SEED)
        self.receiver = receiver.Receiver(self.answer)
        self.addCleanup(self.receiver.close)
        self.world = world = hub.World(BUILD, DATABASE, **{
            "webhooks.sandboxes": {receiver.NAME: self.receiver.address}, "jobs.lease_s": 5,
            "http.requests_per_second": 100000, "http.requests_burst": 100000})
        self.addCleanup(world.close)
        self.org = world.command("org", "create", "--name", "Sunny Roofs", "--sales-mode")
        self.admin = world.key_of(self.org, "org_admin", "admin@sunny-roofs.example")
        self.acknowledged, self.number, self.lock = set(), 0, threading.Lock()

    def answer(self, message, times, body):
        if times > 1 or self.chance.randrange(100) >= FAULTS_PERCENT:
            return 204
        return self.chance.choice([None, 500, (302, {"Location": "https://elsewhere.example/"}, b"")])

    def write(self, until):
        """Makes users until the time is over or the hub is no more."""
        while time.monotonic() < until:
            with self.lock:
                self.number += 1
                body = {"email": f"user-{self.number}@sunny-roofs.example", "name": "Ada", "role": "rep"}
            try:
                answer = self.world.call(self.admin, "POST", f"/v1/orgs/{self.org}/users", body)
            except (OSError, http.client.HTTPException):
                return
            self.assertEqual(answer.status, 201, answer)
            with self.lock:
                self.acknowledged.add(answer.json["id"])

    def one_kill(self):
        self.assertTrue(self.world.start_hub(), self.world.hub.said())
        seconds = self.chance.uniform(*RUN_SECONDS)
        until = time.monotonic() + seconds + 5
        writers = [threading.Thread(target=self.write, args=(until,)) for _ in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(seconds)
        self.world.hub.kill()
        for writer in writers:
            writer.join(hub.ANSWER_SECONDS + 5)
            self.assertFalse(writer.is_alive(), "a writer hangs")

    def log(self):
        return receiver.whole_log(self.world, self.admin, self.endpoint)

    def test_everything_that_happened_is_told(self):
        self.assertTrue(self.world.start_hub(), self.world.hub.said())
        made = self.world.call(self.admin, "POST", f"/v1/orgs/{self.org}/webhook-endpoints", {"url": receiver.URL},
                               expect=201).json
        self.endpoint = f"/v1/orgs/{self.org}/webhook-endpoints/{made['id']}"
        self.receiver.secrets = [made["secret"]]
        self.world.hub.kill()
        for _ in range(KILLS):
            self.one_kill()
            print(f"killed; acknowledged {len(self.acknowledged)}, told {len(self.receiver.counts())}", flush=True)
        self.assertTrue(self.world.start_hub(), self.world.hub.said())
        self.assertGreater(len(self.acknowledged), KILLS)
        self.wait_until_told()
        self.check_books()
        self.assertEqual(self.world.hub.stop(), 0, self.world.hub.said())

    def wait_until_told(self):
        def told():
            log = self.log()
            return len(log) >= len(self.acknowledged) and all(d["state"] == "delivered" for d in log)
        try:
            hub.wait_for("the deliveries", TOLD_SECONDS, told)
        except TimeoutError:
            self.fail(f"not told: {[d for d in self.log() if d['state'] != 'delivered']}")

    def check_books(self):
        log, told, counts = self.log(), self.receiver.messages(), self.receiver.counts()
        numbers = sorted(d["event_sequence"] for d in log)
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(log))), "a gap, or one twice")
        self.assertEqual({d["message_id"] for d in log}, set(told))
        subjects = {body["data"]["subject"]["id"] for body in told.values()}
        self.assertEqual(self.acknowledged - subjects, set(), "acknowledged and never told")
        self.assertEqual(self.receiver.forged, [])
        for delivery in log:
            self.assertGreaterEqual(delivery["attempts"], counts[delivery["message_id"]], delivery)
        for message, bodies in self.receiver.got.items():
            self.assertEqual(len(set(bodies)), 1, f"{message} was told in two ways")
        print(f"kills={KILLS} acked={len(self.acknowledged)} told={len(told)} requests={sum(counts.values())} lost=0",
              flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    BUILD, DATABASE = sys.argv[1:]
    unittest.main(argv=sys.argv[:1], verbosity=2)
