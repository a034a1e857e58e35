#!/usr/bin/python3
"""The disk fails under an SQLite hub: fdatasync, pwrite and ftruncate fail by chance (libfiu), a thousand times, and
now and then the hub is killed meanwhile. No write is acknowledged without its row, what fails is told as 503 with a
problem document, and with the disk the hub recovers.

    tests/faults/sync_failures_test.py BUILD

LENDPORT_DISK_FAILURES sets how many commits must have failed, LENDPORT_SEED repeats a run's choices.
"""
import asyncio
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import books  # noqa: E402
import clients  # noqa: E402
import hub  # noqa: E402
import keep_alive  # noqa: E402

# Taken out of the environment: the hub refuses what is not a setting of its own.
FAILURES = int(os.environ.pop("LENDPORT_DISK_FAILURES", "1000"))
SEED = int(os.environ.pop("LENDPORT_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
WRITERS = 20
FAULTS = ("posix/io/sync/fdatasync", "posix/io/rw/pwrite", "posix/io/rw/pwrite/reduce", "posix/io/rw/ftruncate")
PROBABILITIES = (0.05, 0.2, 0.6)
BAD_SECONDS, GOOD_SECONDS, BACK_SECONDS = (0.5, 2), (0.1, 0.4), 3
ONE_KILL_OF = 3  # spells
RUN_SECONDS = 500


class DiskFailures(unittest.TestCase):
    def setUp(self):
        print(f"LENDPORT_SEED={SEED}", flush=True)
        self.chance = random.Random(SEED)
        clients.NOT_NOW_SECONDS = 0.05
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="lendport-")))
        self.relay = hub.relay(self.folder)
        self.addCleanup(self.relay.kill)
        self.world = clients.world(BUILD, "sqlite", self.relay)
        self.addCleanup(self.world.close)
        self.world.wrapper = ["fiu-run", "-x", "-f", str(self.folder / "fiu")]
        self.book, self.users, self.kills, self.refused = clients.Book(), set(), 0, 0
        self.failures_before = 0

    def control(self, command):
        done = subprocess.run(["fiu-ctrl", "-f", self.folder / "fiu", "-c", command,
                               str(self.world.hub.process.pid)], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=hub.START_SECONDS, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def failures(self):
        return self.failures_before + self.world.hub.said().count('"event":"commit_failed"')

    async def write(self, line):
        self.number += 1
        user = {"email": f"user-{self.number}@sunny-roofs.example", "name": "Ada", "role": "rep"}
        answer = await line.ask("POST", f"{self.site.org_path}/users", self.as_admin, user)
        self.assertIn(answer.status, (201, 503), answer)
        if answer.status == 503:
            self.assertEqual(answer.head["content-type"], "application/problem+json")
            self.refused += 1
        else:
            self.users.add(answer.json["id"])
        return answer.status == 201

    async def bad_spell(self, line):
        fault, often = self.chance.choice(FAULTS), self.chance.choice(PROBABILITIES)
        await asyncio.to_thread(self.control, f"enable_random name={fault},probability={often}")
        until = time.monotonic() + self.chance.uniform(*BAD_SECONDS)
        while time.monotonic() < until:
            await self.write(line)
            answer = await line.ask("GET", f"{self.site.org_path}/cases?limit=5", self.as_admin)
            self.assertEqual(answer.status, 200, answer)
            await asyncio.sleep(0.01)
        self.assertFalse(self.world.hub.ended(), self.world.hub.said())
        return fault

    async def die(self):
        """In the middle of it. What was acknowledged is there."""
        self.up.clear()
        self.world.hub.kill()
        self.kills += 1
        self.failures_before = self.failures()
        self.check_rows()
        self.assertTrue(await asyncio.to_thread(self.world.start_hub), self.world.hub.said())
        self.up.set()

    def check_rows(self):
        for table, told, there in books.told_and_there(self.site, self.world, self.book):
            self.assertEqual(told - there, set(), f"{table} were acknowledged and are not there")
        there = {row[0] for row in self.world.rows("SELECT id FROM users")}
        self.assertEqual(self.users - there, set(), "users were acknowledged and are not there")

    async def recover(self, line, fault):
        await asyncio.to_thread(self.control, f"disable name={fault}")
        began = time.monotonic()
        while not await self.write(line):
            self.assertLess(time.monotonic() - began, BACK_SECONDS, "writes are not taken")
            await asyncio.sleep(0.02)
        await asyncio.sleep(self.chance.uniform(*GOOD_SECONDS))

    async def run_all(self):
        self.site = clients.Site(self.world)
        self.as_admin = {"Authorization": f"Bearer {self.site.admin}"}
        self.up, self.number = asyncio.Event(), 0
        self.up.set()
        writers, stopping = clients.writers(self.site, self.book, self.up, WRITERS, SEED)
        deadline = time.monotonic() + RUN_SECONDS
        line = keep_alive.Line(self.site.hub_address)
        while self.failures() < FAILURES:
            self.assertLess(time.monotonic(), deadline, f"only {self.failures()} commits failed")
            fault = await self.bad_spell(line)
            if self.chance.randrange(ONE_KILL_OF) == 0:
                line.close()
                await self.die()
            else:
                await self.recover(line, fault)
        line.close()
        stopping.set()
        await asyncio.wait_for(asyncio.gather(*writers), 2 * clients.RETRY_PERIOD_SECONDS)

    def test_nothing_is_acknowledged_without_its_row(self):
        asyncio.run(self.run_all())
        failures = self.failures()
        stuck = books.settle(self.site, self.world, self.book, 2 * clients.RETRY_PERIOD_SECONDS)
        self.assertEqual(self.world.hub.stop(), 0, self.world.hub.said())
        self.check_rows()
        found = books.compare(self.site, self.world, self.book, self.folder / "book")
        found.stuck += [f"{one}: {why}" for one, why in stuck.items()]
        found.show()
        whole = self.world.rows("PRAGMA integrity_check")
        print(f"failed_commits={failures} kills={self.kills} acked={self.book.acknowledged + len(self.users)} "
              f"refused={self.refused + self.book.not_now} lost={len(found.lost)} "
              f"duplicated={len(found.duplicated)} stuck={len(found.stuck)}", flush=True)
        self.assertEqual(whole, [("ok",)])
        self.assertFalse(found.any())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    BUILD = sys.argv[1]
    unittest.main(argv=sys.argv[:1], verbosity=2)
