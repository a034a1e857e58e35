#!/usr/bin/python3
"""Kills a hub (SIGKILL) under fifty writers, again and again, and shows that nothing acknowledged is lost, nothing
reaches the lender twice and nothing is stuck.

    tests/faults/kills.py [--db sqlite|postgres] [--kills N] [--each N] [--writers N] [--seed N] [--build DIR]
                          [--plant lost|duplicated|stuck] [--ready-ms N] [--acked-per-kill N]

The hub dies at every crash point that host/ names (as often as --each says) and else at random times; the lender has
a bad day, the relay too. At the end three books are compared: what clients were told, what the hub holds, what the
lender and the relay received. The last line is

    kills=N acked=N sent=N lost=0 duplicated=0 stuck=0

acked: writes that clients were told are done; sent: applications that the lender has; stuck: applications, documents
or mails that are on their way longer than two retry periods after the last restart. Exit code 1 when something is
found, also something planted (--plant puts one such fault into the database or at the lender); 2 when the run itself
is not good enough: a point hit too seldom, fewer than 20 writes per kill, a restart slower than a second (or as
--acked-per-kill and --ready-ms say; time in which others had the CPUs is not counted), a plant that was not found.

LENDPORT_KILLS, LENDPORT_KILLS_EACH and LENDPORT_SEED set the defaults of --kills (60; 200 with LENDPORT_TEST_LONG),
--each and --seed.
"""
import argparse
import asyncio
import collections
import contextlib
import os
import pathlib
import random
import re
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import books  # noqa: E402
import clients  # noqa: E402
import hub  # noqa: E402
import keep_alive  # noqa: E402

KILLS, KILLS_OF_A_LONG_RUN = 60, 200
# Each named point is hit at least ten times in 200 kills, and in the same measure in fewer; never more.
EACH_MAX, KILLS_FOR_ONE = 10, 20
ACKED_PER_KILL = 20
READY_MS = 1000
# A point that is not reached by then is given up, and tried once more at the end: longer than a lease of the hub
# that was killed before.
REACHED_SECONDS = 8
RANDOM_SECONDS_MAX = (0.2, 1.2)
# The lender forgets its faults and its log of requests, and gets new ones, after so many kills.
NEW_DAY_KILLS = 40
# How often a point is passed before the hub dies there, at most. Every commit passes the first two, those of the
# start included; mails and webhooks come at the end of a story that many kills have cut short.
PASSES = {"before_commit": (3, 120), "after_commit": (3, 120), "before_mail": (1, 2), "after_mail": (1, 2),
          "after_webhook_stored": (1, 2), "before_webhook_settled": (1, 2)}
PASSES_ELSE = (1, 5)


def crash_points():
    """The names in host/'s calls of crash_point("…")."""
    names = set()
    for file in sorted((hub.ROOT / "host").rglob("*.cpp")):
        names.update(re.findall(r'\bcrash_point\("(\w+)"\)', file.read_text()))
    if unknown := PASSES.keys() - names:
        raise RuntimeError(f"there are no such crash points: {sorted(unknown)}")
    return sorted(names)


def plan(chance, kills, each):
    """One entry a kill: a crash point, or None for a random time."""
    points = [point for point in crash_points() for _ in range(each)]
    planned = points + [None] * max(kills - len(points), kills // 4, 1)
    chance.shuffle(planned)
    return planned


def waited_for_a_cpu_ms(process):
    """How long the thread of a process that had to wait most waited for a CPU that others used."""
    waits = [0]
    for stat in pathlib.Path(f"/proc/{process.pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError):  # the thread has ended
            waits.append(int(stat.read_text().split()[1]) / 1e6)
    return max(waits)


class Driver:
    def __init__(self, options, world, relay_folder):
        self.options, self.world = options, world
        self.relay_book = relay_folder / "book"
        self.chance = random.Random(options.seed)
        self.book, self.hits = clients.Book(), collections.Counter()
        self.ready_ms, self.by_the_clock_ms = [], []
        self.killed = self.missed = 0

    async def start(self, point=None):
        """Whether the hub was ready before it ended."""
        began = time.monotonic()
        self.world.hub = self.world.another_hub({"LENDPORT_CRASH_AT": point} if point else None)
        self.world.hub.address = self.site.hub_address
        line = keep_alive.Line(self.site.hub_address, 1)
        while not self.world.hub.ended():
            if time.monotonic() - began > hub.START_SECONDS:
                raise RuntimeError(f"the hub is not ready: {self.world.hub.said()}")
            try:
                if (await line.ask("GET", "/readyz")).status == 200:
                    passed = (time.monotonic() - began) * 1000
                    self.ready_ms.append(passed - waited_for_a_cpu_ms(self.world.hub.process))
                    self.by_the_clock_ms.append(passed)
                    line.close()
                    self.up.set()
                    return True
            except (OSError, EOFError):
                pass
            await asyncio.sleep(0.005)
        return False

    async def one_kill(self, point, least_seconds=0):
        passes = self.chance.randint(*PASSES.get(point, PASSES_ELSE))
        ready = await self.start(f"{point}:{passes}" if point else None)
        if point is None:
            if not ready:
                raise RuntimeError(f"the hub ended by itself: {self.world.hub.said()}")
            await asyncio.sleep(least_seconds + self.chance.uniform(0, self.chance.choice(RANDOM_SECONDS_MAX)))
        else:
            deadline = time.monotonic() + REACHED_SECONDS
            while not self.world.hub.ended() and time.monotonic() < deadline:
                await asyncio.sleep(0.002)
        reached = self.world.hub.ended()
        self.up.clear()
        self.world.hub.kill()
        self.killed += 1
        if self.world.hub.process.returncode != -9:
            raise RuntimeError(f"the hub ended by itself at {point}: {self.world.hub.said()}")
        if point:
            self.hits[point] += reached
            self.missed += not reached
        return reached or not point

    async def run(self):
        self.up = asyncio.Event()
        self.site = clients.Site(self.world)
        self.world.hub.kill()
        writers, stopping = clients.writers(self.site, self.book, self.up, self.options.writers, self.options.seed)
        kills = plan(self.chance, self.options.kills, self.options.each)
        began = time.monotonic()
        # One that was not reached is tried again.
        while (number := self.killed) < len(kills):
            point = kills[number]
            if number % NEW_DAY_KILLS == 0:
                clients.good_day(self.world)
                clients.bad_day(self.world, self.chance)
            if not await self.one_kill(point) and len(kills) < 2 * self.options.kills:
                kills.append(point)
            for writer in writers:
                if writer.done():
                    writer.result()
            if (number + 1) % 20 == 0:
                print(f"{number + 1} kills: {self.book.acknowledged} acknowledged, "
                      f"{len(self.book.confirmed)} confirmed", flush=True)
        self.seconds = time.monotonic() - began
        planted = await self.plant()
        # The bad day is over: what is open now must come to its end.
        clients.good_day(self.world)
        if not await self.start():
            raise RuntimeError(self.world.hub.said())
        last = time.monotonic()
        stopping.set()
        await asyncio.wait_for(asyncio.gather(*writers), 2 * clients.RETRY_PERIOD_SECONDS)
        return self.killed, planted, 2 * clients.RETRY_PERIOD_SECONDS - (time.monotonic() - last)

    async def plant(self):
        """Puts the fault there while the hub is down; None without --plant."""
        if not self.options.plant:
            return None
        # What is put there must arrive; and a slow build gets time to do something worth it.
        clients.good_day(self.world)
        for seconds in range(20):
            planted = books.PLANTS[self.options.plant](self.site, self.world, self.book)
            if planted:
                print(f"planted: {planted}", flush=True)
                return planted
            await self.one_kill(None, seconds)
        raise RuntimeError("there was nothing to plant the fault in")

    def judge(self, kills, found):
        """The lines at the end, and what the run itself lacks."""
        per_kill = self.book.acknowledged / kills
        lacking = [f"{point} was hit {self.hits[point]} times, not {self.options.each}"
                   for point in crash_points() if self.hits[point] < self.options.each]
        if per_kill < self.options.acked_per_kill:
            lacking.append(f"only {per_kill:.1f} acknowledged writes per kill")
        if max(self.ready_ms) > self.options.ready_ms:
            lacking.append(f"a restart took {max(self.ready_ms):.0f} ms")
        found.show()
        for line in lacking:
            print(f"lacking: {line}")
        print(f"seconds_per_kill={self.seconds / kills:.1f} missed={self.missed}")
        print(f"restart_ms worst={max(self.ready_ms):.0f} median={statistics.median(self.ready_ms):.0f} "
              f"worst_by_the_clock={max(self.by_the_clock_ms):.0f} "
              f"acked_per_kill={per_kill:.1f} asked={self.book.asked} not_now={self.book.not_now} "
              f"hits={dict(sorted(self.hits.items()))}")
        print(f"kills={kills} acked={self.book.acknowledged} sent={self.sent} lost={len(found.lost)} "
              f"duplicated={len(found.duplicated)} stuck={len(found.stuck)}", flush=True)
        return lacking


def drive(options, folder):
    relay = hub.relay(folder)
    world = None
    try:
        world = clients.world(options.build, options.db, relay)
        driver = Driver(options, world, folder)
        kills, planted, seconds = asyncio.run(driver.run())
        stuck = books.settle(driver.site, world, driver.book, seconds)
        if world.hub.stop() != 0:
            raise RuntimeError(world.hub.said())
        driver.sent = len({line["externalReference"] for line in world.book()})
        found = books.compare(driver.site, world, driver.book, driver.relay_book)
        found.stuck += [f"{one}: {why}" for one, why in stuck.items()]
        lacking = driver.judge(kills, found)
        if planted and not getattr(found, options.plant):
            print(f"planted and not found: {planted}")
            return 2
        return 1 if found.any() else 2 if lacking else 0
    finally:
        if world:
            world.close()
        relay.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    # Taken out of the environment: the hub refuses what is not a setting of its own.
    number = {name: int(os.environ.pop(f"LENDPORT_{name}", "0")) for name in ("KILLS", "KILLS_EACH", "SEED")}
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    usual = KILLS_OF_A_LONG_RUN if os.environ.get("LENDPORT_TEST_LONG") else KILLS
    parser.add_argument("--kills", type=int, default=number["KILLS"] or usual)
    parser.add_argument("--each", type=int)
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--seed", type=int, default=number["SEED"] or random.SystemRandom().randrange(1, 1 << 32))
    parser.add_argument("--build", default=str(hub.ROOT / "build/dev"))
    parser.add_argument("--plant", choices=sorted(books.PLANTS))
    parser.add_argument("--ready-ms", type=int, default=READY_MS)
    parser.add_argument("--acked-per-kill", type=int, default=ACKED_PER_KILL)
    options = parser.parse_args()
    if options.each is None:
        options.each = number["KILLS_EACH"] or min(EACH_MAX, options.kills // KILLS_FOR_ONE)
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="lendport-") as folder:
        sys.exit(drive(options, pathlib.Path(folder)))


if __name__ == "__main__":
    main()
