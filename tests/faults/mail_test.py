#!/usr/bin/python3
"""Kills the hub (SIGKILL) while it sends mails, at every crash point of host/mail/ and at random times,
with a relay that now and then refuses for a while or takes a mail without an answer. Shows that the mail of
every decision arrives, and none more than twice, then under one Message-ID and byte for byte the same.

    tests/faults/mail_test.py BUILD sqlite|postgres

LENDPORT_KILLS sets how many kills in all, LENDPORT_SEED repeats a run.
"""
import collections
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402

KILLS = int(os.environ.get("LENDPORT_KILLS", "8"))
SEED = int(os.environ.get("LENDPORT_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
NEW_EACH_ROUND = 2
REACHED_SECONDS = 60
SENT_SECONDS = 120


def crash_points():
    names = set()
    for file in sorted((hub.ROOT / "host/mail").glob("*.cpp")):
        names.update(re.findall(r'\bcrash_point\("(\w+)"\)', file.read_text()))
    return sorted(names)


class Mails(unittest.TestCase):
    def setUp(self):
        print(f"LENDPORT_SEED={SEED}", flush=True)
        self.chance = random.Random(SEED)
        self.folder = pathlib.Path(self.enterContext(hub.tempfile.TemporaryDirectory(prefix="lendport-")))
        self.relay = hub.relay(self.folder)
        self.addCleanup(self.relay.kill)
        self.world = hub.World(BUILD, DATABASE, **{
            "applications.follow_first_ms": 100, "applications.follow_longest_s": 1, "jobs.lease_s": 5,
            "mail.retry_first_s": 1, "mail.retry_longest_s": 2, **hub.through(self.relay)})
        self.addCleanup(self.world.close)

    def decide(self, number):
        """An application with the mail of its decision on the way."""
        world, kind = self.world, self.chance.choice(["ada", "ada", "later-1", "cut-1", "drop-1"])
        case = hub.load("case.json")
        person = case["applicants"][0]
        address = f"{kind}@n{number}.example.com"
        person["email"] = case["agreement"]["email"] = address
        person["ssn"] = f"900-10-{1000 + number}"
        case = world.call(self.rep, "POST", f"/v1/orgs/{self.org}/cases", case, expect=201).json
        draft = hub.drafted(world, self.rep, self.org, hub.quoted(world, self.rep, self.org, case))
        path = f"/v1/orgs/{self.org}/applications/{draft['id']}"
        seen = world.call(self.rep, "GET", f"{path}/borrower", expect=200).json
        world.call(self.rep, "POST", f"{path}:confirm", seen, expect=202,
                   Idempotency_Key=f"confirm-{draft['id']}")
        self.waiting[draft["id"]] = address

    def mails(self):
        found, cursor = [], ""
        while True:
            page = self.world.call(self.rep, "GET", f"/v1/orgs/{self.org}/mails?limit=200{cursor}", expect=200).json
            found += page["data"]
            if not page["has_more"]:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    def test_every_decision_is_told_once_or_twice(self):
        points = crash_points()
        self.assertEqual(points, ["after_mail", "before_mail"])
        kills = [f"{point}:{self.chance.randint(1, 2)}" for point in points]
        kills += [None] * max(KILLS - len(kills), 2)
        self.chance.shuffle(kills)
        world = self.world
        world.command("user", "create", "--email", "operator@lendport.example", "--name", "Operator")
        operator = world.command("token", "create", "--email", "operator@lendport.example", "--environment", "sandbox")
        self.org = world.command("org", "create", "--name", "Sunny Roofs", "--sales-mode")
        admin = world.key_of(self.org, "org_admin", "admin@sunny-roofs.example")
        self.rep = world.key_of(self.org, "rep", "rep@sunny-roofs.example")
        self.waiting, number = {}, 0
        self.assertTrue(world.start_hub(), world.hub and world.hub.said())
        hub.connected(world, operator, admin, self.org)
        # The rep is told by list alone: the relay's book holds the applicants' mails.
        by_list = {"decision": {"mail": False, "list": True}}
        world.call(self.rep, "PUT", f"/v1/orgs/{self.org}/me/notices", by_list, expect=200, If_Match='"v0"')
        for point in kills:
            for _ in range(NEW_EACH_ROUND):
                number += 1
                self.decide(number)
            if point is None:
                time.sleep(self.chance.uniform(0, 2))
                world.hub.kill()
            else:
                # A hub that dies at the point; mails are still on their way, or come by the next decision.
                world.hub.kill()
                self.assertTrue(world.start_hub({"LENDPORT_CRASH_AT": point}), world.hub.said())
                self.die_with_new_mails(number)
                number += 10
            self.assertEqual(world.hub.process.returncode, -9, world.hub.said())
            self.assertTrue(world.start_hub(), world.hub.said())
            print(f"killed at {point or 'a random time'}; {len(self.waiting)} decisions", flush=True)
        hub.wait_for("mails", SENT_SECONDS, lambda: self.all_settled())
        self.check_book()
        doctor = subprocess.run([world.build / "lendport", "doctor", "--config", world.folder / "hub.toml"],
                                text=True, stdout=subprocess.PIPE, timeout=hub.START_SECONDS, check=False)
        self.assertRegex(doctor.stdout, "well +mail relay")
        self.assertEqual(world.hub.stop(), 0, world.hub.said())

    def die_with_new_mails(self, number):
        """Decides until the hub dies: a point is passed with a later mail, if no earlier one is left."""
        for more in range(1, 11):
            try:
                self.decide(number + more)
                hub.wait_for("the point", 3, self.world.hub.ended)
                return
            except TimeoutError:
                continue
            except (OSError, hub.http.client.HTTPException):
                break
        hub.wait_for("the crash point", REACHED_SECONDS, self.world.hub.ended)

    def all_settled(self):
        mails = self.mails()
        return ({mail["application_id"] for mail in mails} >= set(self.waiting)
                and all(mail["state"] not in ("queued", "sending") for mail in mails))

    def check_book(self):
        """The relay's own book against what the hub says."""
        arrived = collections.defaultdict(list)
        for line in map(json.loads, (self.folder / "book").read_text().splitlines()):
            arrived[line["id"]].append(line)
        mails = {f"<{mail['id']}@hub.example>": mail for mail in self.mails()}
        self.assertEqual(set(arrived) - set(mails), set())
        for name, mail in mails.items():
            lines = arrived[name]
            self.assertIn(mail["state"], ("sent", "unknown"), mail)
            if mail["state"] == "sent":
                self.assertGreaterEqual(len(lines), 1, f"lost: {mail}")
            self.assertLessEqual(len(lines), 2, f"more than one repetition: {mail}")
            self.assertLessEqual(len({line["sha256"] for line in lines}), 1, "a repetition is another mail")
            if mail["application_id"] in self.waiting:
                self.assertEqual({line["to"] for line in lines} - {self.waiting[mail["application_id"]]}, set())
        told = [mail["application_id"] for mail in mails.values()]
        self.assertEqual(len(told), len(set(told)), "two mails of one decision")
        print(f"mails={len(mails)} arrived={sum(map(len, arrived.values()))} "
              f"unknown={sum(mail['state'] == 'unknown' for mail in mails.values())}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    BUILD, DATABASE = sys.argv[1:]
    unittest.main(argv=sys.argv[:1], verbosity=2)
