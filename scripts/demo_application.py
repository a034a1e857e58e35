"""The middle of the demo: from a homeowner to an application that is on its way to the lender."""
from demo_calls import expect
from demo_lenders import load
from demo_screen import dollars, screen, short

FIRST_NAMES = ("Ada", "Bruno", "Chloé", "David", "Elena", "Farid", "Grace", "Hugo", "Inès", "Jonas")
LAST_NAMES = ("Example", "Miller", "Dubois", "Garcia", "Novak", "Okafor", "Petit", "Quinn", "Rossi", "Sato")


class Applying:
    """Steps of a Job; leaves its `case`, its `quote` and the path of its `application`."""

    def open_case(self):
        screen.step("Open a case: who, where, what it costs", "sales rep")
        case = load("case.json")
        person, n = case["applicants"][0], self.number
        person["first_name"] = FIRST_NAMES[n % len(FIRST_NAMES)]
        person["last_name"] = LAST_NAMES[n // len(FIRST_NAMES) % len(LAST_NAMES)]
        person["email"] = f"homeowner-{n}@example.com"
        # Not of the sandbox's magic endings 0000 to 0006: those are other decisions.
        person["ssn"] = f"900-{n // 9000 % 90 + 10}-{n % 9000 + 1000}"
        case["agreement"].update(name=f"{person['first_name']} {person['last_name']}", email=person["email"])
        self.case = self.rep.post(f"{self.org}/cases", case, expect=(201,)).json
        shown = self.case["applicants"][0]
        expect(shown["ssn"] == "***" and shown["date_of_birth"] == "***", "personal fields were answered")
        screen.say(f"case {self.case['number']}: {shown['first_name']} {shown['last_name']}, SSN {shown['ssn']}, "
                   f"born {shown['date_of_birth']}")

    def compare(self):
        screen.step("Compare what every lender offers for it", "sales rep")
        path = f"{self.org}/cases/{self.case['id']}/quotes"
        compared = self.rep.post(f"{path}:compare", {"sort": "lowest_payment"}).json
        offers = compared["data"]
        screen.table(
            ["lender", "product", "months", "APR %", "system cost", "dealer fee", "financed", "per month", "in all"],
            [[offer["lender"], offer["product_name"], offer["term_months"], offer["apr_stated"],
              *(dollars(offer["amounts"][name]) for name in ("system_cost", "dealer_fee", "financed_amount")),
              dollars(offer["first_payment"]), dollars(offer["total_of_payments"])] for offer in offers],
            right={2, 3, 4, 5, 6, 7, 8})
        for left in compared["left_out"]:
            screen.say(f"left out: {left.get('product_name', left['product_id'])}: {left['detail']}")
        # More when somebody added products of their own since the last run.
        expect(len(offers) >= 11, f"{len(offers)} offers, not 11 or more")
        payments = [float(offer["first_payment"]["amount"]) for offer in offers]
        expect(payments == sorted(payments), "the offers are not sorted by payment")
        chosen = next(offer for offer in offers if offer["connection_id"])
        screen.say(f"chosen: {chosen['product_name']}, {dollars(chosen['first_payment'])} a month")
        self.quote = self.rep.post(path, {"product_id": chosen["product_id"]}, expect=(201,)).json
        expect(self.quote["first_payment"] == chosen["first_payment"], "the quote is not the offer that was compared")

    def apply(self):
        screen.step("Apply: prefilled from case and quote, soft credit check only", "sales rep")
        applications = f"{self.org}/applications"
        asked = self.rep.get(f"{applications}/requirements?quote={self.quote['id']}").json
        expect(asked["complete"], f"the case lacks {asked['missing']}")
        screen.say(f"nothing is missing; credit checks so far: {asked['credit_checks_so_far']}")
        consent = {"scope": "soft", "text_version": "mosaic-2026-01", "language": "en"}
        made = self.rep.post(applications, {"quote_id": self.quote["id"], "consent": consent}, expect=(201,)).json
        self.application = f"{applications}/{made['id']}"
        self.key = f"demo-{made['id']}"
        screen.say(f"{short(made['id'])} is a {made['state']}; {made['lender']} will be asked for {dollars(made['amount_sent_to_lender'])}")

    def confirm(self):
        screen.step("Confirm name, e-mail, phone and address: this sends it", "sales rep")
        seen = self.rep.get(f"{self.application}/borrower").json
        typo = {**seen, "email": "somebody.else@example.com"}
        differs = self.rep.post(f"{self.application}:confirm", typo, idempotency=f"{self.key}-typo", expect=(409, 422)).json
        screen.say(f"another e-mail than the application's stops it: {differs['errors'][0]['detail']}")
        confirmed = self.rep.post(f"{self.application}:confirm", seen, idempotency=self.key)
        screen.say(f"{confirmed.json['state']}: on disk before this answer left; a job carries it to the lender")
        again = self.rep.post(f"{self.application}:confirm", seen, idempotency=self.key)
        expect(again.headers.get("Idempotent-Replayed") == "true" and again.text == confirmed.text,
               "the same confirmation was not answered with the first answer")
        screen.say("the same request again: the first answer again, nothing sent twice")
