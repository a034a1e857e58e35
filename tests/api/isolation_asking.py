"""How the tests of isolation ask: one request for a route, and whether two answers are the same."""
import re

from api_tables import BODIES, MAY, PDF, SHARED, filled, hub


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


class Asking:
    """What a test of isolation asks with: a `world`, its `routes`, the orgs `ours` and `theirs` and the ids
    that `never` were, the keys `admin`, `operator` and `support`."""

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
