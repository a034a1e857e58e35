"""Who is told by webhooks: an HTTP server on loopback that checks every signature, as the specification of
Standard Webhooks says it, and answers as a test wants."""
import base64
import collections
import hashlib
import hmac
import http.server
import json
import threading
import time

NAME = "hooks.example:443"
URL = "https://hooks.example/in"
TOLERANCE_SECONDS = 300


def signature(secret, message, timestamp, body):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def verified(secret, headers, body):
    """Whether one of the signatures is right and the time is near."""
    message, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    wanted = signature(secret, message, timestamp, body)
    return any(hmac.compare_digest(wanted, one) for one in headers["webhook-signature"].split(" "))


class Receiver:
    """`answer(message_id, times, body)` is asked at each request: a status, or (status, headers, body), or None
    for a connection that is cut. `times` counts the requests with this id, from 1."""

    def __init__(self, answer=lambda message, times, body: 204):
        self.answer, self.secrets = answer, []
        self.lock = threading.Lock()
        self.got = collections.defaultdict(list)  # bodies by message id
        self.requests = []  # (headers by lower-case name, body) of each, as they came
        self.forged = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                receiver.take(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda request, address: None  # a hub that is killed cuts connections
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def take(self, handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        message = handler.headers["webhook-id"]
        with self.lock:
            if not all(verified(secret, handler.headers, body) for secret in self.secrets):
                self.forged.append(message)
            self.got[message].append(body)
            self.requests.append(({name.lower(): value for name, value in handler.headers.items()}, body))
            times = len(self.got[message])
        answer = self.answer(message, times, json.loads(body))
        if answer is None:
            handler.close_connection = True
            handler.connection.close()
            return
        status, headers, text = answer if isinstance(answer, tuple) else (answer, {}, b"")
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(text))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(text)

    def messages(self):
        """The last body of each message, by its id."""
        with self.lock:
            return {message: json.loads(bodies[-1]) for message, bodies in self.got.items()}

    def counts(self):
        with self.lock:
            return {message: len(bodies) for message, bodies in self.got.items()}

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def whole_log(world, key, endpoint_path, query=""):
    """Every delivery of the endpoint, newest first."""
    found, cursor = [], ""
    while True:
        page = world.call(key, "GET", f"{endpoint_path}/deliveries?limit=200{query}{cursor}", expect=200).json
        found += page["data"]
        if not page["has_more"]:
            return found
        cursor = f"&cursor={page['next_cursor']}"
