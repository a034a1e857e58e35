#!/usr/bin/python3
"""Kills the hub (SIGKILL) again and again between a confirmation and the lender's decision, and shows
that every acknowledged application is decided and that the lender has each of them once.

    tests/faults/kill_test.py BUILD sqlite|postgres

Kills at every crash point named in host/ and at random times. LENDPORT_KILLS sets how many in all,
LENDPORT_KILLS_EACH how often at each named point, LENDPORT_SEED repeats a run.
"""
import collections
import http.client
import os
import pathlib
import random
import re
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402

KILLS = int(os.environ.get("LENDPORT_KILLS", "20"))
# Taken out of the environment: the hub refuses what is not a setting of its own.
KILLS_EACH = int(os.environ.pop("LENDPORT_KILLS_EACH", "1"))
SEED = int(os.environ.get("LENDPORT_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
AT_RANDOM_MIN = 3
NEW_EACH_ROUND = 2
REACHED_SECONDS = 30
# The lender's reconcile window of a minute, leases that run out, and the machine's moods.
DECIDED_SECONDS = 180
# Half of the random kills fall into the first moments, when applications travel.
RANDOM_SECONDS_MAX = (0.08, 0.9)
FINAL = {"approved", "conditional", "prequalified", "declined", "failed", "cancelled", "expired"}
# Passed by every commit of the hub, its start included.
COMMITS = {"before_commit", "after_commit"}


# Folders whose crash points a test of their own passes.
ELSEWHERE = {"mail": "mail_test.py"}


def crash_points():
    """The names in host/'s calls of crash_point("…"), but for those that another test here kills at."""
    names = set()
    for file in sorted((hub.ROOT / "host").rglob("*.cpp")):
        if file.parent.name in ELSEWHERE:
            continue
        names.update(re.findall(r'\bcrash_point\("(\w+)"\)', file.read_text()))
    return sorted(names)


def plan(chance):
    """One entry a kill: each crash point with the pass that kills, None for a random time."""
    kills = [f"{point}:{chance.randint(3, 16) if point in COMMITS else chance.randint(1, 2)}"
             for point in crash_points() for _ in range(KILLS_EACH)]
    kills += [None] * max(KILLS - len(kills), AT_RANDOM_MIN)
    chance.shuffle(kills)
    return kills


class Kill(unittest.TestCase):
    def setUp(self):
        print(f"LENDPORT_SEED={SEED}", flush=True)
        self.chance = random.Random(SEED)
        self.world = hub.World(BUILD, DATABASE, **{"applications.follow_first_ms": 100,
                                                   "applications.follow_longest_s": 1, "jobs.lease_s": 5})
        self.addCleanup(self.world.close)
        self.acknowledged, self.waiting, self.bodies = {}, [], {}
        self.lock = threading.Lock()

    def prepare(self, applications):
        world = self.world
        operator_email = "operator@lendport.example"
        world.command("user", "create", "--email", operator_email, "--name", "Operator")
        operator = world.command("token", "create", "--email", operator_email, "--environment", "sandbox")
        self.org = world.command("org", "create", "--name", "Sunny Roofs", "--sales-mode")
        admin = world.key_of(self.org, "org_admin", "admin@sunny-roofs.example")
        self.rep = world.key_of(self.org, "rep", "rep@sunny-roofs.example")
        self.assertTrue(world.start_hub(), world.hub and world.hub.said())
        connection = hub.connected(world, operator, admin, self.org)
        self.webhooks = world.call(admin, "GET", f"/v1/orgs/{self.org}/connections/{connection['id']}",
                                   expect=200).json["webhook"]["path"]
        self.all = []
        for number in range(applications):
            case = hub.opened_case(world, self.rep, self.org, number)
            draft = hub.drafted(world, self.rep, self.org, hub.quoted(world, self.rep, self.org, case))
            path = self.path_of(draft["id"])
            self.bodies[draft["id"]] = world.call(self.rep, "GET", f"{path}/borrower", expect=200).json
            self.all.append(draft["id"])

    def path_of(self, application):
        return f"/v1/orgs/{self.org}/applications/{application}"

    def confirm(self, application):
        """Whether the hub acknowledged it; the same key each time, as a careful client sends."""
        try:
            answer = self.world.call(self.rep, "POST", f"{self.path_of(application)}:confirm",
                                     self.bodies[application], Idempotency_Key=f"confirm-{application}")
        except (OSError, http.client.HTTPException):
            return False
        with self.lock:
            self.acknowledged[application] = answer
        return True

    def confirm_waiting(self):
        """Confirms all that wait, at once; returns the threads."""
        threads = [threading.Thread(target=self.confirm, args=(one,)) for one in self.waiting]
        for thread in threads:
            thread.start()
        return threads

    def finish(self, threads):
        for thread in threads:
            thread.join(hub.ANSWER_SECONDS + 5)
            self.assertFalse(thread.is_alive(), "a confirmation hangs")
        self.waiting = [one for one in self.waiting if one not in self.acknowledged]

    def ring(self):
        """The lender has news of its latest application; as often as a crash point may count."""
        for _ in range(2):
            event = {"id": f"evt-{self.chance.random()}", "type": "application.status_changed",
                     "application": {"id": self.world.book()[-1]["id"], "status": "APPROVED"}}
            try:
                hub.mosaic_webhook(self.world, self.webhooks, event)
            except (OSError, http.client.HTTPException):
                return

    def one_kill(self, point):
        started = self.world.start_hub({"LENDPORT_CRASH_AT": point} if point else None)
        threads = self.confirm_waiting() if started else []
        if started:
            self.ring()
        if point is None:
            self.assertTrue(started, self.world.hub.said())
            time.sleep(self.chance.uniform(0, self.chance.choice(RANDOM_SECONDS_MAX)))
            self.world.hub.kill()
        else:
            hub.wait_for(f"crash point {point}", REACHED_SECONDS, self.world.hub.ended)
        self.assertEqual(self.world.hub.process.returncode, -9, self.world.hub.said())
        self.finish(threads)

    def test_every_acknowledged_application_is_decided_and_sent_once(self):
        kills = plan(self.chance)
        self.assertGreaterEqual(len(kills), KILLS)
        self.assertGreaterEqual(len(crash_points()), 6)
        self.prepare(1 + NEW_EACH_ROUND * len(kills))
        # The first one makes the rep's account at the lender, which counts as sending something.
        fresh = list(self.all)
        self.assertTrue(self.confirm(fresh[0]))
        self.wait_until_decided([fresh.pop(0)])
        self.world.hub.kill()
        for point in kills:
            self.waiting += [fresh.pop() for _ in range(NEW_EACH_ROUND)]
            self.one_kill(point)
            print(f"killed at {point or 'a random time'}; acknowledged {len(self.acknowledged)}, "
                  f"at the lender {len(self.world.book())}", flush=True)
        self.assertTrue(self.world.start_hub(), self.world.hub.said())
        self.finish(self.confirm_waiting())
        self.assertEqual(self.waiting, [])
        for application, answer in self.acknowledged.items():
            self.assertEqual(answer.status, 202, f"{application}: {answer}")
        self.assertEqual(set(self.acknowledged), set(self.all))
        self.wait_until_decided(self.all)
        self.check_book()
        self.assertEqual(self.world.hub.stop(), 0, self.world.hub.said())

    def show(self, application):
        return self.world.call(self.rep, "GET", self.path_of(application), expect=200).json

    def wait_until_decided(self, applications):
        left = list(applications)

        def decided():
            left[:] = [one for one in left if self.show(one)["state"] not in FINAL]
            return not left
        try:
            hub.wait_for("decisions", DECIDED_SECONDS, decided)
        except TimeoutError:
            self.fail("not decided: " + "; ".join(str(self.show(one)) for one in left))

    def check_book(self):
        """The lender's own book has one line for each application, and none is a repetition."""
        book = self.world.book()
        lines = collections.Counter(line["externalReference"] for line in book)
        self.assertEqual([line for line in book if line["repeated"]], [], "sent twice")
        self.assertEqual(max(lines.values()), 1)
        shown = [self.show(one) for one in self.all]
        self.assertEqual({one["state"] for one in shown}, {"approved"}, shown)
        self.assertEqual(sorted(one["lender_application_id"] for one in shown), sorted(line["id"] for line in book))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    BUILD, DATABASE = sys.argv[1:]
    unittest.main(argv=sys.argv[:1], verbosity=2)
