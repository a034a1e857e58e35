#!/usr/bin/python3
"""What callers write and mails show: every such field of the API with texts that would break a mail. Each is
refused, by field and rule, or comes out of a real mail server as it went in: the headers are those of every mail
and no others, and it goes to nobody else.

    tests/api/mail_fields_test.py BUILD sqlite|postgres
"""
import base64
import email
import email.policy
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402
import mail_headers  # noqa: E402

ARRIVES_SECONDS = 60
LINE_ENDS = "\r\n\v\f\x85"
TEXTS = [
    "a\r\nBcc: x@y.example", "a\nBcc: x@y.example", "a\rBcc: x@y.example", "a\r\n\r\nbody", "a\r\n folded", "\r", "\0",
    "a\0b", "a\x1b[31mb\x7f", "a\x85X: y", "a\u2028X: y\u2029Z: y", "a\u202e\u2066gnp.exe", "a\u200eb\u200f",
    "=?utf-8?q?=0D=0ABcc:_x@y.example?=", "=?utf-8?b?DQpCY2M6IHhAeS5leGFtcGxl?=", "a==??utf-8?b?DQo=?=",
    "Bcc: x@y.example", "a;b,c:d", '"quoted" \\ back', "<x@y.example>", "a <x@y.example>, b <z@y.example>",
    "a (comment) b", "日本語の名前", "مرحبا", "Zoé 🎉 Ångström", "{{applicant}}", "w" * 110, "x" * 10_000,
    "x" * 10_000 + "\r\nBcc: x@y.example", "a\ud800b", "a\udcffb",
]
DEFAULTS = {"org": "Sunny Roofs", "rep": "Rita Rep", "first": "Ada", "last": "Example", "subject": "Dear {{applicant}}"}
# How a violation names the field.
POINTERS = {"org": "/name", "rep": "/name", "first": "/applicants/0/first_name", "last": "/applicants/0/last_name",
            "subject": "/subject", "email": "/applicants/0/email", "user_email": "/email"}


def is_no_text(text):
    """Whether no JSON holds it: NUL, and half a surrogate pair."""
    return "\0" in text or any(0xD800 <= ord(one) <= 0xDFFF for one in text)


def shown(text):
    """As a header shows what may not stand in one: separators of lines and marks of direction are blanks, and
    nothing begins an encoded word."""
    for mark in "\u2028\u2029\u200e\u200f\u061c":
        text = text.replace(mark, " ")
    text = text.replace("=?", "= ?")
    return text.encode()[:500].decode(errors="ignore")


class MailFields(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(cls.enterClassContext(hub.tempfile.TemporaryDirectory(prefix="lendport-")))
        cls.relay = hub.relay(folder)
        cls.addClassCleanup(cls.relay.kill)
        cls.book_file = folder / "book"
        cls.world = world = hub.World(BUILD, DATABASE, **{
            "applications.follow_first_ms": 100, "applications.follow_longest_s": 1,
            "http.requests_per_second": 100000, "http.requests_burst": 100000, **hub.through(cls.relay)})
        cls.addClassCleanup(world.close)
        world.command("user", "create", "--email", "operator@lendport.example", "--name", "Operator")
        cls.operator = world.command("token", "create", "--email", "operator@lendport.example", "--environment",
                                     "sandbox")
        cls.org = world.command("org", "create", "--name", DEFAULTS["org"], "--sales-mode")
        cls.admin = world.key_of(cls.org, "org_admin", "admin@sunny-roofs.example")
        cls.live = world.command("token", "create", "--email", "admin@sunny-roofs.example", "--environment",
                                 "production")
        cls.rep = world.key_of(cls.org, "rep", "rep@sunny-roofs.example")
        if not world.start_hub():
            raise RuntimeError(world.hub.said())
        hub.connected(world, cls.operator, cls.admin, cls.org)
        cls.path, cls.number = f"/v1/orgs/{cls.org}", 0
        users = cls.call(cls.admin, "GET", "/users?limit=200", expect=200).json["data"]
        cls.rep_id = next(one["id"] for one in users if one["email"] == "rep@sunny-roofs.example")

    @classmethod
    def call(cls, key, method, path, body=None, expect=None, **headers):
        return cls.world.call(key, method, cls.path + path, body, expect, **headers)

    def put(self, key, method, path, body):
        """A change of what is there."""
        return self.call(key, method, path, body, If_Match=self.call(key, "GET", path, expect=200).header("ETag"))

    def tried(self, field, text):
        """The hub's answer to the text in the field."""
        if field == "org":
            return self.put(self.operator, "PATCH", "", {"name": text})
        if field == "rep":
            return self.put(self.admin, "PATCH", f"/users/{self.rep_id}", {"name": text})
        if field == "subject":
            letter = {"subject": text, "text": "Dear {{applicant}} of {{org}}", "html": "<p>{{applicant}}</p>"}
            return self.put(self.live, "PUT", "/letters/decision/en", letter)
        if field == "user_email":
            return self.call(self.admin, "POST", "/users", {"email": text, "name": "Ada", "role": "rep"})
        return self.call(self.rep, "POST", "/cases", self.case(**{field: text}))

    @classmethod
    def case(cls, **fields):
        cls.number += 1
        person = {"first": DEFAULTS["first"], "last": DEFAULTS["last"], "email": f"ada-{cls.number}@example.com",
                  **fields}
        case = hub.load("case.json")
        case["applicants"][0].update(first_name=person["first"], last_name=person["last"], email=person["email"],
                                     ssn=f"900-10-{1000 + cls.number}")
        case["agreement"].update(name=f"{person['first']} {person['last']}", email=person["email"])
        return case

    def is_taken(self, field, text):
        """Whether the field takes the text. What refuses it says where and why."""
        answer = self.tried(field, text)
        if answer.status in (200, 201):
            return True
        if is_no_text(text):
            self.assertEqual((answer.status, answer.json["code"]), (400, "malformed_request"), f"{field} {text!r}")
            return False
        self.assertEqual(answer.status, 422, f"{field} {text!r}: {answer}")
        errors = answer.json["errors"]
        self.assertIn(POINTERS[field], [error["pointer"] for error in errors], f"{field} {text!r}")
        self.assertTrue(all(error["code"] and error["detail"] for error in errors))
        return False

    def book(self):
        return list(map(json.loads, self.book_file.read_text().splitlines())) if self.book_file.exists() else []

    def arrived(self, address, since=0):
        """The mails to the address among those after the first `since`, as they came."""
        lines = [line for line in self.book()[since:] if address in line["recipients"]]
        for line in lines:
            self.assertEqual(line["recipients"], [address])
        return [base64.b64decode(line["content"]) for line in lines]

    def decided(self, case):
        case = self.call(self.rep, "POST", "/cases", case, 201).json
        draft = hub.drafted(self.world, self.rep, self.org, hub.quoted(self.world, self.rep, self.org, case))
        seen = self.call(self.rep, "GET", f"/applications/{draft['id']}/borrower", expect=200).json
        self.call(self.rep, "POST", f"/applications/{draft['id']}:confirm", seen, 202,
                  Idempotency_Key=f"confirm-{draft['id']}")

    def check(self, content, to, sender):
        """The mail, read, once its headers are those it should have."""
        found = email.message_from_bytes(content, policy=email.policy.default)
        self.assertEqual(found.defects, [])
        self.assertEqual(sorted(name.lower() for name in found.keys()), mail_headers.OURS)
        for header, one in (("To", to), ("From", [sender, "loans@hub.example"])):
            self.assertEqual(mail_headers.mailboxes(content, header), [mail_headers.named(one)])
        return found

    def mailed(self, fields, about):
        """What a decision's mails say with these values."""
        values = {**DEFAULTS, **fields}
        since = len(self.book())
        case = self.case(first=values["first"], last=values["last"])
        address = case["applicants"][0]["email"]
        self.decided(case)
        rep = "rep@sunny-roofs.example"
        hub.wait_for(f"the mails of {about}", ARRIVES_SECONDS,
                     lambda: self.arrived(address, since) and self.arrived(rep, since))
        (mail,), (notice,) = self.arrived(address, since), self.arrived(rep, since)
        name, org = f"{values['first']} {values['last']}", values["org"]
        found = self.check(mail, [shown(name), address], shown(org))
        # What an org writes as a subject is a template, its values are none.
        subject = values["subject"].replace("{{applicant}}", shown(name))
        self.assertEqual(mail_headers.spaced(str(found["Subject"])), mail_headers.spaced(shown("[Sandbox] " + subject)))
        self.assertEqual(found.get_body(("plain",)).get_content().strip(), f"Dear {shown(name)} of {shown(org)}".strip())
        self.check(notice, [shown(values["rep"]), rep], shown(org))

    def test_every_field_refuses_a_text_or_mails_it_unharmed(self):
        taken = {}
        for text in TEXTS:
            fields = {field: text for field in DEFAULTS if self.is_taken(field, text)}
            for field in {"org", "rep", "subject"} - set(fields):
                self.assertTrue(self.is_taken(field, DEFAULTS[field]))
            if set(text) & set(LINE_ENDS) or is_no_text(text):
                self.assertEqual(fields, {}, repr(text))
            taken[text[:30]] = sorted(fields)
            if fields:
                with self.subTest(text=text[:60]):
                    self.mailed(fields, repr(text[:60]))
        for text, fields in taken.items():
            print(f"{text!r}: {' '.join(fields) or 'refused'}", flush=True)
        self.assertGreater(sum(map(bool, taken.values())), 8)

    def test_no_address_reaches_somebody_else(self):
        taken, refused = [], 0
        for text in TEXTS:
            for address in (f"{text}@example.com", f"ada@{text}", f"ada@example.com{text}", f"ada@example.com, {text}"):
                for field in ("email", "user_email"):
                    with self.subTest(field=field, address=address[:80]):
                        if self.is_taken(field, address):
                            taken.append(address)
                        else:
                            refused += 1
        # What is taken is one address, though perhaps none that mail is sent to (mail/message.hpp, is_address).
        for address in taken:
            self.assertFalse(set(address) & set(' \t,;<>"' + LINE_ENDS), address[:80])
        self.assertGreater(refused, 6 * len(TEXTS))
        self.assertEqual({line["recipients"][0].rpartition("@")[2] for line in self.book()}
                         - {"example.com", "sunny-roofs.example"}, set())


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    BUILD, DATABASE = sys.argv[1:3]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
