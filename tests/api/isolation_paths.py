"""Tests of isolation: ids of another org, or of what the key may not see, in the paths of requests."""
import itertools

from api_tables import MAY, REFERENCES
from isolation_asking import Asking, comparable

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class InPaths(Asking):
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
