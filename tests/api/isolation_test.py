#!/usr/bin/python3
"""Shows that one org never learns of another's things: asked for another's id, wherever it stands, the
hub answers as it does for an id that never was. Also that every route wants a key and its permission.

    tests/api/isolation_test.py BUILD sqlite|postgres

Everything is generated from /openapi.json. A new path parameter, body, reference or public route must
be entered in api_tables.py, or a test fails.
"""
import re
import sys
import unittest

from api_routes import Route
from api_tables import (BODIES, LOOKS_LIKE_REFERENCE, MAY, NEVER, NO_REFERENCES, PUBLIC, QUERIES, REFERENCES, SHARED,
                        hub)
from isolation_paths import InPaths
from populated_org import Org


class Isolation(InPaths, unittest.TestCase):
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

    # --- The tables are whole ------------------------------------------------------------------------

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
