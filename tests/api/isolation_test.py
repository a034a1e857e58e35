#!/usr/bin/python3
"""Shows that one org never learns of another's things: asked for another's id, wherever it stands, the
hub answers as it does for an id that never was. Also that every route wants a key and its permission.

    tests/api/isolation_test.py BUILD sqlite|postgres

Everything is generated from /openapi.json. A new path parameter, body, reference or public route must
be entered in the tables below, or a test fails.
"""
import itertools
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402

NEVER = "01890000-0000-7000-8000-00000000dead"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# Routes that need no key, since they hold nothing of an org.
PUBLIC = {"/docs", "/docs.css", "/healthz", "/metrics", "/openapi.json", "/problems/{slug}", "/readyz", "/version",
          # A lender's way in: its token is the only thing that names an org.
          "/v1/hooks/{token}"}
# Path parameters that name nothing of an org, with a value.
# (A view of the support is a person's of the platform.)
SHARED = {"stipulation": "stip-1",  # the lender's name for it, within one application
          "plugin": hub.MOSAIC, "slug": "not_found", "token": "never-given", "letter": "decision",
          "language": "en", "view": f"view_{NEVER}"}
# What each role may do, written here once more: the hub's own table is what is tested.
READS = {"plugins_read", "orgs_read", "connections_read", "products_read", "cases_read", "quotes_read",
         "applications_read"}
REP = READS | {"cases_write", "quotes_write", "applications_write", "files_read"}
MANAGER = REP | {"users_read", "products_write", "applications_decide", "applications_override", "audit_read"}
MAY = {
    "viewer": READS,
    "rep": REP,
    "org_manager": MANAGER,
    "org_admin": MANAGER | {"users_write", "keys_write", "connections_write", "letters_write", "webhooks_read",
                            "webhooks_write"},
    "operator": {"plugins_read", "plugins_operate", "offers_write", "orgs_read", "orgs_write", "users_read",
                 "users_write", "keys_write", "connections_read", "products_read", "audit_read"},
    "support": READS | {"users_read", "products_write", "applications_decide", "audit_read", "webhooks_read",
                        "support_open"},
}
BORROWER = {"first_name": "Ada", "last_name": "Example", "email": "ada@example.com", "phone": "+15125550100",
            "address": "12 Sunny Lane, Austin, TX 78701, US"}
ORG = {"name": "New Roofs", "country": "US", "segments": ["residential"]}
PDF = b"%PDF-1.7\n"
CONSENT = {"scope": "soft", "text_version": "mosaic-2026-01", "language": "en"}
# A valid body of each request schema; `{product}` and the like stand for an id of the caller's org.
BODIES = {
    "ApiKeyDraft": {"label": "spare", "environment": "sandbox", "user": "{user}"},
    "CaseChange": {**hub.load("case.json"), "owner": "{user}"},
    "CompareRequest": {"sort": "lowest_payment"},
    "Confirmation": BORROWER,
    "ConnectionDisable": {"reason": "Moving to another account"},
    "ConnectionDraft": hub.load("connection.json"),
    "ConnectionEnable": {"with_sub_orgs": False},
    "ConnectionReconnect": {"settings": hub.load("connection.json")["settings"]},
    "ConnectionTest": {**hub.load("connection.json"), "connection": "{connection}"},
    "LetterPreview": {"variant": "approved"},
    "LetterTexts": {"subject": "About your loan", "text": "Dear {{applicant}}", "html": "<p>{{lender}}</p>"},
    "ManualDecision": {"status": "in_review"},
    "NewApplication": {"quote_id": "{quote}", "consent": CONSENT},
    "NoticeRecord": {"sent_on": "2026-05-04", "how": "by post"},
    "NoticePreferences": {"decision": {"mail": False, "list": True}},
    "OfferDraft": {"plugin_id": hub.MOSAIC, "scope": "org"},
    "OrgDraft": {**ORG, "parent": "{org}", "account_manager": "{user}"},
    "OrgPatch": {"name": "New Roofs", "account_manager": "{user}"},
    "OrgSelection": {"mode": "all"},
    "PluginStop": {"reason": "The lender moves"},
    "PluginWindDown": {"reason": "The lender leaves the market", "successors": ["com.lendport.configured"]},
    "ProductDraft": {**hub.load("product.json"), "supersedes": "{product}"},
    "ProductPatch": {"lender": "Harbor Credit Union", "supersedes": "{product}"},
    "ProductSelection": {"selected": True},
    "QuoteRequest": {"product_id": "{product}"},
    "StipulationUpload": {"files": ["{file}"]},
    "SupportViewDraft": {"org": "{org}", "reason": "They cannot confirm"},
    "UserDraft": {"email": "somebody@example.com", "name": "Somebody", "role": "rep"},
    "UserPatch": {"name": "Somebody Else"},
    "WaterfallOrder": {"lenders": []},
    "WebhookEndpointDraft": {"url": "https://hooks.example/in"},
    "WebhookEndpointPatch": {"description": "The new one"},
    "WebhookRecovery": {"since": "2026-01-01T00:00:00Z"},
}
# Fields that name another thing: schema, pointer and the kind of its id.
REFERENCES = {
    ("ApiKeyDraft", "user"): "user",
    ("CaseChange", "owner"): "user",
    ("ConnectionTest", "connection"): "connection",
    ("NewApplication", "quote_id"): "quote",
    ("OrgDraft", "parent"): "org",
    ("OrgDraft", "account_manager"): "user",
    ("OrgPatch", "account_manager"): "user",
    ("ProductDraft", "supersedes"): "product",
    ("ProductPatch", "supersedes"): "product",
    ("QuoteRequest", "product_id"): "product",
    ("SupportViewDraft", "org"): "org",
}
# Fields that look like references and are none of an org's things.
NO_REFERENCES = {("ConnectionDraft", "plugin_id"), ("ConnectionTest", "plugin_id"), ("OfferDraft", "plugin_id"),
                 ("ProductDraft", "lender_product_id"), ("ProductPatch", "lender_product_id"),
                 # An applicant's id within its own case.
                 ("CaseChange", "applicants/id")}
LOOKS_LIKE_REFERENCE = re.compile(r"(^|_)(ids?|org|user|owner|manager|parent|supersedes|connection|product|case|quote|"
                                  r"application|key|offer|rep)$")
# Query parameters: the kind of the id they take, or None where they take none.
QUERIES = {"name": None, "limit": None, "cursor": None, "number": None, "status": None, "state": None, "selected": None,
           "format": None, "after": None, "type": None, "since": None, "until": None, "case": "case", "quote": "quote",
           "application": "application"}


class Route:
    def __init__(self, method, path, described, schemas):
        self.method, self.path = method.upper(), path
        self.permission = described.get("x-permission")
        self.public = described.get("security") == []
        self.parameters = re.findall(r"{(\w+)}", path)
        self.queries = {p["name"] for p in described.get("parameters", []) if p["in"] == "query"}
        self.idempotent = any(p["in"] == "header" and p["name"] == "Idempotency-Key"
                              for p in described.get("parameters", []))
        content = described.get("requestBody", {}).get("content", {})
        self.schema = name_of(content["application/json"]["schema"]) if "application/json" in content else None
        self.raw = bool(content) and self.schema is None  # a body of bytes
        self.fields = sorted(fields_of(schemas, {"$ref": f"#/components/schemas/{self.schema}"})) if self.schema else []
        self.listed = any(name_of(answer["content"]["application/json"]["schema"]).endswith("Page")
                          for status, answer in described["responses"].items()
                          if status.startswith("2") and "application/json" in answer.get("content", {}))

    def __str__(self):
        return f"{self.method} {self.path}"


def name_of(schema):
    return schema.get("$ref", "").rpartition("/")[2]


def fields_of(schemas, schema, before="", seen=()):
    """The paths of all fields a schema describes, `applicants/id`."""
    found = set()
    name = name_of(schema)
    if name:
        return found if name in seen else fields_of(schemas, schemas[name], before, (*seen, name))
    for part in ("allOf", "oneOf", "anyOf"):
        for one in schema.get(part, []):
            found |= fields_of(schemas, one, before, seen)
    if "items" in schema:
        found |= fields_of(schemas, schema["items"], before, seen)
    for field, inner in schema.get("properties", {}).items():
        found.add(before + field)
        found |= fields_of(schemas, inner, f"{before}{field}/", seen)
    return found


def filled(template, ids):
    """The body with its `{kind}` replaced by ids."""
    if isinstance(template, dict):
        return {key: filled(value, ids) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, ids) for value in template]
    if isinstance(template, str) and re.fullmatch(r"{\w+}", template):
        return ids[template[1:-1]]
    return template


def comparable(answer, ids):
    """Status, headers and body without what differs between any two requests: id, time, quota, the ids
    that were asked for."""
    def plain(text):
        for one in sorted(ids, key=len, reverse=True):
            text = text.replace(one, "<id>")
        return re.sub(r"\bid=[0-9a-f]{32}\b", "", text)
    request_id = answer.header("X-Request-Id") or "no request id"
    headers = sorted((name.lower(), plain(re.sub(r";r=\d+;t=\d+", "", value).replace(request_id, "<request>")))
                     for name, value in answer.headers if name.lower() != "date")
    return answer.status, headers, plain(answer.body.replace(request_id, "<request>"))


class Org:
    """One org with one of everything."""

    def __init__(self, world, operator, name, mosaic_id):
        host = f"{mosaic_id}.example"
        self.id = world.command("org", "create", "--name", name, "--sales-mode")
        self.keys = {role: world.key_of(self.id, role, f"{role}@{host}")
                     for role in ("org_admin", "org_manager", "rep", "viewer")}
        self.mosaic_id, self.operator = mosaic_id, operator

    def populate(self, world):
        admin, path = self.keys["org_admin"], f"/v1/orgs/{self.id}"
        connection = hub.connected(world, self.operator, admin, self.id, self.mosaic_id)
        made = world.call(admin, "POST", f"{path}/products", hub.load("product.json"), expect=201)
        world.call(admin, "POST", f"{path}/products/{made.json['id']}:release", expect=200,
                   If_Match=made.header("ETag"))
        draft = {**hub.load("product.json"), "lender_product_id": "HCU-DRAFT"}
        self.draft = world.call(admin, "POST", f"{path}/products", draft, expect=201).json["id"]
        for number in range(2):
            case = hub.opened_case(world, admin, self.id, number)
            quote = hub.quoted(world, admin, self.id, case)
            application = hub.drafted(world, admin, self.id, quote)
        other = world.call(admin, "POST", f"{path}/cases/{case['id']}/quotes", {"product_id": made.json["id"]},
                           expect=201).json
        # Disabled, so that nothing is sent to nowhere again and again: all it is told of is `failed` at once.
        endpoint = world.call(admin, "POST", f"{path}/webhook-endpoints", {"url": "https://hooks.example/in"},
                              expect=201)
        hook = f"{path}/webhook-endpoints/{endpoint.json['id']}"
        ping = world.call(admin, "POST", f"{hook}:test", expect=202)
        world.call(admin, "PATCH", hook, {"enabled": False}, expect=200, If_Match=endpoint.header("ETag"))
        first = {what: world.call(admin, "GET", f"{path}/{what}", expect=200).json["data"][0]["id"]
                 for what in ("users", "keys", "offers")}
        mail = self.mail_of_a_decision(world, admin, path)
        file = world.call(admin, "POST", f"{path}/cases/{case['id']}/files?name=stub.pdf", PDF, expect=201,
                          Content_Type="application/pdf").json
        # The quote that no application is bound to, so that one could be made from it.
        self.ids = {"org": self.id, "user": first["users"], "key": first["keys"], "offer": first["offers"],
                    "connection": connection["id"], "product": made.json["id"], "case": case["id"],
                    "quote": other["id"], "application": application["id"], "mail": mail, "file": file["id"],
                    "endpoint": endpoint.json["id"], "delivery": ping.json["id"],
                    "notice": self.told(world, admin, path)}
        self.lenders_product = quote["product_id"]

    def told(self, world, admin, path):
        """The id of a notice: of the decision above."""
        return hub.wait_for("the notice", hub.ANSWER_SECONDS,
                            lambda: world.call(admin, "GET", f"{path}/notices", expect=200).json["data"])[0]["id"]

    def mail_of_a_decision(self, world, admin, path):
        """The id of a mail: that of an application which the lender approves."""
        quote = hub.quoted(world, admin, self.id, hub.opened_case(world, admin, self.id, 2))
        one = f"{path}/applications/{hub.drafted(world, admin, self.id, quote)['id']}"
        seen = world.call(admin, "GET", f"{one}/borrower", expect=200).json
        world.call(admin, "POST", f"{one}:confirm", seen, expect=202, Idempotency_Key=f"confirm-{one}")
        return hub.wait_for("the mail", hub.ANSWER_SECONDS,
                            lambda: world.call(admin, "GET", f"{path}/mails", expect=200).json["data"])[0]["id"]


class Isolation(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.world = world = hub.World(BUILD, DATABASE, **{"http.requests_per_second": 100000,
                                                          "http.requests_burst": 100000,
                                                          "applications.follow_first_ms": 100,
                                                          "applications.follow_longest_s": 1})
        cls.addClassCleanup(world.close)
        world.command("user", "create", "--email", "operator@lendport.example", "--name", "Operator")
        cls.operator = world.command("token", "create", "--email", "operator@lendport.example", "--environment",
                                     "sandbox")
        cls.ours = Org(world, cls.operator, "Sunny Roofs", "sunny-roofs")
        cls.theirs = Org(world, cls.operator, "Bright Side", "bright-side")
        if not world.start_hub():
            raise RuntimeError(world.hub.said())
        cls.support = hub.support_key(world, cls.operator)
        cls.ours.populate(world)
        cls.theirs.populate(world)
        document = world.call(None, "GET", "/openapi.json", expect=200).json
        schemas = document["components"]["schemas"]
        cls.routes = [Route(method, path, described, schemas)
                      for path, methods in document["paths"].items() for method, described in methods.items()]
        cls.never = {kind: re.match(r"[a-z]+_", one).group() + NEVER for kind, one in cls.ours.ids.items()}
        cls.admin = cls.ours.keys["org_admin"]
        cls.asked = 0

    # --- One request ---------------------------------------------------------------------------------

    def tag_of(self, key, route, ids):
        """The ETag of the thing the route changes: the path up to its last id."""
        if route.method == "GET" or "}" not in route.path:
            return None
        path = re.sub(r"{(\w+)}", lambda m: {**SHARED, **ids}[m[1]], route.path[:route.path.rindex("}") + 1])
        return self.world.call(key, "GET", path).header("ETag")

    def ask(self, key, route, ids, body=None, method=None, query="", references=None, tag=None):
        """The route's request with these ids in its path and an otherwise valid body."""
        path = re.sub(r"{(\w+)}", lambda m: {**SHARED, **ids}[m[1]], route.path) + query
        type(self).asked += 1
        headers = {"If-Match": tag or '"1"'}
        if route.idempotent:
            headers["Idempotency-Key"] = f"isolation-{self.asked}"
        if body is None and route.schema:
            body = filled(BODIES[route.schema], {**self.ours.ids, **(references or {})})
        if body is None and route.raw:
            body = PDF
        if (method or route.method) in ("GET", "HEAD"):
            body = None
        if key:
            headers["Authorization"] = f"Bearer {key}"
        return hub.send(self.world.hub.address, method or route.method, path, headers, body)

    def same(self, what, foreign, missing):
        """Both answers are one, apart from the ids that were asked for."""
        ids = [*self.ours.ids.values(), *self.theirs.ids.values(), *self.never.values()]
        self.assertEqual(comparable(foreign, ids), comparable(missing, ids), what)

    def private(self):
        return [route for route in self.routes if not route.public]

    def owned(self, route):
        """The path parameters that name things of an org."""
        return [name for name in route.parameters if name not in SHARED]

    def holder(self, route):
        """A key that may use the route: our admin's, else the operator's."""
        if route.permission == "support_open":
            return self.support
        return self.admin if route.permission in MAY["org_admin"] else self.operator

    # --- The tables above are whole ------------------------------------------------------------------

    def test_everything_is_in_the_tables(self):
        self.assertGreater(len(self.routes), 40)
        self.assertEqual({route.path for route in self.routes if route.public} - PUBLIC, set(), "public routes")
        for route in self.routes:
            with self.subTest(str(route)):
                unknown = set(route.parameters) - set(SHARED) - set(self.ours.ids)
                self.assertEqual(unknown, set(), "path parameters without an id to try")
                self.assertEqual(route.queries - set(QUERIES), set(), "query parameters")
                if route.public:
                    continue
                self.assertIn(route.permission, set().union(*MAY.values()))
                self.assertTrue(route.schema is None or route.schema in BODIES, f"no body for {route.schema}")
                for field in route.fields:
                    known = (route.schema, field) in REFERENCES or (route.schema, field) in NO_REFERENCES
                    looks = LOOKS_LIKE_REFERENCE.search(field.rpartition("/")[2])
                    self.assertTrue(known or not looks, f"may {route.schema}'s {field} name another's thing?")

    def test_what_is_tried_exists(self):
        for org in (self.ours, self.theirs):
            for route in self.private():
                if route.method == "GET":
                    query = f"?quote={org.ids['quote']}" if route.path.endswith("/requirements") else ""
                    answer = self.ask(org.keys["org_admin"], route, org.ids, query=query)
                    self.assertEqual(answer.status, 200, f"{route} as its owner: {answer}")

    # --- Ids in paths --------------------------------------------------------------------------------

    def assignments(self, parameters, may_leave):
        """Each way to fill the parameters with at least one foreign id: kinds of ids by name."""
        for kinds in itertools.product(("ours", "theirs", "never"), repeat=len(parameters)):
            chosen = dict(zip(parameters, kinds))
            if "theirs" in kinds and (may_leave or chosen.get("org") != "theirs"):
                yield chosen

    def ids_for(self, chosen):
        sets = {"ours": self.ours.ids, "theirs": self.theirs.ids, "never": self.never}
        return {name: sets[kind][name] for name, kind in chosen.items()}

    def test_foreign_ids_in_paths_answer_as_missing_ones(self):
        tried = 0
        for route in self.private():
            for key in dict.fromkeys((self.admin, self.holder(route))):
                holds = key == self.holder(route)
                for chosen in self.assignments(self.owned(route), key == self.admin):
                    gone = {name: "never" if kind == "theirs" else kind for name, kind in chosen.items()}
                    what = f"{route} with {chosen}"
                    foreign = self.ask(key, route, self.ids_for(chosen))
                    missing = self.ask(key, route, self.ids_for(gone))
                    self.same(what, foreign, missing)
                    self.assertEqual(missing.status, 404 if holds else 403, f"{what}: {missing}")
                    tried += 1
        self.assertGreater(tried, 100)

    def test_every_verb_on_foreign_paths_answers_as_on_missing_ones(self):
        for path, routes in itertools.groupby(self.private(), lambda route: route.path):
            route = next(routes)
            for method in METHODS:
                for chosen in self.assignments(self.owned(route), True):
                    gone = {name: "never" if kind == "theirs" else kind for name, kind in chosen.items()}
                    foreign = self.ask(self.admin, route, self.ids_for(chosen), body={}, method=method)
                    missing = self.ask(self.admin, route, self.ids_for(gone), body={}, method=method)
                    self.same(f"{method} {path} with {chosen}", foreign, missing)
                    self.assertIn(foreign.status, (400, 403, 404, 405, 415, 422), f"{method} {path}")

    def test_another_org_is_as_it_was(self):
        before = self.seen_by(self.theirs)
        for route in self.private():
            for chosen in self.assignments(self.owned(route), True):
                self.ask(self.admin, route, self.ids_for(chosen), tag="*")
        self.assertEqual(self.seen_by(self.theirs), before)

    def seen_by(self, org):
        """What every GET answers to the org's own admin; apart from keys, whose last use changes, and from
        what goes on by itself: the health and the diagnostics of a connection."""
        reads = [route for route in self.private() if route.method == "GET" and "/keys" not in route.path
                 and not route.path.endswith(("/health", "/diagnostics"))]
        answers = {str(route): self.ask(org.keys["org_admin"], route, org.ids) for route in reads}
        return {route: (answer.status, answer.header("ETag"), self.without_looks(route, answer))
                for route, answer in answers.items() if answer.status == 200}

    @staticmethod
    def without_looks(route, answer):
        """Its body; an audit without what looking itself leaves there: that a document was opened."""
        if not route.endswith("/audit"):
            return answer.body
        return [entry for entry in answer.json["data"] if entry["action"] != "case.file_opened"]

    def test_what_a_key_may_not_see_of_its_own_org_is_missing_too(self):
        """Another's cases for a rep; the sandbox's things for a production key."""
        token = self.world.command("token", "create", "--email", "org_admin@sunny-roofs.example", "--environment",
                                   "production")
        sandbox = {kind: self.ours.ids[kind] for kind in ("connection", "quote", "application", "mail", "notice",
                                                          "endpoint", "delivery")}
        cases = {kind: self.ours.ids[kind] for kind in ("case", "quote", "application", "mail", "file", "notice")}
        for role, key, hidden in (
                ("rep", self.ours.keys["rep"], cases),
                ("org_admin", token, {**sandbox, "product": self.ours.lenders_product})):
            ids = {*self.ours.ids.values(), *hidden.values(), *self.never.values()}
            for route, found, missing in self.hidden_and_missing(key, hidden):
                self.assertEqual(comparable(found, ids), comparable(missing, ids), f"{route} as {role}")
                expected = (404, 422) if route.permission in MAY[role] else (403,)
                self.assertTrue(found.status in expected or found.json.get("data") == [], f"{route}: {found}")

    def hidden_and_missing(self, key, hidden):
        """Each route with the answers for hidden ids and for missing ones: in the path, body and query."""
        gone = {kind: self.never[kind] for kind in hidden}
        for route in self.private():
            if set(self.owned(route)) & set(hidden):
                yield route, *(self.ask(key, route, {**self.ours.ids, **ids}) for ids in (hidden, gone))
            for (schema, _), kind in REFERENCES.items():
                if schema == route.schema and kind in hidden and len(route.parameters) == 1:
                    yield route, *(self.ask(key, route, self.ours.ids, references=ids) for ids in (hidden, gone))
            for name in route.queries & set(hidden):
                yield route, *(self.ask(key, route, self.ours.ids, query=f"?{name}={ids[name]}")
                               for ids in (hidden, gone))

    def test_a_sub_org_does_not_see_its_parent(self):
        sub = self.world.command("org", "create", "--name", "Sunny Roofs South", "--parent", self.ours.id)
        key = self.world.key_of(sub, "org_admin", "org_admin@south.example")
        for route in self.private():
            owned = self.owned(route)
            here = [self.ours.id] + ([sub] if len(owned) > 1 else []) if owned else []
            for org in here:
                # Live configured products are inherited; drafts are not.
                found = self.ask(key, route, {**self.ours.ids, "product": self.ours.draft, "org": org})
                missing = self.ask(key, route, {**self.never, "org": sub if org == sub else self.never["org"]})
                ids = [sub, self.ours.draft, *self.ours.ids.values(), *self.never.values()]
                self.assertEqual(comparable(found, ids), comparable(missing, ids), f"{route} of the parent in {org}")
                self.assertEqual(found.status, 404 if route.permission in MAY["org_admin"] else 403, f"{found}")

    # --- Ids in bodies and queries -------------------------------------------------------------------

    def test_foreign_ids_in_bodies_answer_as_missing_ones(self):
        tried = set()
        for route in self.private():
            for (schema, field), kind in REFERENCES.items():
                if route.schema != schema:
                    continue
                # Who may act in every org may name every org's things, but for things of one org.
                operators = self.holder(route) in (self.operator, self.support)
                key = self.admin if operators else self.holder(route)
                what = f"{route} with another's {field}"
                # Only a draft may still be changed to replace another product.
                ids = {**self.ours.ids, "product": self.ours.draft} if schema == "ProductPatch" else self.ours.ids
                tag = self.tag_of(key, route, ids)
                foreign = self.ask(key, route, ids, references={kind: self.theirs.ids[kind]}, tag=tag)
                missing = self.ask(key, route, ids, references={kind: self.never[kind]}, tag=tag)
                self.same(what, foreign, missing)
                self.assertIn(foreign.status, (403,) if operators else (404, 422), f"{what}: {foreign}")
                if not operators:  # the body is one that an own id makes good
                    own = self.ask(key, route, ids, tag=tag)
                    self.assertIn(own.status, (200, 201), f"{route} with an own {field}: {own}")
                tried.add((schema, field))
        self.assertEqual(tried, set(REFERENCES))

    def test_foreign_ids_in_queries_answer_as_missing_ones(self):
        tried = set()
        for route in self.private():
            for name in route.queries:
                if route.method != "GET" or QUERIES[name] is None:
                    continue
                kind = QUERIES[name]
                foreign, missing = (self.ask(self.admin, route, self.ours.ids, query=f"?{name}={ids[kind]}")
                                    for ids in (self.theirs.ids, self.never))
                self.same(f"{route}?{name}=", foreign, missing)
                self.assertTrue(foreign.status == 404 or foreign.json.get("data") == [], f"{route}?{name}=: {foreign}")
                tried.add(name)
        self.assertEqual(tried, {"application", "case", "quote"})

    # --- Cursors -------------------------------------------------------------------------------------

    def test_cursors_of_other_lists_are_refused_alike(self):
        lists = [route for route in self.private() if route.listed and "cursor" in route.queries]
        cursors = []
        for org in (self.ours, self.theirs):
            for route in lists:
                page = self.ask(org.keys["org_admin"], route, org.ids, query="?limit=1").json
                if page["next_cursor"]:
                    cursors.append((org, route, page["next_cursor"]))
        kinds = {route.path.rpartition("/")[2] for _, route, _ in cursors}
        self.assertLessEqual({"applications", "cases", "keys", "products", "quotes", "users"}, kinds)
        for route in lists:
            garbled = self.ask(self.admin, route, self.ours.ids, query="?limit=1&cursor=never")
            self.assertEqual(garbled.status, 400, f"{route}: {garbled}")
            for org, made_by, cursor in cursors:
                answer = self.ask(self.admin, route, self.ours.ids, query=f"?limit=1&cursor={cursor}")
                if org is self.ours and made_by is route:
                    self.assertEqual(answer.status, 200, f"{route}: {answer}")
                else:
                    self.same(f"{route} with a cursor of {made_by}", answer, garbled)

    # --- What is asked is what is documented -------------------------------------------------------------

    def test_a_query_that_is_not_documented_is_refused(self):
        """Every documented name is read, any other is refused: the document and the hub are one table."""
        samples = {"limit": "1", "status": "active", "state": "approved", "selected": "any", "format": "json",
                   "number": "1", "case": self.ours.ids["case"], "quote": self.ours.ids["quote"],
                   "application": self.ours.ids["application"]}
        for route in self.private():
            key = self.holder(route)
            for name in sorted(set(QUERIES) - {"cursor"} | {"stat", "limits"}):
                value = "live" if (name, self.listed_kind(route)) == ("status", "products") else samples.get(name, "1")
                answer = self.ask(key, route, self.ours.ids, query=f"?{name}={value}", tag='"never"')
                unknown = [e for e in (answer.json or {}).get("errors", []) if e["code"] == "unknown_parameter"]
                self.assertEqual([e["pointer"] for e in unknown], [] if name in route.queries else [f"/{name}"],
                                 f"{route}?{name}: {answer}")
                if name not in route.queries:
                    self.assertEqual(answer.status, 422, f"{route}?{name}: {answer}")

    def test_the_version_names_the_commit_of_a_git_tree(self):
        version = self.world.call(None, "GET", "/version", expect=200).json
        pattern = r"[0-9a-f]{40,64}" if (hub.ROOT / ".git").exists() else ""
        self.assertRegex(version["commit"], f"^{pattern}$")

    def test_the_metrics_tell_of_calls_and_jobs_and_of_nobody(self):
        metrics = self.world.call(None, "GET", "/metrics", expect=200).body
        self.assertRegex(metrics, r'lendport_lender_calls_total{operation="catalog.list/\d+",outcome="done",'
                                  r'plugin="com.lendport.mosaic"} [1-9]')
        self.assertRegex(metrics, r'lendport_lender_call_seconds_count{operation="catalog.list/\d+",')
        for kind in ("applications.submit", "applications.follow", "other"):
            self.assertRegex(metrics, rf'lendport_jobs{{kind="{kind}",state="waiting"}} \d')
            self.assertRegex(metrics, rf'lendport_jobs_overdue_seconds{{kind="{kind}"}} \d')
        for follower in ("notices", "waterfall"):
            for what in ("behind", "behind_seconds"):
                self.assertRegex(metrics, rf'lendport_events_{what}{{follower="{follower}"}} \d')
        for one in (*self.ours.ids.values(), *self.theirs.ids.values(), "sunny-roofs", "example"):
            self.assertNotIn(one, metrics)

    @staticmethod
    def listed_kind(route):
        return route.path.rpartition("/")[2]

    # --- Keys and permissions ------------------------------------------------------------------------

    def test_no_route_answers_without_a_key(self):
        for route in self.private():
            for key in (None, "lp_test_nobody", self.admin[:-1] + ("a" if self.admin[-1] != "a" else "b")):
                for ids in (self.ours.ids, self.never):
                    answer = self.ask(key, route, ids)
                    self.assertEqual(answer.status, 401, f"{route}: {answer}")

    def test_roles_may_what_the_table_says(self):
        keys = {**self.ours.keys, "operator": self.operator, "support": self.support}
        ids = {**self.never, "org": self.ours.id}
        for route in self.private():
            for role, may in MAY.items():
                # Nothing valid is sent to those who may: the answer only must not be about permission.
                answer = self.ask(keys[role], route, ids, body={} if route.schema else None)
                what = f"{route} as {role}: {answer}"
                if route.permission in may:
                    self.assertNotIn(answer.status, (401, 403), what)
                else:
                    self.assertEqual((answer.status, answer.json["code"]), (403, "forbidden"), what)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    BUILD, DATABASE = sys.argv[1:3]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
