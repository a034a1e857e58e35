#!/usr/bin/python3
"""One decision told by mail through a real Postfix: over STARTTLS, in the language of the consent, with the headers
it should have and no others, and the words as the org wrote them. Skipped (77) where Postfix cannot run.

    tests/api/postfix_test.py BUILD sqlite|postgres
"""
import collections
import email
import email.policy
import html
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402
import postfix  # noqa: E402

SKIPPED = 77
ARRIVES_SECONDS = 60
DOMAIN = "n1.example.com"
OURS = ["From", "To", "Subject", "Date", "Message-Id", "MIME-Version", "Content-Type", "Content-Language",
        "Auto-Submitted"]
POSTFIXS = ["Return-Path", "X-Original-To", "Delivered-To", "Received"]
LETTER = {
    "subject": "Décision de {{lender}} pour {{applicant}} 🎉",
    "text": ".\n..\n.Bonjour {{applicant}},\nFrom {{lender}}\nQUIT\n\n" + "é" * 3000 + "\n.",
    "html": "<p>.</p>\n.\n<p>Bonjour {{applicant}}</p>",
}
FIRST, LAST = "Zoé", "O'Lefèvre-Ångström"


class ThroughPostfix(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.relay = postfix.Postfix(DOMAIN)
        self.addCleanup(self.relay.close)
        self.world = world = hub.World(BUILD, DATABASE, **{
            "applications.follow_first_ms": 100, "applications.follow_longest_s": 1,
            "mail.relay": f"smtp://localhost:{self.relay.port}", "mail.ca_file": str(self.relay.authority),
            "mail.from": "loans@hub.example"})
        self.addCleanup(world.close)
        world.command("user", "create", "--email", "operator@lendport.example", "--name", "Operator")
        operator = world.command("token", "create", "--email", "operator@lendport.example", "--environment", "sandbox")
        self.org = world.command("org", "create", "--name", "Toits du Midi, S.A.", "--sales-mode")
        admin = world.key_of(self.org, "org_admin", "admin@sunny-roofs.example")
        self.live = world.command("token", "create", "--email", "admin@sunny-roofs.example", "--environment",
                                  "production")
        self.rep = world.key_of(self.org, "rep", "rep@sunny-roofs.example")
        self.assertTrue(world.start_hub(), world.hub.said())
        hub.connected(world, operator, admin, self.org)

    def call(self, key, method, path, body=None, expect=None, **headers):
        return self.world.call(key, method, f"/v1/orgs/{self.org}{path}", body, expect, **headers)

    def decided(self, address):
        """The application of somebody there, confirmed, with consent in English."""
        case = hub.load("case.json")
        person = case["applicants"][0]
        person.update(first_name=FIRST, last_name=LAST, email=address)
        case["agreement"].update(name=f"{FIRST} {LAST}", email=address)
        case = self.call(self.rep, "POST", "/cases", case, 201).json
        quote = hub.quoted(self.world, self.rep, self.org, case)
        draft = hub.drafted(self.world, self.rep, self.org, quote)
        seen = self.call(self.rep, "GET", f"/applications/{draft['id']}/borrower", expect=200).json
        self.call(self.rep, "POST", f"/applications/{draft['id']}:confirm", seen, 202,
                  Idempotency_Key=f"confirm-{draft['id']}")
        return draft

    def sent(self, application):
        def look():
            page = self.call(self.rep, "GET", f"/mails?application={application['id']}", expect=200).json["data"]
            return page[0] if page and page[0]["state"] not in ("queued", "sending") else None
        try:
            return hub.wait_for("the mail", ARRIVES_SECONDS, look)
        except TimeoutError as late:
            mails = self.call(self.rep, "GET", "/mails").body
            raise AssertionError(f"{late}\n{mails}\n{self.relay.said()}") from late

    def test_a_decision_arrives_as_it_was_written(self):
        tag = self.call(self.live, "GET", "/letters/decision/en", expect=200).header("ETag")
        self.call(self.live, "PUT", "/letters/decision/en", LETTER, 200, If_Match=tag)
        began = time.time()
        mail = self.sent(self.decided(f"zoe@{DOMAIN}"))
        self.assertEqual((mail["state"], mail["answer_code"]), ("sent", 250), f"{mail}\n{self.relay.said()}")
        arrived = hub.wait_for("the mailbox", ARRIVES_SECONDS, self.relay.mails)
        self.assertEqual(len(arrived), 1)
        found = email.message_from_bytes(arrived[0], policy=email.policy.default)
        self.assertEqual(found.defects, [])
        self.check_headers(found, mail, began)
        self.check_words(found)
        # Whom the relay does not serve is refused by it, once, and nothing is left in its queue.
        refused = self.sent(self.decided("zoe@elsewhere.example"))
        self.assertEqual((refused["state"], refused["answer_code"]), ("refused", 554), refused)
        self.assertEqual(len(self.relay.mails()), 1)
        self.assertEqual(list((self.relay.folder / "queue/deferred").rglob("[0-9A-F]*[0-9A-F]")), [])

    def check_headers(self, found, mail, began):
        names = collections.Counter(name.lower() for name in found.keys())
        self.assertEqual(names, collections.Counter(name.lower() for name in OURS + POSTFIXS))
        self.assertEqual(found["Message-Id"], f"<{mail['id']}@hub.example>")
        self.assertEqual([(one.display_name, one.addr_spec) for one in found["To"].addresses],
                         [(f"{FIRST} {LAST}", f"zoe@{DOMAIN}")])
        self.assertEqual([(one.display_name, one.addr_spec) for one in found["From"].addresses],
                         [("Toits du Midi, S.A.", "loans@hub.example")])
        self.assertEqual(found["Return-Path"], "<loans@hub.example>")
        self.assertEqual(found["Subject"], f"[Sandbox] Décision de Mosaic pour {FIRST} {LAST} 🎉")
        self.assertEqual((found["Content-Language"], found["Auto-Submitted"]), ("en", "auto-generated"))
        self.assertLess(abs(found["Date"].datetime.timestamp() - began), ARRIVES_SECONDS)
        self.assertIn("with ESMTPS", found["Received"])
        self.assertIn("using TLSv1.", found["Received"])
        queued_as = mail["answer"].rpartition(" ")[2]
        self.assertIn(f"ESMTPS id {queued_as}", " ".join(found["Received"].split()))

    def check_words(self, found):
        self.assertEqual(found.get_content_type(), "multipart/alternative")
        for kind in ("plain", "html"):
            part = found.get_body((kind,))
            written = LETTER["text" if kind == "plain" else "html"]
            written = written.replace("{{lender}}", "Mosaic").replace("{{applicant}}", f"{FIRST} {LAST}")
            content = html.unescape(part.get_content()) if kind == "html" else part.get_content()
            self.assertEqual(content.rstrip("\n"), written)
            self.assertEqual((part.get_content_charset(), part["Content-Transfer-Encoding"]),
                             ("utf-8", "quoted-printable"))
        self.assertEqual(len(list(found.iter_parts())), 2)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    BUILD, DATABASE = sys.argv[1:3]
    if postfix.why_not():
        print(f"skipped: {postfix.why_not()}")
        sys.exit(SKIPPED)
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
