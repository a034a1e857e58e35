"""The hub that is measured: ten orgs with ten products each, a sandbox lender, as many keys as asked.
Used by scripts/bench."""
import concurrent.futures
import json
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

import demo_calls
import demo_lenders
import run_hub

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / "build/bench"
ORGS = 10
PRODUCTS_PER_ORG = 10
KEYS = 100
READY_SECONDS = 60
COMMAND_SECONDS = 60
AT_ONCE = 2

# As shipped, apart from the places and how often one key may ask, which is counted all the same: an
# access log in a file, every default.
SETTINGS = """[http]
listen = "127.0.0.1:{port}"
requests_per_second = 100000
requests_burst = 200000
[database]
url = "sqlite://{folder}/hub.db"
[keys]
file = "{folder}/key"
[log]
file = "{folder}/hub.log"
access = "{folder}/access.log"
[plugins]
folder = "{build}/plugins"
store = "{folder}/plugins"
[sandbox]
hosts = {{"sandbox.api.mosaic.example:443" = "{lender}"}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """One folder with its hub and its lender. `close` ends both, whatever happened."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.address = ("127.0.0.1", self.port)
        self.url = f"http://127.0.0.1:{self.port}"
        self.hub, self.lender = run_hub.Program("hub", folder), run_hub.Program("lender", folder)
        self.orgs, self.keys = [], {}

    def make(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        # Decisions come after the measuring: what is measured is the hub.
        self.lender.start([BUILD / "mosaic-sandbox", "--port", "0", "--decide-after-ms", "3600000"])
        lender = self.lender.wait_for_address()
        self.lendport("key", "create", self.folder / "key", settings=False)
        places = {"port": self.port, "folder": self.folder, "build": BUILD, "lender": lender}
        (self.folder / "hub.toml").write_text(SETTINGS.format(**places))
        operator = self.person("operator@lendport.example", None)
        self.orgs = [self.make_org(number) for number in range(ORGS)]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as threads:
            first = list(threads.map(lambda _: self.key("rep0@bench.example"), range(KEYS)))
        self.keys = {"operator": operator, "reps": first, **self.keys}
        self.start_hub()
        for number, org in enumerate(self.orgs):
            self.connect(org, self.keys[f"admin{number}"])
        self.stop_hub()

    def make_org(self, number):
        org = self.lendport("org", "create", "--name", f"Bench {number} LLC", "--sales-mode")
        self.keys[f"admin{number}"] = self.person(f"admin{number}@bench.example", org, "org_admin")
        self.lendport("user", "create", "--email", f"rep{number}@bench.example", "--name", f"Rep {number}",
                      "--org", org, "--role", "rep")
        return org

    def person(self, email, org, role=None):
        more = ["--org", org, "--role", role] if org else []
        self.lendport("user", "create", "--email", email, "--name", "Bench Person", *more)
        return self.key(email)

    def key(self, email):
        return self.lendport("token", "create", "--email", email, "--environment", "sandbox", "--label", "bench")

    def connect(self, org, key):
        """The org's lender, until its ten products are there."""
        demo_calls.Caller(self.url, self.keys["operator"]).post(
            f"/v1/orgs/{org}/offers", {"plugin_id": demo_lenders.MOSAIC, "scope": "org"}, expect=(201,), quiet=True)
        admin = demo_calls.Caller(self.url, key)
        made = admin.post(f"/v1/orgs/{org}/connections", demo_lenders.load("connection.json"), expect=(201,), quiet=True).json
        path = f"/v1/orgs/{org}/connections/{made['id']}"
        admin.post(f"{path}:sync", expect=(202,), quiet=True)

        def all_there():
            state = admin.get(f"{path}/catalog", quiet=True).json
            demo_calls.expect(not state["problem"], f"the catalogue could not be fetched: {state['problem']}")
            return state if state["products"] == PRODUCTS_PER_ORG else None

        demo_calls.wait_for("the catalogue", READY_SECONDS, all_there, pause=0.05)

    def lendport(self, *arguments, settings=True):
        """One command; the first column of what it says."""
        more = ["--config", self.folder / "hub.toml"] if settings else []
        done = subprocess.run([BUILD / "lendport", *arguments, *more], text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=COMMAND_SECONDS)
        if done.returncode != 0:
            raise run_hub.Refused(f"lendport {' '.join(map(str, arguments[:2]))}: {done.stderr.strip()}")
        return done.stdout.split("\t")[0].strip()

    def start_hub(self, *settings, variables=None):
        """Seconds from its start until /readyz answers 200."""
        began = time.monotonic()
        more = [part for setting in settings for part in ("--set", setting)]
        self.hub.start([BUILD / "lendport", "serve", "--config", self.folder / "hub.toml", *more],
                       variables)
        while time.monotonic() - began < READY_SECONDS:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                    return time.monotonic() - began
            except (urllib.error.URLError, OSError):
                if not self.hub.alive():
                    break
                time.sleep(0.001)
        raise run_hub.Refused(f"the hub was not ready:\n{self.hub.last_words()}")

    def stop_hub(self):
        self.hub.stop()

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.hub.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def products(self):
        """Path, bytes and ETag of the first org's products."""
        path = f"/v1/orgs/{self.orgs[0]}/products"
        answer = demo_calls.Caller(self.url, self.keys["reps"][0]).get(path, expect=(200,), quiet=True)
        count = len(json.loads(answer.text)["data"])
        demo_calls.expect(count == PRODUCTS_PER_ORG, f"{count} products, not {PRODUCTS_PER_ORG}")
        return path, answer.text.encode(), answer.headers["ETag"]

    def close(self):
        self.hub.stop()
        self.lender.stop()
