"""Listeners on one hub: what each costs in memory, and how long an event takes until all have it.
Used by scripts/bench."""
import json
import selectors
import socket
import time

import bench_load

LISTENERS = 1000
ROUNDS = 20
ROUNDS_WARM = 3
EVENTS = ROUNDS_WARM + ROUNDS
PAUSE_SECONDS = 0.7  # between events: a listener rests meanwhile
ANSWER_SECONDS = 30
SETTLE_SECONDS = 3
READ_BYTES = 65536


class Listeners:
    """So many connections that read one org's stream of events."""

    def __init__(self, site, count):
        self.selector = selectors.DefaultSelector()
        self.sockets, self.buffers = [], {}
        path = f"/v1/orgs/{site.orgs[0]}/events:stream"
        keys = site.keys["reps"]
        for number in range(count):
            made = socket.create_connection(site.address, timeout=ANSWER_SECONDS)
            made.sendall(bench_load.request_bytes("GET", site.address, path, keys[number % len(keys)]))
            self.sockets.append(made)
            self.buffers[made] = b""
            self.selector.register(made, selectors.EVENT_READ)
        self.wait_for_all(b"\nid: ")

    def wait_for_all(self, words):
        """Until each has read `words` since the last time; when that was."""
        left, until = set(self.sockets), time.monotonic() + ANSWER_SECONDS
        while left:
            ready = self.selector.select(max(0.0, until - time.monotonic()))
            if not ready:
                raise bench_load.LoadFailed(f"{len(left)} listeners did not hear of it in {ANSWER_SECONDS} s")
            for key, _ in ready:
                read = key.fileobj.recv(READ_BYTES)
                if not read:
                    raise bench_load.LoadFailed(f"a stream ended: {self.buffers[key.fileobj][:300].decode()}")
                self.buffers[key.fileobj] += read
                if words in self.buffers[key.fileobj]:
                    left.discard(key.fileobj)
        ended = time.monotonic()
        for one in self.sockets:
            self.buffers[one] = b""
        return ended

    def close(self):
        self.selector.close()
        for one in self.sockets:
            one.close()


def hear(site, listeners, request):
    """Seconds from the request that causes an event until the last listener has it."""
    began = time.monotonic()
    _, bodies = bench_load.send_all(site.address, [request], 201)
    return listeners.wait_for_all(json.loads(bodies[0])["id"].encode()) - began


def measure(site, requests):
    """(KiB of one listener, seconds of each round). Each of the EVENTS requests makes an application."""
    warm = Listeners(site, 50)
    for request in requests[:ROUNDS_WARM]:
        hear(site, warm, request)
    warm.close()
    time.sleep(SETTLE_SECONDS)
    before = site.resident_mib()
    listeners = Listeners(site, LISTENERS)
    rounds = []
    for request in requests[ROUNDS_WARM:]:
        time.sleep(PAUSE_SECONDS)
        rounds.append(hear(site, listeners, request))
    kib = (site.resident_mib() - before) * 1024 / LISTENERS
    listeners.close()
    return kib, rounds
