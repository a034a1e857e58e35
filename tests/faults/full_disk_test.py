#!/usr/bin/python3
"""An SQLite hub on a disk of 8 MiB that fills up under load, again and again. Reads go on, writes are refused with
503 or 507 and a problem document, the hub works again as soon as there is space, and nothing acknowledged is lost.

    tests/faults/full_disk_test.py BUILD

The disk is a tmpfs in a mount namespace of its own (unshare), which ends with the test. LENDPORT_FILLS sets how
often, LENDPORT_SEED repeats a run.
"""
import asyncio
import contextlib
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

IN_NAMESPACE = "LENDPORT_IN_NAMESPACE"
if __name__ == "__main__" and not os.environ.pop(IN_NAMESPACE, None):
    # Once more, where mounting is nobody else's business; with the rights of root in it, if it has none.
    how = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    os.environ[IN_NAMESPACE] = "1"
    os.execvp(how[0], [*how, sys.executable, "-B", *sys.argv])

# Taken out of the environment: the hub refuses what is not a setting of its own.
FILLS = int(os.environ.pop("LENDPORT_FILLS", "20"))
SEED = int(os.environ.pop("LENDPORT_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
DISK_BYTES = 8 << 20
CHUNK_BYTES = 4096
# What an application leaves behind (quote, sealed calls, events) takes some 60 KB.
WRITERS, APPLICATIONS_MAX = 10, 60
WORK_SECONDS, FULL_SECONDS = (0.1, 0.4), (0.2, 0.8)
REFUSED_SECONDS, BACK_SECONDS = 5, 2


class FullDisk(unittest.TestCase):
    def setUp(self):
        print(f"LENDPORT_SEED={SEED}", flush=True)
        self.chance = random.Random(SEED)
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="lendport-")))
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=0700", "tmpfs", self.disk],
                                 stderr=subprocess.PIPE, text=True, check=False)
        if mounted.returncode != 0:
            self.fail(f"NO DISK TO FILL: this machine lets nobody mount a tmpfs: {mounted.stderr}")
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk], check=True)
        self.relay = hub.relay(self.folder)
        self.addCleanup(self.relay.kill)
        self.world = clients.world(BUILD, "sqlite", self.relay, database_folder=self.disk)
        self.addCleanup(self.world.close)
        self.book, self.users, self.refusals, self.reads = clients.Book(APPLICATIONS_MAX), 0, 0, 0

    def fill(self):
        """Takes what is left, to the last page."""
        with open(self.disk / "ballast", "ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(CHUNK_BYTES))

    async def write(self, line):
        self.users += 1
        user = {"email": f"user-{self.users}@sunny-roofs.example", "name": "Ada", "role": "rep"}
        answer = await line.ask("POST", f"{self.site.org_path}/users", self.as_admin, user)
        self.assertIn(answer.status, (201, 503, 507), answer)
        if answer.status != 201:
            self.assertEqual(answer.head["content-type"], "application/problem+json")
            self.refusals += 1
        return answer.status

    async def until(self, line, wanted, seconds):
        began = time.monotonic()
        while (await self.write(line) == 201) != wanted:
            self.assertLess(time.monotonic() - began, seconds, f"writes are not {'taken' if wanted else 'refused'}")
            await asyncio.sleep(0.02)
        return time.monotonic() - began

    async def look(self, line):
        for path in ("applications", "cases"):
            answer = await line.ask("GET", f"{self.site.org_path}/{path}", self.as_admin)
            self.assertEqual(answer.status, 200, answer)
            self.reads += 1

    async def one_fill(self, line):
        await asyncio.sleep(self.chance.uniform(*WORK_SECONDS))
        self.fill()
        # What is freed inside the database may take a few more.
        until = time.monotonic() + self.chance.uniform(*FULL_SECONDS)
        await self.until(line, False, REFUSED_SECONDS)
        while time.monotonic() < until:
            self.fill()
            await self.look(line)
            await self.write(line)
        (self.disk / "ballast").unlink()
        return await self.until(line, True, BACK_SECONDS)

    async def run_all(self):
        self.site = clients.Site(self.world)
        self.as_admin = {"Authorization": f"Bearer {self.site.admin}"}
        up = asyncio.Event()
        up.set()
        writers, stopping = clients.writers(self.site, self.book, up, WRITERS, SEED)
        line, back = keep_alive.Line(self.site.hub_address), []
        for _ in range(FILLS):
            back.append(await self.one_fill(line))
            self.assertFalse(self.world.hub.ended(), self.world.hub.said())
        line.close()
        stopping.set()
        await asyncio.wait_for(asyncio.gather(*writers), 2 * clients.RETRY_PERIOD_SECONDS)
        return max(back)

    def test_a_full_disk_is_told_and_survived(self):
        back = asyncio.run(self.run_all())
        stuck = books.settle(self.site, self.world, self.book, 2 * clients.RETRY_PERIOD_SECONDS)
        self.world.hub.kill()
        self.assertTrue(self.world.start_hub(), self.world.hub.said())
        self.assertEqual(self.world.hub.stop(), 0, self.world.hub.said())
        found = books.compare(self.site, self.world, self.book, self.folder / "book")
        found.stuck += [f"{one}: {why}" for one, why in stuck.items()]
        found.show()
        used = {file.name: file.stat().st_size for file in self.disk.iterdir()}
        print(f"fills={FILLS} acked={self.book.acknowledged} refused={self.refusals + self.book.not_now} "
              f"reads={self.reads} back_ms={1000 * back:.0f} lost={len(found.lost)} "
              f"duplicated={len(found.duplicated)} stuck={len(found.stuck)} used={used}", flush=True)
        self.assertFalse(found.any())
        self.assertGreaterEqual(self.refusals, FILLS)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    BUILD = sys.argv[1]
    unittest.main(argv=sys.argv[:1], verbosity=2)
