"""How the demo calls the hub and the lender, and what it does when something else comes than should."""
import json
import time
import urllib.error
import urllib.request

from demo_screen import screen

ANSWER_SECONDS = 30


class Unexpected(Exception):
    """What came instead of what should have, in words."""


class Answer:
    def __init__(self, status, headers, text):
        self.status, self.headers, self.text = status, headers, text

    @property
    def json(self):
        return json.loads(self.text)


class Caller:
    """One API key. Every request it makes is shown, unless `quiet`."""

    def __init__(self, url, key):
        self.url, self.key = url, key

    def call(self, method, path, body=None, expect=(200, 201, 202, 204), match=None, idempotency=None, quiet=False):
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if match:
            headers["If-Match"] = match
        if idempotency:
            headers["Idempotency-Key"] = idempotency
        began = time.monotonic()
        answer = send(method, self.url + path, headers, body)
        if not quiet:
            screen.request(method, path, answer.status, (time.monotonic() - began) * 1000)
        if answer.status not in expect:
            raise Unexpected(f"{method} {path} answered {answer.status}, not {' or '.join(map(str, expect))}:\n{answer.text}")
        return answer

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, body, **more)


def send(method, url, headers, body):
    data = json.dumps(body).encode() if body is not None else (b"" if method != "GET" else None)
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            return Answer(answer.status, answer.headers, answer.read().decode())
    except urllib.error.HTTPError as answer:
        return Answer(answer.code, answer.headers, answer.read().decode())
    except (urllib.error.URLError, OSError) as error:
        raise Unexpected(f"{method} {url}: {error}") from None


def wait_for(what, seconds, look, pause=0.25):
    """Asks again until `look` says something."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise Unexpected(f"{what} did not come within {seconds} s")
        time.sleep(pause)


def expect(truth, otherwise):
    if not truth:
        raise Unexpected(otherwise)
