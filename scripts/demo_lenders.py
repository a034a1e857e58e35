"""The first steps of the demo: an org gets lenders and their products."""
import copy
import json
import pathlib

from demo_calls import ANSWER_SECONDS, expect, wait_for
from demo_screen import paint, screen

DATA = pathlib.Path(__file__).resolve().parents[1] / "config/demo"
MOSAIC = "com.lendport.mosaic"


def load(name):
    return json.loads((DATA / name).read_text())


class Lenders:
    """Steps of a Job; leaves its `connection`."""

    def offer(self):
        screen.step("Offer the Mosaic connector to both companies", "platform operator")
        for org in (self.org, self.other_org):
            offers = self.operator.get(f"{org}/offers", quiet=True).json["data"]
            if any(offer["plugin_id"] == MOSAIC for offer in offers):
                screen.say("is offered already")
            else:
                self.operator.post(f"{org}/offers", {"plugin_id": MOSAIC, "scope": "org"}, expect=(201,))

    def connect(self):
        screen.step("Connect the lender: the hub asks it first, then keeps the settings sealed", "org admins")
        draft = load("connection.json")
        wrong = copy.deepcopy(draft)
        wrong["settings"]["mosaic_id"] = "nobody-we-know"
        for there in self.connections(self.admin, self.org):
            wrong["connection"] = there["id"]
        refused = self.admin.post(f"{self.org}/connections:test", wrong, expect=(422,)).json
        screen.say(f"a mistyped Mosaic ID: {refused['errors'][0]['pointer']}: {refused['errors'][0]['detail']}")
        self.connection = self.connected(self.admin, self.org, draft)
        draft["settings"]["mosaic_id"] = "bright-side"
        self.connected(self.other, self.other_org, draft)

    def connections(self, caller, org):
        found = caller.get(f"{org}/connections", quiet=True).json["data"]
        return [connection for connection in found if connection["plugin_id"] == MOSAIC]

    def connected(self, caller, org, draft):
        there = self.connections(caller, org)
        path = f"{org}/connections"
        if there:
            connection = caller.get(f"{path}/{there[0]['id']}").json
        else:
            connection = caller.post(path, draft, expect=(201,)).json
        expect(connection["status"] == "connected", f"the connection is {connection['status']}: {connection}")
        secret = connection["settings"]["client_secret"]
        expect(secret == "***", "a secret was answered")
        screen.say(f"{paint(32, 'Connected')}: {connection['account']['name']} ({connection['environment']}), client secret {secret}")
        return connection

    def sync(self):
        screen.step("Fetch the lender's catalogue", "org admin")
        path = f"{self.org}/connections/{self.connection['id']}"
        before = self.admin.get(f"{path}/catalog", quiet=True).json["fetched_at"]
        self.admin.post(f"{path}:sync", expect=(202,))

        def fetched():
            state = self.admin.get(f"{path}/catalog", quiet=True).json
            expect(not state["problem"], f"the catalogue could not be fetched: {state['problem']}")
            return state if state["fetched_at"] not in (None, before) else None

        wait_for("the catalogue", ANSWER_SECONDS, fetched)
        state = self.admin.get(f"{path}/catalog").json
        expect(state["products"] >= 10, f"{state['products']} products, and the lender has at least 10")
        screen.say(f"{state['products']} products, fetched {state['fetched_at']}, {len(state['held_back'])} held back")

    def configure(self):
        screen.step("Add a product of a lender without an integration, from its rate sheet", "org admin")
        draft = load("product.json")
        same = [p for p in self.admin.get(f"{self.org}/products", quiet=True).json["data"]
                if p["lender_product_id"] == draft["lender_product_id"]]
        if same:
            screen.say(f"is there already: {same[0]['display_name']}")
            return
        made = self.admin.post(f"{self.org}/products", draft, expect=(201,))
        product = f"{self.org}/products/{made.json['id']}"
        live = self.admin.post(f"{product}:release", expect=(200,), match=made.headers["ETag"]).json
        expect(live["status"] == "live", f"the product is {live['status']}")
        screen.say(f"{live['display_name']} is live")
