#!/usr/bin/python3
"""Fails when a file includes what its folder may not see. The tables below are the plan of the house."""
import pathlib
import re
import sys

import cpp_text

# Reach the world, know nothing of loans.
FOUNDATIONS = {"core", "json", "telemetry", "crypto", "db", "jobs", "events", "http", "net", "connectors"}
# The capabilities: each may use those before it, through <name>/<name>.hpp alone.
LINE = ["orgs", "connections", "catalog", "incentives", "cases", "files", "quotes", "mail", "documents",
        "applications", "notices", "waterfall", "requests", "usage", "reminders", "invoices", "activity", "webhooks"]
EVERYTHING = FOUNDATIONS | set(LINE) | {"settings"}

# folder -> first folders its includes may name. A folder that is not here is an error: add its row on purpose.
MAY_INCLUDE = {
    "host": EVERYTHING | {"cli"},  # main and the composition root
    "host/core": {"core"},
    "host/json": {"json", "core"},
    "host/telemetry": {"telemetry", "core"},
    "host/crypto": {"crypto", "core", "telemetry"},
    "host/db": {"db", "core", "telemetry", "crypto"},
    "host/db/sqlite": {"db", "core", "telemetry"},
    "host/db/postgres": {"db", "core", "telemetry"},
    "host/jobs": {"jobs", "db", "core", "telemetry"},
    "host/events": {"events", "db", "core", "telemetry", "crypto"},
    "host/net": {"net", "core", "telemetry"},
    "host/http": {"http", "json", "core", "telemetry", "crypto"},
    "host/connectors": {"connectors", "db", "net", "crypto", "json", "core", "telemetry"},
    "host/runner": {"runner", "connectors", "core", "telemetry"},
    "host/quotes/engine": {"quotes", "core"},  # pure: no database, no JSON
    # The only reader of files and environment fills the Settings struct that each module owns.
    "host/settings": EVERYTHING,
    "host/cli": EVERYTHING | {"cli"},
    "host/quotes/engine": {"quotes", "core"},  # pure arithmetic
    **{f"host/{name}": FOUNDATIONS | set(LINE[: i + 1]) for i, name in enumerate(LINE)},
}
SEES_THE_HUB = {"host", "host/cli"}  # `lendport serve` runs the composition root
OPEN_TO_ALL_HEADERS = {"host"}  # the composition root registers every capability's routes and jobs
SEES_PLUGIN_API = {"host/connectors", "host/runner"}
CORE_MAY_INCLUDE = re.compile(r"boost/asio/awaitable\.hpp|boost/system/\w+\.hpp|[a-z_0-9]+")
CORE_WITHOUT_IO = {"fstream", "iostream", "filesystem", "thread", "mutex", "future"}

# What is included, the files of host/ that may, and what the others do instead.
THIRD_PARTY = [
    (r"nlohmann/json_fwd\.hpp", r"json/\w+\.[ch]pp", 'include "json/value.hpp"'),
    (r"nlohmann/ordered_map\.hpp", r"json/members\.hpp", "use json/value.hpp"),
    (r"nlohmann/", r"json/\w+\.cpp|\w+/(\w+_)?json(_\w+)?\.cpp|settings/\w+\.cpp", "use json/value.hpp and json/reader.hpp"),
    (r"spdlog/", r"telemetry/\w+\.cpp", "log through telemetry/log.hpp"),
    (r"prometheus/", r"telemetry/\w+\.[ch]pp", "count through telemetry/"),
    (r"boost/beast", r"http/request_reader\.cpp|asio_beast\.cpp", "HTTP is read in http/request_reader.cpp"),
    (r"boost/dll", r"connectors/\w+\.cpp", "only connectors/ loads plugins"),
    (r"SQLiteCpp/|sqlite3\.h", r"db/sqlite/\w+\.[ch]pp", "SQL goes through db/"),
    (r"libpq|postgresql/", r"db/postgres/\w+\.[ch]pp", "SQL goes through db/"),
    (r"gmime/", r"mail/message\.cpp", "MIME is written in mail/message.cpp"),
    (r"kainjow/", r"mail/template\.cpp", "templates are read in mail/template.cpp"),
    (r"curl/", r"net/\w+\.[ch]pp", "outbound HTTP goes through net/"),
    (r"openssl/|sodium", r"(crypto|net|http)/\w+\.[ch]pp", "use crypto/"),
    (r"toml\+\+/|toml\.hpp", r"settings/\w+\.cpp", "only settings/ reads configuration"),
    (r"CLI/", r"(cli/\w+|main)\.[ch]pp", "only cli/ reads the command line"),
]
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)


def includes(path):
    text = cpp_text.without_comments(path.read_text())
    for found in INCLUDE.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found.group(1) == '"', found.group(2)


def public_headers(capability, folder):
    headers = {f"{capability}/{capability}.hpp"}
    return headers | {f"{capability}/settings.hpp"} if folder == "host/settings" else headers


def quoted_problem(folder, included):
    """What is wrong with `#include "included"` in a file of host/, or nothing."""
    first = included.split("/")[0]
    if first == "lendport":
        return None if folder in SEES_PLUGIN_API else "only connectors/ and runner/ see plugin-api"
    if "/" not in included:
        return None if folder in SEES_THE_HUB else "write the path from host/, or leave the composition root alone"
    if first not in MAY_INCLUDE[folder]:
        return f"{folder} may not include {first}/"
    own = folder.split("/")[1:2] == [first]
    if first in LINE and not own and folder not in OPEN_TO_ALL_HEADERS:
        allowed = public_headers(first, folder)
        if included not in allowed:
            return f"of {first}/ include only {' or '.join(sorted(allowed))}"
    return None


def angled_problem(root, name, folder, included):
    if (root / "host" / included).is_file() or included.startswith("lendport/"):
        return "include our own files with quotes"
    if folder == "host/core":
        if not CORE_MAY_INCLUDE.fullmatch(included) or included in CORE_WITHOUT_IO:
            return "core is std only, without I/O (asio/awaitable.hpp and boost/system may be included)"
    for what, where, instead in THIRD_PARTY:
        if re.match(what, included):
            return None if re.fullmatch(where, name.removeprefix("host/")) else instead
    return None


def host_problems(root):
    loads_plugins = []
    for path in cpp_text.sources(root, "host"):
        name, folder = path.relative_to(root).as_posix(), path.parent.relative_to(root).as_posix()
        if folder not in MAY_INCLUDE:
            yield f"{name}: {folder} is not in MAY_INCLUDE of scripts/check_layers.py: add its row on purpose"
            continue
        for line, quoted, included in includes(path):
            problem = (quoted_problem(folder, included) if quoted
                       else angled_problem(root, name, folder, included))
            if problem:
                yield f"{name}:{line}: {included}: {problem}"
            if included.startswith("boost/dll"):
                loads_plugins.append(name)
    if len(set(loads_plugins)) > 1:
        yield f"{', '.join(sorted(set(loads_plugins)))}: Boost.DLL belongs in one file of connectors/"


def found_in(included, folders):
    """The file that an include names, looked up from these folders in order; None when there is none."""
    return next(((folder / included).resolve() for folder in folders if (folder / included).is_file()), None)


def outsider_problem(root, path, home, quoted, included):
    """What a file of plugins/ or plugin-api/ may not include: all of ours but lendport/ and its own folder."""
    api, lender = root / "plugin-api", root / "plugin-api/fake-lender"
    published = path.is_relative_to(api / "include")
    if included.startswith("lendport/"):
        c_sees_cpp = published and path.suffix == ".h" and not included.endswith(".h")
        return "the C header sees C only" if c_sees_cpp else None
    target = found_in(included, [path.parent, home, api, lender, lender / "include", root / "host"])
    if target is None and not quoted:
        return None
    if target and target.is_relative_to(lender):
        may = {"sandbox", "tests", "fake-lender", "testing"} & set(path.relative_to(root).parts)
        return None if may else "only a sandbox and tests see the fake lender"
    if target and target.is_relative_to(home) and not published:
        return None
    return 'a plugin sees "lendport/..." and its own files, nothing of the host'


def outsider_problems(root):
    for path in cpp_text.sources(root, "plugins", "plugin-api"):
        parts = path.relative_to(root).parts
        # plugin-api is one whole; its examples stand for plugins of others.
        depth = 2 if parts[0] == "plugins" else 3 if parts[1] == "examples" else 1
        home = root.joinpath(*parts[:depth])
        for line, quoted, included in includes(path):
            problem = outsider_problem(root, path, home, quoted, included)
            if problem:
                yield f"{path.relative_to(root)}:{line}: {included}: {problem}"


def problems(root):
    yield from host_problems(root)
    yield from outsider_problems(root)


if __name__ == "__main__":
    found = list(problems(pathlib.Path(sys.argv[1] if sys.argv[1:] else ".").resolve()))
    print("\n".join(found))
    sys.exit(bool(found))
