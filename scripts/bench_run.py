"""Measures each part and prints its figures. Used by scripts/bench, which says what there is."""
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time

import bench_first
import bench_load
import bench_site
import bench_streams
import demo_calls
import demo_lenders
import run_hub

ROOT = bench_site.ROOT
BUILD = bench_site.BUILD
FOLDER = BUILD / "run"
PROGRAM_SECONDS = 120

PRODUCT_ROUNDS = 7
WRK_SECONDS = 3
WARM_UP_SECONDS = 1
PRODUCTS_RATIO_MIN = 0.8

CONFIRM_ROUNDS = 5
CONFIRMS_PER_ROUND = 1500
WARM_UP_CONFIRMS = 300
CONFIRMS_IN_ALL = WARM_UP_CONFIRMS + CONFIRM_ROUNDS * CONFIRMS_PER_ROUND
CONFIRM_RATIO_MIN = 3.0
CONFIRM_VS_FIRST_MIN = 0.8
# What a sync takes at least while durable writes are compared: that of a usual server's volume.
SYNC_FLOOR = {"LD_PRELOAD": str(BUILD / "sync_floor.so"), "SYNC_FLOOR_US": "1000"}

STARTS = 5
IDLE_SECONDS = 3
START_MS_MAX = 300
IDLE_MIB_MAX = 60

STREAM_KIB_MAX = 16
STREAM_EVENT_MS_MAX = 200


class Figures:
    def __init__(self):
        self.over = []

    def say(self, name, value, unit, least=None, most=None):
        limit = least if least is not None else most
        kept = limit is None or (value >= least if least is not None else value <= most)
        digits = 0 if abs(value) >= 100 else 2
        print(f"figure {name} {value:.{digits}f} {unit} {'-' if limit is None else limit} {'ok' if kept else 'over'}")
        if not kept:
            self.over.append(name)

    def take(self, line):
        """A figure that a program measured."""
        print(line)
        if line.startswith("figure ") and line.endswith(" over"):
            self.over.append(line.split()[1])


def note(text):
    print(f"  {text}")


# --- Programs that measure by themselves -------------------------------------------------------------

def program(figures, name, *arguments, variables=None):
    done = subprocess.run([BUILD / name, *arguments], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, timeout=PROGRAM_SECONDS, env={**os.environ, **(variables or {})})
    lines = done.stdout.splitlines()
    for line in lines:
        figures.take(line)
    if done.returncode not in (0, 1) or not any(line.startswith("figure ") for line in lines):
        raise run_hub.Refused(f"{name} ended with exit code {done.returncode}")


def plugin(figures, site):
    program(figures, "plugin_roundtrip")


def quotes(figures, site):
    program(figures, "quotes_bench")


# --- Products beside nginx ---------------------------------------------------------------------------

NGINX_SETTINGS = """worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
daemon off;
events {{ worker_connections 1024; }}
http {{
  access_log {folder}/access.log;
  keepalive_requests 100000000;
  sendfile on;
  tcp_nopush on;
  default_type application/json;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


class Nginx:
    """One worker that serves the bytes as a file under the same path."""

    def __init__(self, folder, path, body):
        self.folder, self.port = folder, bench_site.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        shutil.rmtree(folder, ignore_errors=True)
        file = folder / f"files{path}"
        file.parent.mkdir(parents=True)
        file.write_bytes(body)
        for part in (folder, *[p for p in folder.rglob("*") if p.is_dir()]):
            part.chmod(0o755)
        (folder / "nginx.conf").write_text(NGINX_SETTINGS.format(folder=folder, port=self.port))
        self.process = None

    def __enter__(self):
        user = ["-g", "user root;"] if os.geteuid() == 0 else []  # the folder may be closed to others
        command = ["/usr/sbin/nginx", "-c", self.folder / "nginx.conf", "-e", self.folder / "error.log", *user]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
        return self

    def __exit__(self, *problem):
        self.process.terminate()
        self.process.wait(run_hub.STOP_SECONDS)

    def worker(self):
        pid = self.process.pid
        return int(pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def etag(self, path, body):
        """Its ETag of the bytes, once it serves them."""
        def answered():
            try:
                return demo_calls.send("GET", self.url + path, {}, None)
            except demo_calls.Unexpected:
                return None

        answer = demo_calls.wait_for("nginx", run_hub.READY_SECONDS, answered, pause=0.02)
        demo_calls.expect(answer.status == 200 and answer.text.encode() == body, f"nginx answered {answer.status}")
        return answer.headers["ETag"]


def products(figures, site):
    site.start_hub()
    path, body, etag = site.products()
    keys = site.keys["reps"]
    with Nginx(FOLDER / "nginx", path, body) as nginx:
        theirs = nginx.etag(path, body)
        worker, hub = nginx.worker(), site.hub.process.pid
        note(f"{len(body)} bytes, {len(keys)} keys, {bench_load.CONNECTIONS} connections, rounds of {WRK_SECONDS} s")
        full, hub_304, nginx_304 = (
            bench_load.write_wrk_script(FOLDER / f"{name}.lua", keys, condition)
            for name, condition in {"full": None, "hub_304": etag, "nginx_304": theirs}.items())
        compare(figures, "products", Side("nginx", nginx.url + path, full, worker),
                Side("hub", site.url + path, full, hub), PRODUCTS_RATIO_MIN)
        compare(figures, "products_304", Side("nginx", nginx.url + path, nginx_304, worker),
                Side("hub", site.url + path, hub_304, hub), None)
    site.stop_hub()


class Side:
    """A server under wrk: requests per second, and processor time per request, which holds still when
    the machine does not."""

    def __init__(self, name, url, script, pid):
        self.name, self.url, self.script, self.pid = name, url, script, pid
        self.rates, self.cpu = [], []

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def round(self):
        before = self.cpu_seconds()
        rate = bench_load.wrk(self.url, self.script, WRK_SECONDS)
        self.rates.append(rate)
        self.cpu.append((self.cpu_seconds() - before) * 1e6 / (rate * WRK_SECONDS))


def compare(figures, name, nginx, hub, least):
    """Rounds side by side; which goes first changes."""
    for side in (nginx, hub):
        bench_load.wrk(side.url, side.script, WARM_UP_SECONDS)
    for number in range(PRODUCT_ROUNDS):
        for side in (nginx, hub) if number % 2 == 0 else (hub, nginx):
            side.round()
    pairs = list(zip(hub.rates, nginx.rates))
    note(f"{name}, hub / nginx: " + " ".join(f"{ours:.0f}/{theirs:.0f}={ours / theirs:.2f}" for ours, theirs in pairs))
    for side in (hub, nginx):
        figures.say(f"{name}_{side.name}_per_second", statistics.median(side.rates), "1/s")
        figures.say(f"{name}_{side.name}_cpu", statistics.median(side.cpu), "us")
    figures.say(f"{name}_vs_nginx", statistics.median(ours / theirs for ours, theirs in pairs), "ratio", least=least)


# --- Durable confirmations ---------------------------------------------------------------------------

CONSENT = {"scope": "soft", "text_version": "mosaic-2026-01", "language": "en"}


class Drafts:
    """Applications ready to be confirmed: each with a case and a quote of its own."""

    def __init__(self, site):
        self.site, self.keys = site, site.keys["reps"]
        self.org = f"/v1/orgs/{site.orgs[0]}"

    def request(self, number, method, path, body=None, idempotency=None):
        content = json.dumps(body).encode() if isinstance(body, dict) else body
        key = self.keys[number % len(self.keys)]
        return bench_load.request_bytes(method, self.site.address, self.org + path, key, content, idempotency)

    def post_each(self, paths, body_of, expect=201):
        requests = [self.request(i, "POST", path, body_of(i)) for i, path in enumerate(paths)]
        _, bodies = bench_load.send_all(self.site.address, requests, expect)
        return [json.loads(body)["id"] for body in bodies]

    def quotes(self, count):
        case = demo_lenders.load("case.json")

        def case_of(number):
            case["applicants"][0]["ssn"] = f"900-{number // 9000 % 90 + 10}-{number % 9000 + 1000}"
            return case

        page = demo_calls.Caller(self.site.url, self.keys[0]).get(f"{self.org}/products", quiet=True).json
        product = {"product_id": page["data"][0]["id"]}
        cases = self.post_each(["/cases"] * count, case_of)
        return self.post_each([f"/cases/{one}/quotes" for one in cases], lambda _: product)

    def make(self, count):
        """The requests that confirm them."""
        quotes = self.quotes(count)
        made = self.post_each(["/applications"] * count, lambda i: {"quote_id": quotes[i], "consent": CONSENT})
        asked = [self.request(i, "GET", f"/applications/{one}/borrower") for i, one in enumerate(made)]
        _, seen = bench_load.send_all(self.site.address, asked, 200)
        return [self.request(i, "POST", f"/applications/{one}:confirm", seen[i], f"bench-{one}")
                for i, one in enumerate(made)]


def rows_per_second(folder, variables):
    """One row of 1.2 kB per commit, in a process of its own, so that its syncs can be held back."""
    done = subprocess.run([sys.executable, "-B", ROOT / "scripts/bench_rows.py", folder / "rows.db"], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=PROGRAM_SECONDS, check=True,
                          env={**os.environ, **variables})
    return float(done.stdout)


def confirm_rounds(site, requests, variables):
    """(rows per second, confirmations per second) of each round, side by side."""
    # One job at a time, so that carrying applications to the lender does not take the machine.
    site.start_hub("jobs.at_once=1", variables=variables)
    bench_load.send_all(site.address, requests[:WARM_UP_CONFIRMS], 202)
    pairs = []
    for start in range(WARM_UP_CONFIRMS, len(requests), CONFIRMS_PER_ROUND):
        rows = rows_per_second(site.folder, variables)
        seconds, _ = bench_load.send_all(site.address, requests[start:start + CONFIRMS_PER_ROUND], 202)
        pairs.append((rows, CONFIRMS_PER_ROUND / seconds))
    site.stop_hub()
    note("confirms / rows: " + " ".join(f"{done:.0f}/{rows:.0f}={done / rows:.2f}" for rows, done in pairs))
    return pairs


def say_confirms(figures, end, pairs, least):
    figures.say(f"confirm_per_second{end}", statistics.median(done for _, done in pairs), "1/s")
    figures.say(f"confirm_rows_per_second{end}", statistics.median(rows for rows, _ in pairs), "1/s")
    ratio = statistics.median(done / rows for rows, done in pairs)
    figures.say(f"confirm_vs_row_per_commit{end}", ratio, "ratio", least=least)
    return ratio


def drafts_to_confirm(site, count):
    site.start_hub("jobs.at_once=1")
    began = time.monotonic()
    requests = Drafts(site).make(count)
    site.stop_hub()
    note(f"{count} cases, quotes and drafts made in {time.monotonic() - began:.0f} s")
    return requests


def confirm(figures, site):
    requests = drafts_to_confirm(site, 2 * CONFIRMS_IN_ALL)
    say_confirms(figures, "", confirm_rounds(site, requests[:CONFIRMS_IN_ALL], SYNC_FLOOR), CONFIRM_RATIO_MIN)
    # Without the floor the ratio says more of the disk than of the hub: it informs.
    say_confirms(figures, "_bare_disk", confirm_rounds(site, requests[CONFIRMS_IN_ALL:], {}), None)
    program(figures, "store_bench", site.folder, variables=SYNC_FLOOR)


def first(figures, site):
    """Two runs of the first release, and one of this commit between them."""
    tree = bench_first.built(note)
    before = bench_first.confirm_ratio(tree)
    pairs = confirm_rounds(site, drafts_to_confirm(site, CONFIRMS_IN_ALL), SYNC_FLOOR)
    ratio = statistics.median(done / rows for rows, done in pairs)
    after = bench_first.confirm_ratio(tree)
    note(f"confirms / rows of the first release {before:.2f} and {after:.2f}, of this commit {ratio:.2f}")
    figures.say("confirm_vs_first_release", 2 * ratio / (before + after), "ratio", least=CONFIRM_VS_FIRST_MIN)


# --- Cold start --------------------------------------------------------------------------------------

def start(figures, site):
    times, sizes = [], []
    for _ in range(STARTS):
        times.append(site.start_hub() * 1000)
        time.sleep(IDLE_SECONDS)  # what it still does after it is ready counts as well
        sizes.append(site.resident_mib())
        site.stop_hub()
    note("ms: " + " ".join(f"{value:.0f}" for value in times) + "; MiB: " + " ".join(f"{value:.1f}" for value in sizes))
    figures.say("cold_start_ms", statistics.median(times), "ms", most=START_MS_MAX)
    figures.say("idle_rss_mib", statistics.median(sizes), "MiB", most=IDLE_MIB_MAX)


# --- Listeners ---------------------------------------------------------------------------------------

def streams(figures, site):
    # Everybody here comes from one address.
    site.start_hub("http.connections_per_address_max=2000")
    drafts = Drafts(site)
    bodies = [{"quote_id": quote, "consent": CONSENT} for quote in drafts.quotes(bench_streams.EVENTS)]
    kib, rounds = bench_streams.measure(
        site, [drafts.request(0, "POST", "/applications", body) for body in bodies])
    site.stop_hub()
    note(f"{bench_streams.LISTENERS} listeners, ms until the last has it: "
         + " ".join(f"{value * 1000:.0f}" for value in rounds))
    figures.say("stream_listener_kib", kib, "KiB", most=STREAM_KIB_MAX)
    figures.say("stream_event_to_all_ms", max(rounds) * 1000, "ms", most=STREAM_EVENT_MS_MAX)
    figures.say("stream_event_to_all_median_ms", statistics.median(rounds) * 1000, "ms")


# --- One run -----------------------------------------------------------------------------------------

PARTS = {"plugin": plugin, "quotes": quotes, "start": start, "products": products, "streams": streams,
         "confirm": confirm, "first": first}
NEED_A_SITE = {"start", "products", "streams", "confirm", "first"}


def describe():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    print(f"machine {cpu.group(1) if cpu else platform.machine()}, {len(os.sched_getaffinity(0))} cores, "
          f"{int(memory.group(1)) // 1024} MiB, Linux {platform.release()}, load {os.getloadavg()[0]:.1f}")
    print(f"commit {git('rev-parse', '--short=12', 'HEAD') or 'unknown'}"
          f"{' with changes' if git('status', '--porcelain', '--untracked-files=no') else ''}")
    print("preset bench (release with the programs that measure)")


def git(*arguments):
    done = subprocess.run(["git", "-C", ROOT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout.strip()


def measure(names):
    figures = Figures()
    describe()
    site = None
    try:
        if NEED_A_SITE & set(names):
            site = bench_site.Site(FOLDER)
            began = time.monotonic()
            site.make()
            note(f"{bench_site.ORGS} orgs with {bench_site.PRODUCTS_PER_ORG} products each made in "
                 f"{time.monotonic() - began:.0f} s")
        for name in PARTS:
            if name in names:
                PARTS[name](figures, site)
    finally:
        if site:
            site.close()
    print(f"over: {' '.join(figures.over)}" if figures.over else "every figure is within its limit")
    return 1 if figures.over else 0


def on_signal(number, frame):
    raise run_hub.Stopped(number)


def main(arguments):
    check = arguments[:1] == ["--check"]
    names = arguments[1:] if check else arguments
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"bench: no {' '.join(unknown)}; there are: {' '.join(PARTS)}", file=sys.stderr)
        return 2
    if check:
        return 0
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    try:
        return measure(names or list(PARTS))
    except (run_hub.Refused, bench_load.LoadFailed, demo_calls.Unexpected, OSError, subprocess.SubprocessError) as problem:
        print(f"bench: {problem}", file=sys.stderr)
        return 2
    except run_hub.Stopped as stopped:
        return 128 + stopped.args[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
