#!/usr/bin/python3
"""House rules a compiler does not know. Each says what to do instead. The only list of limits and banned words."""
import pathlib
import re
import sys

import cpp_text

FOLDERS = ("host", "plugin-api", "plugins", "tests")
LINE_LENGTH_MAX = 100
FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70

# A .cpp of host/ without a test file of its own: the test that covers it, and why that is enough.
TESTED_ELSEWHERE = {
    # "host/folder/file.cpp": ("tests/folder/other_test.cpp", "reason"),
    **{f"host/db/{name}.cpp": ("tests/db/database_contract_test.cpp", "seen through the port alone")
       for name in ("database", "queue", "signals", "sqlite/connection", "sqlite/errors",
                    "sqlite/transaction", "postgres/connection", "postgres/errors",
                    "postgres/results", "postgres/transaction")},
    "host/db/postgres/dialect.cpp": ("tests/db/append_only_test.cpp", "what it writes is carried out there"),
    "host/db/postgres/notices.cpp": ("tests/db/postgres/postgres_test.cpp", "heard by another store on the same database"),
    **{f"host/orgs/{name}.cpp": ("tests/orgs/orgs_test.cpp", "seen through Orgs alone")
       for name in ("reads", "record", "stories")},
    **{f"host/connections/{name}.cpp": ("tests/connections/connections_test.cpp", "seen through Connections alone")
       for name in ("ground", "record")},
    **{f"host/connections/{name}.cpp": ("tests/connections/inbound_webhooks_test.cpp", "seen through InboundWebhooks alone")
       for name in ("inbound_store", "webhook_address")},
    **{f"host/orgs/{name}.cpp": ("tests/orgs/support_views_test.cpp", "seen through SupportViews and its rows")
       for name in ("json_support", "support_routes")},
    "host/connections/json_diagnostics.cpp": ("tests/connections/diagnostics_test.cpp", "read as what it is made for"),
    **{f"host/applications/{name}.cpp": ("tests/applications/send_documents_test.cpp", "seen through Applications alone")
       for name in ("ask_documents", "carry_documents", "json_documents", "loan_documents")},
    **{f"host/applications/{name}.cpp": ("tests/applications/ask_test.cpp", "seen through Applications alone")
       for name in ("answers", "lender_word")},
    "host/applications/sending.cpp": ("tests/applications/submit_test.cpp", "seen through Applications alone"),
    **{f"host/applications/{name}.cpp": ("tests/applications/upload_documents_test.cpp", "seen through Applications alone")
       for name in ("consignment", "json_uploads", "store_uploads")},
    **{f"host/files/{name}.cpp": ("tests/files/files_test.cpp", "seen through Files alone")
       for name in ("json", "store")},
    "host/connections/schemas.cpp": ("tests/connections/routes_test.cpp", "named by the rows"),
    **{f"host/applications/{name}.cpp": ("tests/applications/applications_test.cpp", "seen through Applications alone")
       for name in ("ground", "record", "submission")},
    "host/applications/schemas.cpp": ("tests/applications/routes_test.cpp", "named by the rows"),
    "host/orgs/schemas.cpp": ("tests/orgs/routes_test.cpp", "named by the rows"),
    "host/catalog/record.cpp": ("tests/catalog/changes_test.cpp", "seen in the events and the audit of each change"),
    "host/catalog/schemas.cpp": ("tests/catalog/routes_test.cpp", "named by the rows"),
    "host/catalog/sight.cpp": ("tests/catalog/catalog_test.cpp", "seen through Catalog alone"),
    "host/http/html.cpp": ("tests/http/problem_test.cpp", "pages are read as what they are made for"),
    "host/http/openapi.cpp": ("tests/http/documentation_test.cpp", "one half of the documentation"),
    "host/http/problem_types.cpp": ("tests/http/problem_test.cpp", "a table, checked entry by entry there"),
    "host/http/request_metrics.cpp": ("tests/http/server_test.cpp", "seen in /metrics after real requests"),
    "host/http/socket.cpp": ("tests/http/tls_test.cpp", "every answer passes it, with and without TLS"),
    **{f"host/activity/{name}.cpp": ("tests/api/events_test.py", "seen in the list and the stream of a running hub")
       for name in ("activity", "json", "routes", "rules", "stream")},
    "host/applications/timeline.cpp": ("tests/api/events_test.py", "the list and the stream of one application"),
    "host/http/session.cpp": ("tests/http/server_test.cpp", "a session is what a client meets"),
    **{f"host/connectors/{name}.cpp": ("tests/connectors/loaded_connectors_test.cpp",
                                       "seen in calls of real plugin files, from both edges")
       for name in ("auth", "codes", "host_api", "instance", "instances", "json", "judge", "names",
                    "operation", "services")},
    "host/connectors/elf.cpp": ("tests/connectors/inspect_test.cpp", "the reader inspection judges by"),
    "host/connectors/schemas.cpp": ("tests/connectors/manifest_json_test.cpp", "the schemas by name"),
    **{f"host/mail/{name}.cpp": ("tests/mail/letter_test.cpp", "each letter is rendered there")
       for name in ("texts", "texts_notices")},
    **{f"host/notices/{name}.cpp": ("tests/notices/staff_test.cpp", "seen through Notices alone")
       for name in ("json", "notice", "store")},
    **{f"host/waterfall/{name}.cpp": ("tests/waterfall/waterfall_test.cpp", "seen through Waterfall alone")
       for name in ("jobs", "json", "store")},
    "host/notices/jobs.cpp": ("tests/notices/adverse_test.cpp", "each job is run there"),
    "host/mail/schemas.cpp": ("tests/mail/routes_test.cpp", "named by the rows"),
    "host/net/conversation.cpp": ("tests/net/smtp_test.cpp", "one mail as the sender carries it"),
    "host/net/transfer.cpp": ("tests/net/http_client_test.cpp", "one request as the client carries it out"),
    "host/cli/accounts.cpp": ("tests/cli/cli_test.cpp", "commands are tested as the program runs them"),
    "host/cli/audit.cpp": ("tests/cli/cli_test.cpp", "commands are tested as the program runs them"),
    "host/cli/doctor.cpp": ("tests/cli/cli_test.cpp", "commands are tested as the program runs them"),
    "host/cli/key_file.cpp": ("tests/cli/cli_test.cpp", "commands are tested as the program runs them"),
    "host/cli/open_store.cpp": ("tests/cli/cli_test.cpp", "commands are tested as the program runs them"),
    "host/cli/plugins.cpp": ("tests/cli/cli_test.cpp", "commands are tested as the program runs them"),
    "host/cli/serve.cpp": ("tests/cli/cli_test.cpp", "commands are tested as the program runs them"),
    **{f"host/webhooks/{name}.cpp": ("tests/webhooks/deliveries_test.cpp", "rows are seen through Webhooks alone")
       for name in ("store", "store_deliveries")},
    "host/webhooks/jobs.cpp": ("tests/webhooks/deliver_test.cpp", "its worker runs every delivery there"),
    "host/webhooks/schemas.cpp": ("tests/webhooks/routes_test.cpp", "named by the rows"),
    "host/webhooks/secrets.cpp": ("tests/webhooks/webhooks_test.cpp", "rotation and rest are seen there"),
    "host/settings/keys.cpp": ("tests/settings/load_test.cpp", "the table is tested through the load"),
}

EMPTY_NOUNS = ("Manager|Helpers?|Utils?|Utilities|Common|Misc|Base|Impl|Info|Data|Object|Processor|Wrapper"
               "|Service|Factory|Handler")
FILE_NOUNS = re.compile(r"(?:^|_)(manager|helpers?|utils?|utilities|common|misc|impl|info|wrapper|processor)(?:_|$)")

# pattern in code without comments and strings, what to write instead, where it is allowed
BANNED = [
    (rf"\b(?:class|struct)\s+(?:\[\[\w+\]\]\s*)?\w*(?:{EMPTY_NOUNS})(?=\s*(?:final\s*)?(?:[{{;]|:(?!:)))", "a noun that says what it is", None),
    (r"\bnamespace\s+(?:\w+::)*(?:utils?|helpers?|common|misc|impl)\b", "a namespace that says what it holds", None),
    (r"\bstd::(?:cout|cerr|clog)\b|\b(?:printf|puts)\s*\(", "telemetry (programs and tests may print)",
     r"host/(main|cli/\w+|runner/main)\.cpp|tests/.*|plugin-api/(?!include/).*|plugins/[^/]+/(sandbox|tests)/.*"),
    (r"\bnew\s+(?:\(.*?\)\s*)?[A-Za-z_:]|\bdelete\b\s*(?:\[\]\s*)?[A-Za-z_(*]", "a value, std::make_unique or a container", None),
    (r"\busing\s+namespace\s+std\b(?!::\w*literals)", "the qualified name", None),
    (r"\b(?:float|double)\s+(?:\w+_)?(?:amount|money|price|income|rate|fee|balance)s?(?:_\w+)?\b(?!\s*\()",
     "Money, Rate or a decimal type", r"host/quotes/.*|tests/quotes/.*|tests/bench/.*"),
    (r"\bsleep_for\b|\bsleep_until\b|\busleep\s*\(", "a timer, or a wait on what is expected", None),
    (r"\bdetached\b", "a completion handler that logs", None),
    (r"\bcatch\s*\(\s*\.\.\.\s*\)\s*\{\s*\}", "a handler, or let it pass", None),
    (r"\b(?:secure_)?getenv\s*\(", "a field of the module's Settings (settings/ reads the environment)",
     r"host/settings/.*|host/\w+/crash_point\w*\.[ch]pp|tests/.*|plugin-api/(?!include/).*"
     r"|plugins/[^/]+/(sandbox|tests)/.*"),
    (r"(?<![.>\w])(?:std::)?exit\s*\(", "throw, and let main end the program",
     r"host/main\.cpp|host/runner/.*|tests/.*|plugin-api/fake-lender/.*|plugins/[^/]+/sandbox/.*"),
    (r"\bstd::regex\b", "a parser of its own: std::regex overflows the stack on long input", r"tests/.*"),
]
BANNED = [(re.compile(pattern), instead, where and re.compile(where)) for pattern, instead, where in BANNED]

TODO = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b(?!\(\w+\): )")
BANNER = re.compile(r"//\s*[=*#~-]{4,}|/\*[=*#~-]{4,}")
# Boundaries: the four places that catch. A try elsewhere needs a comment beside it that says why.
CATCHES = re.compile(r"host/(main|http/session|jobs/loop|runner/main)\.cpp|host/connectors/.*|plugin-api/.*|plugins/.*|tests/.*")
NEEDS_MIRROR = re.compile(r"host/\w+/(?:\w+/)*\w+\.cpp")
TEST_FILE = re.compile(r"(?:tests|host)/.*\.cpp")


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def text_problems(path, text):
    """What is wrong with the file as text."""
    lines = text.splitlines()
    if len(lines) > FILE_LINES_MAX:
        yield 1, f"{len(lines)} lines (at most {FILE_LINES_MAX}); split it by noun"
    explained = path.with_suffix(".hpp").is_file() or path.stem.endswith("_test")
    if not re.match(r"//|/\*", text) and (path.suffix != ".cpp" or not explained):
        yield 1, "say on top, in one sentence, what this file is for"
    if path.suffix == ".hpp" and not re.search(r"^#pragma once$", text, re.M):
        yield 1, "write #pragma once below the first comment"
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_LENGTH_MAX and "http" not in line:
            yield number, f"longer than {LINE_LENGTH_MAX}"
        if line != line.rstrip() or "\t" in line:
            yield number, "no tabs, no spaces at the end"
        if TODO.search(line):
            yield number, "write TODO(type): sentence"
        if BANNER.search(line):
            yield number, "no banners: order and names show the parts of a file"
    if FILE_NOUNS.search(path.stem):
        yield 1, "name the file by what it holds"


def code_problems(name, text):
    """What is wrong with the code itself."""
    code = cpp_text.code_only(text)
    for pattern, instead, where in BANNED:
        if where and where.fullmatch(name):
            continue
        for found in pattern.finditer(code):
            yield line_of(code, found.start()), f"write {instead}"
    for block in cpp_text.read(text)[1]:
        lines = block.last_line - block.first_line + 1
        if block.kind in ("function", "lambda") and lines > FUNCTION_LINES_MAX:
            yield block.first_line, f"a function of {lines} lines (at most {FUNCTION_LINES_MAX}); name its steps"
    if not CATCHES.fullmatch(name):
        yield from unexplained_tries(text, code)


def unexplained_tries(text, code):
    lines = [""] + text.splitlines() + [""]
    for found in re.finditer(r"\btry\s*\{", code):
        at = line_of(code, found.start())
        if not any("//" in line or "*/" in line for line in lines[at - 1:at + 2]):
            yield at, "only the four boundaries catch; a try elsewhere says why beside it"


def mirror_of(name):
    path = pathlib.PurePosixPath(name)
    return pathlib.PurePosixPath("tests", *path.parts[1:-1], f"{path.stem}_test.cpp").as_posix()


def mirror_problems(root, names, elsewhere):
    for name in names:
        if not NEEDS_MIRROR.fullmatch(name):
            continue
        has_mirror = (root / mirror_of(name)).is_file()
        if name not in elsewhere and not has_mirror:
            yield f"{name}: no {mirror_of(name)} (or a row in TESTED_ELSEWHERE of scripts/check_tidy.py)"
        if name in elsewhere and has_mirror:
            yield f"{name}: has a test of its own; take its row out of TESTED_ELSEWHERE"
    for name, (test, reason) in elsewhere.items():
        if name not in names:
            yield f"{name}: a row of TESTED_ELSEWHERE, but no such file"
        if not (root / test).exists():
            yield f"{name}: TESTED_ELSEWHERE names {test}, which does not exist"
        if len(reason.split()) < 4:
            yield f"{name}: TESTED_ELSEWHERE wants a reason"


def unbuilt_problems(root, names):
    """A .cpp that no CMakeLists.txt names is dead, and a test in it never runs."""
    lists = [path for folder in ("host", "tests") for path in (root / folder).rglob("CMakeLists.txt")]
    if not lists:
        return
    words = {word for path in lists for word in re.findall(r"[\w./-]+\.cpp", path.read_text())}
    tails = {pathlib.PurePosixPath(word).name for word in words}
    for name in names:
        if TEST_FILE.fullmatch(name) and pathlib.PurePosixPath(name).name not in tails:
            yield f"{name}: not built; name it in a CMakeLists.txt"


def problems(root, elsewhere=None):
    elsewhere = TESTED_ELSEWHERE if elsewhere is None else elsewhere
    names = []
    for path in cpp_text.sources(root, *FOLDERS):
        name, text = path.relative_to(root).as_posix(), path.read_text()
        names.append(name)
        for line, what in [*text_problems(path, text), *code_problems(name, text)]:
            yield f"{name}:{line}: {what}"
    yield from mirror_problems(root, names, elsewhere)
    yield from unbuilt_problems(root, names)


if __name__ == "__main__":
    found = list(problems(pathlib.Path(sys.argv[1] if sys.argv[1:] else ".").resolve()))
    print("\n".join(found))
    sys.exit(bool(found))
