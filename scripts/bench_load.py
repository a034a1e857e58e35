"""Load over HTTP: wrk for answers that can be repeated, a client of our own for requests that cannot.
Used by scripts/bench."""
import re
import selectors
import socket
import subprocess
import time

CONNECTIONS = 64
ANSWER_SECONDS = 30
READ_BYTES = 65536
LENGTH = re.compile(rb"\r\nContent-Length: *(\d+)\r\n", re.IGNORECASE)

# One prepared request per line block; each time one of them at random. Both servers get the same.
WRK_SCRIPT = """local requests = {}
init = function(arguments)
  for _, key in ipairs({%s}) do
    local headers = {["Authorization"] = "Bearer " .. key%s}
    requests[#requests + 1] = wrk.format("GET", nil, headers)
  end
end
request = function() return requests[math.random(#requests)] end
"""


class LoadFailed(Exception):
    """What kept the load from being what it should have been."""


def write_wrk_script(file, keys, if_none_match=None):
    quoted = ", ".join(f'"{key}"' for key in keys)
    condition = f", [\"If-None-Match\"] = '{if_none_match}'" if if_none_match else ""
    file.write_text(WRK_SCRIPT % (quoted, condition))
    return file


def wrk(url, script, seconds):
    """Requests per second; every answer was 2xx or 304 and every connection held."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), url]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=seconds + 30)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if done.returncode != 0 or not rate or "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise LoadFailed(f"wrk {url}:\n{done.stdout}")
    return float(rate.group(1))


class Connection:
    def __init__(self, address):
        self.socket = socket.create_connection(address, timeout=ANSWER_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer, self.number = b"", None

    def ask(self, number, request):
        self.number, self.buffer = number, b""
        self.socket.sendall(request)

    def answer(self):
        """(status, body) when all of it is there."""
        read = self.socket.recv(READ_BYTES)
        if not read:
            raise LoadFailed(f"the hub closed a connection at request {self.number}")
        self.buffer += read
        end = self.buffer.find(b"\r\n\r\n")
        length = LENGTH.search(self.buffer, 0, end + 2) if end >= 0 else None
        if end < 0 or (length and len(self.buffer) < end + 4 + int(length.group(1))):
            return None
        return int(self.buffer[9:12]), self.buffer[end + 4:]


def send_all(address, requests, expect, connections=CONNECTIONS):
    """Sends the requests over so many connections, each one at a time; (seconds, bodies in order).
    `expect` is the status each must answer."""
    bodies = [b""] * len(requests)
    waiting = iter(enumerate(requests))
    selector = selectors.DefaultSelector()
    pool = [Connection(address) for _ in range(min(connections, len(requests)))]
    try:
        for connection in pool:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        began = time.monotonic()
        for connection in pool:
            connection.ask(*next(waiting))
        left = len(requests)
        while left:
            ready = selector.select(ANSWER_SECONDS)
            if not ready:
                raise LoadFailed(f"no answer for {ANSWER_SECONDS} s, {left} left")
            for key, _ in ready:
                connection = key.data
                answered = connection.answer()
                if answered is None:
                    continue
                status, body = answered
                if status != expect:
                    raise LoadFailed(f"{requests[connection.number].split(b' HTTP')[0].decode()} answered {status}: "
                                     f"{body.decode(errors='replace')}")
                bodies[connection.number] = body
                left -= 1
                following = next(waiting, None)
                if following is not None:
                    connection.ask(*following)
        return time.monotonic() - began, bodies
    finally:
        selector.close()
        for connection in pool:
            connection.socket.close()


def request_bytes(method, address, path, key, body=None, idempotency=None):
    """One HTTP/1.1 request, as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {address[0]}:{address[1]}", f"Authorization: Bearer {key}"]
    if idempotency:
        lines.append(f"Idempotency-Key: {idempotency}")
    content = body or b""
    if body is not None:
        lines.append("Content-Type: application/json")
    if method != "GET":
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join([*lines, "", ""]).encode() + content
