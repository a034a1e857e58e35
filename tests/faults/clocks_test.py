#!/usr/bin/python3
"""The clock of the hub's machine is set while it works (libfaketime): an hour and nearly a day ahead, and back. Nothing
reaches the lender twice, nothing acknowledged is lost, nothing waits for as long as the clock was set, the hub does not
spin.

    tests/faults/clocks_test.py BUILD sqlite|postgres

LENDPORT_SEED repeats a run's choices.
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

# Taken out of the environment: the hub refuses what is not a setting of its own.
SEED = int(os.environ.pop("LENDPORT_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
WRITERS = 10
HOUR, FAR = 3600, 11 * 3600
# How far ahead of the real clock it is set, one after the other. Less than a day between any two: what seems older than
# a day is asked about a quarter of an hour later, and nobody waits for that here.
AHEAD = (HOUR, 0, FAR, -FAR, FAR, 0, HOUR, FAR, -FAR)
PATIENT = {"applications.routing_minutes": 24 * 60}  # else a jump ahead uses the patience up: failed, and said so
WORK_SECONDS = (1.5, 4)
IDLE_SECONDS, BUSY_MAX = 5, 0.8
LOOP = [sys.executable, "-c", "while True: pass"]


class Clocks(unittest.TestCase):
    def setUp(self):
        print(f"LENDPORT_SEED={SEED}", flush=True)
        self.chance = random.Random(SEED)
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="lendport-")))
        self.relay = hub.relay(self.folder)
        self.addCleanup(self.relay.kill)
        self.world = clients.world(BUILD, DATABASE, self.relay, **PATIENT)
        self.addCleanup(self.world.close)
        self.set_clock(0)
        library = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        self.world.wrapper = ["env", f"LD_PRELOAD={self.world.build}/tests/faults/libreal_timers.so {library}", f"FAKETIME_TIMESTAMP_FILE={self.folder}/clock",
                              "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"]
        self.book = clients.Book()

    def set_clock(self, ahead):
        new = self.folder / "clock.new"
        new.write_text(f"{ahead:+d}\n")
        new.rename(self.folder / "clock")

    async def run_all(self):
        self.site = clients.Site(self.world)
        self.site.funds = False  # a webhook's signature holds for five minutes
        up = asyncio.Event()
        up.set()
        writers, stopping = clients.writers(self.site, self.book, up, WRITERS, SEED)
        clients.bad_day(self.world, self.chance)
        await asyncio.sleep(WORK_SECONDS[1])
        for number, ahead in enumerate(AHEAD, 1):
            if number == len(AHEAD):
                clients.good_day(self.world)
            self.set_clock(ahead)
            await asyncio.sleep(self.chance.uniform(*WORK_SECONDS))
            self.assertFalse(self.world.hub.ended(), self.world.hub.said())
            print(f"{ahead:+d} s: {self.book.acknowledged} acknowledged", flush=True)
        stopping.set()
        await asyncio.wait_for(asyncio.gather(*writers), 2 * clients.RETRY_PERIOD_SECONDS)

    def busy(self):
        """The processor time that the hub takes when nobody asks it for anything, over that of a program that spins."""
        def used(process):
            words = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
        before = used(self.world.hub.process)
        loop = subprocess.Popen(LOOP)
        try:
            time.sleep(IDLE_SECONDS)
            return (used(self.world.hub.process) - before) / max(used(loop), 0.01)
        finally:
            loop.kill()
            loop.wait()

    def test_a_clock_that_is_set_harms_nothing(self):
        asyncio.run(self.run_all())
        stuck = books.settle(self.site, self.world, self.book, 2 * clients.RETRY_PERIOD_SECONDS)
        busy = self.busy()
        self.assertEqual(self.world.hub.stop(), 0, self.world.hub.said())
        found = books.compare(self.site, self.world, self.book, self.folder / "book")
        found.stuck += [f"{one}: {why}" for one, why in stuck.items()]
        found.show()
        print(f"jumps={len(AHEAD)} acked={self.book.acknowledged} confirmed={len(self.book.confirmed)} "
              f"busy={busy:.2f} lost={len(found.lost)} duplicated={len(found.duplicated)} stuck={len(found.stuck)}",
              flush=True)
        self.assertFalse(found.any())
        self.assertLess(busy, BUSY_MAX)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    BUILD, DATABASE = sys.argv[1:]
    unittest.main(argv=sys.argv[:1], verbosity=2)
