#!/usr/bin/python3
"""PostgreSQL goes away under load in the middle of what it does (`stop -m immediate`), again and again. Meanwhile requests are
told so soon; soon after it is back the hub works; nothing acknowledged is lost, nothing reaches the lender twice.

    tests/faults/outages_test.py BUILD [WRITERS]

LENDPORT_OUTAGES sets how often, LENDPORT_SEED repeats a run. LENDPORT_TEST_OUTAGE_SECONDS sets what is soon: 2 judges the
figure, on a machine that does nothing else; without it only what hangs is late.
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
OUTAGES = int(os.environ.pop("LENDPORT_OUTAGES", "20"))
SEED = int(os.environ.pop("LENDPORT_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
SOON_SECONDS = float(os.environ.pop("LENDPORT_TEST_OUTAGE_SECONDS", "10"))
WORK_SECONDS = (0.3, 1.2)
# The long ones are past every pause between two attempts to connect.
AWAY_SECONDS = (0.1, 0.5, 1.0, 3.0)


def postgres(*arguments):
    done = subprocess.run([hub.ROOT / "scripts/postgres", *arguments], check=True, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, timeout=hub.START_SECONDS)
    return done.stdout


class Outages(unittest.TestCase):
    def setUp(self):
        print(f"LENDPORT_SEED={SEED}", flush=True)
        self.chance = random.Random(SEED)
        self.server = postgres("start").strip()
        self.addCleanup(postgres, "stop", self.server)
        os.environ["LENDPORT_TEST_POSTGRES"] = f"postgresql:///lendport_test?host={self.server}&user=postgres"
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="lendport-")))
        self.relay = hub.relay(self.folder)
        self.addCleanup(self.relay.kill)
        self.world = clients.world(BUILD, "postgres", self.relay)
        self.addCleanup(self.world.close)
        self.book, self.told, self.back = clients.Book(), [], []

    async def ask_until(self, wanted, seconds):
        """Asks for a write until the answer has this status; when it came. Each answer comes in time."""
        line, began = keep_alive.Line(self.site.hub_address, SOON_SECONDS), time.monotonic()
        headers = {"Authorization": f"Bearer {self.site.admin}"}
        while True:
            asked = time.monotonic()
            self.users += 1
            user = {"email": f"user-{self.users}@sunny-roofs.example", "name": "Ada", "role": "rep"}
            answer = await line.ask("POST", f"{self.site.org_path}/users", headers, user)
            self.assertIn(answer.status, (201, 503), answer)
            if answer.status == 503:
                self.assertEqual(answer.head["content-type"], "application/problem+json")
                self.told.append(time.monotonic() - asked)
            if answer.status == wanted:
                line.close()
                return time.monotonic() - began
            self.assertLess(time.monotonic() - began, seconds, f"no {wanted}, but {answer}")
            await asyncio.sleep(0.02)

    async def one_outage(self, away):
        await asyncio.sleep(self.chance.uniform(*WORK_SECONDS))
        await asyncio.to_thread(postgres, "crash", self.server)
        await self.ask_until(503, SOON_SECONDS)
        await asyncio.sleep(away)
        await asyncio.to_thread(postgres, "up", self.server)
        self.back.append(await self.ask_until(201, SOON_SECONDS))

    async def run_all(self):
        self.site = clients.Site(self.world)
        clients.slow_day(self.world, self.chance)
        self.users = 0
        up = asyncio.Event()
        up.set()
        writers, stopping = clients.writers(self.site, self.book, up, WRITERS, SEED)
        for number in range(OUTAGES):
            await self.one_outage(AWAY_SECONDS[number % len(AWAY_SECONDS)])
            self.assertFalse(self.world.hub.ended(), self.world.hub.said())
        stopping.set()
        await asyncio.wait_for(asyncio.gather(*writers), 2 * clients.RETRY_PERIOD_SECONDS)

    def test_an_outage_is_told_and_survived(self):
        asyncio.run(self.run_all())
        stuck = books.settle(self.site, self.world, self.book, 2 * clients.RETRY_PERIOD_SECONDS)
        self.assertEqual(self.world.hub.stop(), 0, self.world.hub.said())
        found = books.compare(self.site, self.world, self.book, self.folder / "book")
        found.stuck += [f"{one}: {why}" for one, why in stuck.items()]
        found.show()
        slowest = max(*self.told, self.book.slowest_not_now)
        print(f"outages={OUTAGES} acked={self.book.acknowledged} not_now={self.book.not_now} "
              f"told_ms={1000 * slowest:.0f} back_ms={1000 * max(self.back):.0f} lost={len(found.lost)} "
              f"duplicated={len(found.duplicated)} stuck={len(found.stuck)}", flush=True)
        self.assertFalse(found.any())
        self.assertLess(slowest, SOON_SECONDS)
        self.assertGreater(self.book.acknowledged, OUTAGES * WRITERS / 5)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    BUILD, WRITERS = sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 50
    unittest.main(argv=sys.argv[:1], verbosity=2)
