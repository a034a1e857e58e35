"""The end of the demo: what the lender decides, and what the others hear of it."""
import email
import email.policy

from demo_calls import ANSWER_SECONDS, expect, wait_for
from demo_lenders import load
from demo_screen import details_of, dollars, paint, screen, short

DECISION_SECONDS = 60
FINAL = {"approved", "conditional", "prequalified", "declined", "failed", "cancelled", "expired"}


class Outcome:
    """Steps of a Job whose application was sent; leaves it as it was `approved`."""

    def decision(self):
        screen.step("Wait for the lender's decision", "sales rep")
        seen = []

        def decided():
            application = self.rep.get(self.application, quiet=True).json
            if application["state"] not in seen:
                seen.append(application["state"])
                screen.say(" → ".join(seen))
            return application if application["state"] in FINAL else None

        wait_for("the decision", DECISION_SECONDS, decided)
        decided = self.rep.get(self.application).json
        expect(decided["state"] == "approved", f"the application is {decided['state']}: {decided['failure']}")
        decision = decided["decision"]
        screen.say(f"{paint(32, 'APPROVED')} by {decision['creditor']}: {dollars(decision['amount'])} until "
                   f"{decision['expires_at'][:10]} ({decided['lender_application_id']}, {decided['lender_status']})")
        self.approved = decided

    def became(self, state):
        def look():
            application = self.rep.get(self.application, quiet=True).json
            return application if application["state"] == state else None

        reached = wait_for(state, DECISION_SECONDS, look)
        screen.say(f"{paint(32, state)} ({reached['lender_status']})")

    def mail(self):
        screen.step("Read the mail that the applicant got", "sales rep")
        path = f"{self.org}/mails?application={self.approved['id']}"

        def left():
            sent = [mail for mail in self.rep.get(path, quiet=True).json["data"] if mail["state"] == "sent"]
            return sent[0] if sent else None

        mail = wait_for("the mail", ANSWER_SECONDS, left)
        self.rep.get(f"{self.org}/mails/{mail['id']}")
        arrived = [message for message in map(read_mail, sorted(self.mails.glob("*.eml")))
                   if message["Message-ID"].startswith(f"<{mail['id']}@")]
        expect(len(arrived) == 1, f"the applicant got {len(arrived)} mails, not one")
        screen.letter(arrived[0])

    def documents(self):
        screen.step("Send the loan documents: the lender mails the applicant the link to sign", "sales rep")
        sent = self.rep.post(f"{self.application}:send-documents", idempotency=f"{self.key}-documents",
                             expect=(202,)).json
        screen.say(f"{sent['documents']['state']}: a job carries it, once, as it did the application")
        self.became("documents_sent")

    def signed(self):
        screen.step("The applicant signs, the lender pays: its webhooks say so and the hub asks", "sandbox lender")
        connection = f"{self.org}/connections/{self.connection['id']}"
        address = self.admin.get(connection, quiet=True).json.get("webhook")
        if address:  # one that was connected by an older hub is asked for news instead
            secret = load("connection.json")["settings"]["webhook_secret"]
            self.lender.post("/webhooks", {"url": self.rep.url + address["path"], "secret": secret})
        for word, state in (("DOCS_SIGNED", "signed"), ("FUNDED", "funded")):
            self.lender.post(f"/applications/{self.approved['lender_application_id']}", {"status": word})
            self.became(state)
        if address:
            latest = self.admin.get(f"{connection}/webhooks?limit=2").json["data"]
            screen.say(f"the log: {', '.join(one['state'] + ' ' + one['event_id'] for one in latest)}")

    def timeline(self):
        screen.step("Read the timeline: every step and every call of the lender", "sales rep")
        entries = self.rep.get(f"{self.application}/timeline").json["data"]
        screen.table(["at", "what", "by", "details"],
                     [[entry["at"][11:23], entry["type"], short(entry["actor"]), details_of(entry)] for entry in entries])
        expect(any(entry["details"].get("state") == "approved" for entry in entries), "the decision is not in it")

    def once(self):
        screen.step("Ask the lender itself: it has the application once", "sandbox lender's own book")
        book = self.lender.get("/applications").json["applications"]
        mine = [line for line in book if line["id"] == self.approved["lender_application_id"]]
        expect(len(mine) == 1 and not mine[0]["repeated"], f"the lender's book has {mine}")
        screen.say(f"{mine[0]['id']}: {mine[0]['product']}, {mine[0]['loanAmount']}, rep {mine[0]['repId']}, once")

    def hidden(self):
        screen.step("The other company does not learn that it exists", "the other company's admin")
        foreign = self.other.get(self.application.replace(self.org, self.other_org), expect=(404,)).json
        missing = self.other.get(f"{self.other_org}/applications/app_01890000-0000-7000-8000-000000000000", expect=(404,)).json
        for problem in (foreign, missing):
            problem.pop("request_id", None)
            problem.pop("instance", None)
        expect(foreign == missing, f"two different answers: {foreign} {missing}")
        screen.say("one answer for another's and for what never was")


def read_mail(file):
    return email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
