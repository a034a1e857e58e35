#!/usr/bin/python3
"""Shows that what must be audited does not happen when it cannot be: while the audit's table takes nothing, every
row of the route table either is one of those that leave no entry, with a reason below, or fails and changes
nothing; once the table takes entries again, the same request works and leaves one.

    tests/api/audit_test.py BUILD sqlite|postgres

The rows come from /openapi.json, and so do reads: a new row that is audited is tried by itself, as far as
`subject` has something to act on, and a new one that is not must be named below.
"""
import contextlib
import re
import sqlite3
import sys
import time
import unittest

import api_tables
import idempotency_test as idempotency
from api_tables import hub

# Rows that change or may change something and leave no entry.
UNAUDITED = {
    "POST /v1/orgs/{org}/cases/{case}/quotes:compare": "changes nothing: the question has a body",
    "POST /v1/orgs/{org}/connections:test": "changes nothing: the question has a body",
    "POST /v1/orgs/{org}/letters/{letter}/{language}:preview": "changes nothing: the question has a body",
    "POST /v1/plugins:rescan": "looks at a folder; what is loaded is in the log",
    "POST /v1/orgs/{org}/webhook-endpoints/{endpoint}:test": "a message without content; it is in the delivery log",
    "POST /v1/orgs/{org}/webhook-endpoints/{endpoint}/deliveries/{delivery}:resend":
        "what was sent before; each try is in the delivery log",
    "PUT /v1/orgs/{org}/me/notices": "how one is told of things oneself",
    "POST /v1/orgs/{org}/notices/{notice}:read": "one's own mark",
}
AUDITED_READS = {"GET /v1/orgs/{org}/cases/{case}/files/{file}/content"}
REFUSAL = {
    "sqlite": ["CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no entry today'); END"],
    "postgres": ["CREATE OR REPLACE FUNCTION no_audit() RETURNS trigger LANGUAGE plpgsql AS "
                 "'BEGIN RAISE EXCEPTION ''no entry today''; END'",
                 "CREATE TRIGGER no_audit BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION no_audit()"],
}
END_OF_REFUSAL = {"sqlite": "DROP TRIGGER no_audit", "postgres": "DROP TRIGGER no_audit ON audit"}
# What was asked at the lender before anything was changed was asked; a key's use is noted now and then; jobs that are
# there go on.
NOT_COMPARED = {"lender_calls": None, "api_keys": ["last_used_at_ms"],
                "jobs": ["state", "due_at_ms", "attempts", "epoch", "lease_owner", "again_at_ms", "reason",
                         "reckoned_at_ms"]}
# The hub goes on by itself beside the request that is refused: a table counts that differs every time.
TRIES, QUIET_SECONDS = 5, 0.15


class Audit(idempotency.Rows):
    settings = {"applications.follow_longest_s": 5}  # so that little moves by itself
    keys = {}

    # --- Something to act on that lasts until the second try ------------------------------------------

    def lone(self):
        """The id of a new org that may connect; its admin's key is in `keys`."""
        name = f"roofs-{self.next()}"
        org = self.world.command("org", "create", "--name", name, "--sales-mode")
        hub.wait_for("the new org", hub.ANSWER_SECONDS,
                     lambda: self.world.call(self.operator, "GET", f"/v1/orgs/{org}").status == 200)
        self.keys[org] = self.world.key_of(org, "org_admin", f"admin@{name}.example")
        return org

    def connected(self):
        """A connection of a new org, and ids of both."""
        org = self.lone()
        made = hub.connected(self.world, self.operator, self.keys[org], org)
        return {"org": org, "connection": made["id"]}, f"/v1/orgs/{org}/connections/{made['id']}"

    def made(self, what, body):
        return self.call("POST", what, body, 201).json["id"]

    def subject(self, row):
        end = row.path.removeprefix("/v1/orgs/{org}")
        if end.startswith("/connections/"):
            return self.connection_and_body(row, end)
        if end.startswith("/webhook-endpoints/") and "{delivery}" not in end and not end.endswith(":test"):
            return self.endpoint_and_body(row)
        special = {("POST", "/connections"): self.offered, ("POST", "/offers"): self.may_be_offered,
                   ("DELETE", "/offers/{offer}"): self.offer, ("PATCH", ""): self.org_and_name,
                   ("PATCH", "/users/{user}"): self.user, ("DELETE", "/keys/{key}"): self.key,
                   ("PATCH", "/cases/{case}"): self.case_and_change, ("DELETE", "/cases/{case}"): self.case_only,
                   ("DELETE", "/cases/{case}/files/{file}"): self.file, ("PUT", "/products/selection"): self.selection,
                   ("PUT", "/products/{product}/selection"): self.selected,
                   ("PATCH", "/products/{product}"): self.draft_product,
                   ("DELETE", "/letters/{letter}/{language}"): self.letter,
                   ("POST", "/v1/plugins/{plugin}:start"): self.stopped,
                   ("POST", "/v1/plugins/{plugin}:resume-lending"): self.wound_down}
        if (row.method, end) in special:
            ids, body = special[row.method, end]()
            return {**self.ours.ids, **ids}, body
        return super().subject(row)

    def connection_and_body(self, row, end):
        ids, one = self.connected()
        key = self.keys[ids["org"]]
        body = api_tables.filled(api_tables.BODIES[row.schema], ids) if row.schema else None
        if end.endswith(":enable"):
            tag = self.world.call(key, "GET", one, expect=200).header("ETag")
            self.world.call(key, "POST", f"{one}:disable", {"reason": "A moment"}, 200, If_Match=tag)
        if row.method == "PUT":
            body = {**self.world.call(key, "GET", one, expect=200).json, "label": "Another name"}
        return {**self.ours.ids, **ids}, body

    def endpoint_and_body(self, row):
        org = self.lone()
        hooks = f"/v1/orgs/{org}/webhook-endpoints"
        made = self.world.call(self.keys[org], "POST", hooks, {"url": "https://hooks.example/in"}, 201)
        if row.path.endswith(":enable"):
            self.world.call(self.keys[org], "PATCH", f"{hooks}/{made.json['id']}", {"enabled": False}, 200,
                            If_Match=made.header("ETag"))
        ids = {**self.ours.ids, "org": org, "endpoint": made.json["id"]}
        return ids, api_tables.filled(api_tables.BODIES[row.schema], ids) if row.schema else None

    def may_be_offered(self):
        return {"org": self.lone()}, api_tables.BODIES["OfferDraft"]

    def offer(self):
        org = self.lone()
        made = self.world.call(self.operator, "POST", f"/v1/orgs/{org}/offers", api_tables.BODIES["OfferDraft"], 201)
        return {"org": org, "offer": made.json["id"]}, None

    def offered(self):
        return {"org": self.offer()[0]["org"]}, hub.load("connection.json")

    def org_and_name(self):
        return {"org": self.lone()}, {"name": f"Renamed {self.next()}"}

    def user(self):
        body = {**api_tables.BODIES["UserDraft"], "email": f"person-{self.next()}@example.com"}
        return {"user": self.made("/users", body)}, {"name": "Somebody Else"}

    def key(self):
        return {"key": self.made("/keys", {"label": "spare", "environment": "sandbox"})}, None

    def case_only(self):
        return {"case": self.case()["id"]}, None

    def case_and_change(self):
        return self.case_only()[0], api_tables.filled(api_tables.BODIES["CaseChange"], self.ours.ids)

    def file(self):
        case = self.case()["id"]
        return {"case": case, "file": self.made(f"/cases/{case}/files", api_tables.PDF)}, None

    def selection(self):
        return {"org": self.connected()[0]["org"]}, {"mode": "chosen"}

    def selected(self):
        ids, _ = self.connected()
        listed = self.world.call(self.keys[ids["org"]], "GET", f"/v1/orgs/{ids['org']}/products?limit=1", expect=200)
        return {**ids, "product": listed.json["data"][0]["id"]}, {"selected": False}

    def draft_product(self):
        return {"product": self.product().json["id"]}, {"lender": "Harbor and Sons"}

    def publish(self, method, body=None):
        path = f"{self.path}/letters/decision/en"
        found = self.world.call(self.admin, "GET", path, expect=200)
        self.world.call(self.production, method, path, body, 200, If_Match=found.header("ETag"))

    def letter(self):
        self.publish("PUT", api_tables.BODIES["LetterTexts"])
        return {}, None

    def operate(self, verb, body=None):
        path = f"/v1/plugins/{hub.MOSAIC}"
        tag = self.world.call(self.operator, "GET", path, expect=200).header("ETag")
        self.world.call(self.operator, "POST", f"{path}:{verb}", body, 200, If_Match=tag)

    def stopped(self):
        self.operate("stop", api_tables.BODIES["PluginStop"])
        return {}, None

    def wound_down(self):
        self.operate("wind-down", api_tables.BODIES["PluginWindDown"])
        return {}, None

    def after(self, row):
        """The others go on as before it."""
        if row.path.endswith("{plugin}:stop"):
            self.operate("start")
        elif row.path.endswith("{plugin}:wind-down"):
            self.operate("resume-lending")
        elif row.method == "PUT" and row.path.endswith("/letters/{letter}/{language}"):
            self.publish("DELETE")

    def holder(self, row, ids):
        if row.method in ("PUT", "DELETE") and "/letters/" in row.path:
            return self.production
        key = super().holder(row, ids)
        return self.keys.get(ids["org"], key) if key == self.admin else key

    # --- What is there -------------------------------------------------------------------------------

    def tables(self):
        """What stands in each table, each row as a text."""
        if DATABASE == "postgres":
            names = self.world.rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            parts = [f"SELECT '{name}', (to_jsonb(t){self.without(name)})::text FROM {name} t"
                     for (name,) in names if self.is_compared(name)]
            found = {name: [] for (name,) in names}
            for name, text in self.world.rows(" UNION ALL ".join(parts)):
                found[name].append(text)
            return {name: sorted(rows) for name, rows in found.items()}
        with contextlib.closing(sqlite3.connect(self.world.url.removeprefix("sqlite://"))) as database:
            database.execute("BEGIN")  # one moment of all
            names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            return {name: self.rows_of(database, name) for (name,) in names if self.is_compared(name)}

    @staticmethod
    def is_compared(name):
        return NOT_COMPARED.get(name, []) is not None

    @staticmethod
    def without(name):
        return f" - ARRAY{NOT_COMPARED[name]}" if name in NOT_COMPARED else ""

    @staticmethod
    def rows_of(database, name):
        cursor = database.execute(f"SELECT * FROM {name}")
        columns = [column[0] for column in cursor.description]
        return sorted(str({column: cell for column, cell in zip(columns, row)
                           if column not in NOT_COMPARED.get(name, [])}) for row in cursor)

    def settled(self):
        """What is there, once nothing moves."""
        def look():
            before = self.tables()
            time.sleep(QUIET_SECONDS)
            return before if self.tables() == before else None
        return hub.wait_for("quiet", hub.ANSWER_SECONDS, look)

    def entries(self, answer):
        """What the request left in the audit."""
        request = answer.header("X-Request-Id")
        self.assertRegex(request, r"^[\w-]+$")
        return [row[0] for row in self.world.rows(f"SELECT action FROM audit WHERE request_id = '{request}'")]

    # --- The sweep -----------------------------------------------------------------------------------

    @contextlib.contextmanager
    def no_audit(self):
        for statement in REFUSAL[DATABASE]:
            self.world.rows(statement)
        try:
            yield
        finally:
            self.world.rows(END_OF_REFUSAL[DATABASE])

    def while_refused(self, row, ids, body, repeat, tag):
        """The answer while nothing can be audited: a success, or a failure that changed nothing."""
        changed = None
        for _ in range(TRIES):
            before = self.settled()
            with self.no_audit():
                answer = self.sent(row, ids, body, repeat, tag)  # its rows do not document a fault of the hub's
                after = self.tables()
            if answer.status < 300:
                return answer
            self.assertGreaterEqual(answer.status, 500, answer)
            self.assertEqual(answer.header("Content-Type"), "application/problem+json")
            now = {name for name in before if before[name] != after[name]}
            changed = now if changed is None else changed & now
            if not changed:
                return answer
        self.fail(f"was refused and changed {sorted(changed)}: " + "; ".join(
            str(set(before[name]) ^ set(after[name]))[:1500] for name in sorted(changed)))

    def sweep(self, row):
        """Whether the row is audited."""
        ids, body = self.subject(row)
        tag = self.tag_of(row, ids) if row.wants_match else None
        repeat = f"audit-{self.next()}" if row.idempotent else None
        answer = self.while_refused(row, ids, body, repeat, tag)
        if answer.status < 300:
            return False
        done = self.ask(row, ids, body, repeat, tag)
        self.assertEqual((done.status, done.header("Idempotent-Replayed")), (row.done, None), done)
        self.assertTrue(self.entries(done), f"{row} failed without the audit and leaves nothing in it")
        self.after(row)
        return True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.production = cls.world.command("token", "create", "--email", "org_admin@sunny-roofs.example",
                                           "--environment", "production")

    def test_what_cannot_be_audited_does_not_happen(self):
        audited = set()
        rows = [row for row in self.rows if row.method != "GET" and not row.public]
        for row in rows:
            with self.subTest(str(row)):
                if self.sweep(row):
                    audited.add(str(row))
                    self.assertNotIn(str(row), UNAUDITED, "is audited after all")
                else:
                    self.assertIn(str(row), UNAUDITED, "is done though it cannot be audited: say why above")
        self.assertLessEqual(set(UNAUDITED), {str(row) for row in rows})
        self.assertGreater(len(audited), 40)

    def test_a_read_that_must_be_audited_is_refused_too(self):
        audited = set()
        for row in (row for row in self.rows if row.method == "GET" and not row.public):
            with self.subTest(str(row)):
                path = re.sub(r"{(\w+)}", lambda m: {**api_tables.SHARED, **self.ours.ids}[m[1]], row.path)
                if path.endswith("/requirements"):
                    path += f"?quote={self.ours.ids['quote']}"
                before = self.tables()["case_files"]
                with self.no_audit():
                    refused = self.world.call(self.holder(row, self.ours.ids), "GET", path)
                if refused.status == 200:
                    continue
                self.assertGreaterEqual(refused.status, 500, refused)
                self.assertNotIn(api_tables.PDF, refused.bytes)
                self.assertEqual(self.tables()["case_files"], before)
                done = self.world.call(self.holder(row, self.ours.ids), "GET", path, expect=200)
                self.assertTrue(self.entries(done), row)
                audited.add(str(row))
        self.assertEqual(audited, AUDITED_READS)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    BUILD, DATABASE = idempotency.BUILD, idempotency.DATABASE = sys.argv[1:3]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
