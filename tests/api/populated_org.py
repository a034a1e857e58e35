"""An org of a running hub, with one of everything that has an id."""
from api_tables import PDF, hub


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
