#!/usr/bin/python3
"""Documents of a case over HTTP, and on to a lender that asked for them: every byte arrives, once.

    tests/api/files_test.py BUILD sqlite|postgres
"""
import hashlib
import pathlib
import random
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402

SOON = 40
MAX = 10 * 1024 * 1024
OF_A_CASE = MAX + 2 * 1024 * 1024


def pdf(size, seed=1):
    """A document of so many bytes, all of them possible."""
    return b"%PDF-1.7\n" + random.Random(seed).randbytes(size - 9)


class Documents(unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        cls.world = world = hub.World(BUILD, DATABASE, **{"applications.follow_first_ms": 200,
                                                          "applications.follow_longest_s": 1,
                                                          "files.case_bytes_max": OF_A_CASE})
        cls.addClassCleanup(world.close)
        world.command("user", "create", "--email", "operator@lendport.example", "--name", "Operator")
        operator = world.command("token", "create", "--email", "operator@lendport.example", "--environment", "sandbox")
        cls.org = world.command("org", "create", "--name", "Sunny Roofs", "--sales-mode")
        cls.keys = {role: world.key_of(cls.org, role, f"{role}@sunny.example")
                    for role in ("org_admin", "rep", "viewer")}
        if not world.start_hub():
            raise RuntimeError(world.hub.said())
        hub.connected(world, operator, cls.keys["org_admin"], cls.org)
        cls.number = 0

    def call(self, method, path, body=None, expect=None, key="rep", **headers):
        return self.world.call(self.keys[key], method, f"/v1/orgs/{self.org}{path}", body, expect, **headers)

    def case(self, last_four=None):
        type(self).number += 1
        return hub.opened_case(self.world, self.keys["rep"], self.org, self.number, last_four=last_four)

    def added(self, case, body, name="stub.pdf"):
        return self.call("POST", f"/cases/{case['id']}/files?name={name}", body, 201,
                         Content_Type="application/octet-stream")

    def begun(self, path, size):
        """A rep's upload that has its place and comes no further."""
        host, _, port = self.world.hub.address.rpartition(":")
        connection = socket.create_connection((host, int(port)), timeout=SOON)
        self.addCleanup(connection.close)
        connection.sendall((f"POST /v1/orgs/{self.org}{path}?name=slow.pdf HTTP/1.1\r\nHost: {host}:{port}\r\n"
                            f"Authorization: Bearer {self.keys['rep']}\r\nContent-Length: {size}\r\n"
                            "Expect: 100-continue\r\n\r\n").encode())
        self.assertEqual(connection.recv(100).split(b"\r\n")[0], b"HTTP/1.1 100 Continue")
        return connection

    def show(self, application):
        return self.call("GET", f"/applications/{application}", expect=200).json

    def until(self, application, state):
        try:
            hub.wait_for(state, SOON, lambda: self.show(application)["state"] == state)
        except TimeoutError:
            self.fail(f"not {state}: {self.show(application)}")

    def test_a_document_comes_back_as_it_went(self):
        case, body = self.case(), pdf(MAX)
        made = self.added(case, body, "pay%20stub%20M%C3%A4rz.pdf")
        self.assertEqual(made.json["name"], "pay stub März.pdf")
        self.assertEqual(made.json["sha256"], hashlib.sha256(body).hexdigest())
        one = f"/cases/{case['id']}/files/{made.json['id']}"
        answer = self.call("GET", f"{one}/content", expect=200)
        self.assertEqual(answer.bytes, body)
        self.assertEqual(answer.header("Content-Type"), "application/pdf")
        self.assertEqual(answer.header("X-Content-Type-Options"), "nosniff")
        self.assertIn("filename*=UTF-8''pay%20stub%20M%C3%A4rz.pdf", answer.header("Content-Disposition"))
        self.assertEqual(self.call("GET", f"{one}/content", key="viewer").status, 403)
        self.call("DELETE", one, expect=204, If_Match=made.header("ETag"))
        self.assertEqual(self.call("GET", one).status, 404)

    def test_what_is_too_much_or_no_document_is_refused(self):
        path = f"/cases/{self.case()['id']}/files"
        for body, name, status, code in (
                (pdf(MAX + 1), "a.pdf", 413, "payload_too_large"),
                (b"MZ\x90", "a.pdf", 415, "unsupported_media_type"),
                (b"<html>", "a.html", 415, "unsupported_media_type"),
                (b"%PDF-1.7", "..%2Fa.pdf", 422, "invalid_input"),
                (b"%PDF-1.7", "a%0Ab.pdf", 422, "invalid_input"),
                (None, "a.pdf", 422, "invalid_input")):
            answer = self.call("POST", f"{path}?name={name}", body)
            self.assertEqual((answer.status, answer.json["code"]), (status, code), f"{name}: {answer}")
        self.assertEqual(self.call("GET", path, expect=200).json["data"], [])

    def test_slow_uploads_of_one_key_keep_nobody_else_from_working(self):
        path, body = f"/cases/{self.case()['id']}/files", pdf(1024 * 1024)
        slow = [self.begun(path, len(body)) for _ in range(2)]
        refused = self.call("POST", f"{path}?name=a.pdf", body)
        self.assertEqual((refused.status, refused.json["code"], refused.header("Retry-After")),
                         (429, "rate_limited", "1"))
        self.case()
        self.call("POST", f"{path}?name=b.pdf", body, 201, key="org_admin")
        for connection in slow:
            connection.sendall(body)
            self.assertEqual(connection.recv(100).split(b"\r\n")[0], b"HTTP/1.1 201 Created")
        hub.wait_for("a place", SOON, lambda: self.call("POST", f"{path}?name=c.pdf", body).status == 201)

    def test_the_documents_of_a_case_have_a_limit_together(self):
        case = self.case()
        made = self.added(case, pdf(MAX))
        refused = self.call("POST", f"/cases/{case['id']}/files?name=a.pdf", pdf(OF_A_CASE - MAX + 1))
        self.assertEqual((refused.status, refused.json["errors"][0]["code"]), (422, "case_full"))
        self.assertIn("delete one", refused.json["errors"][0]["detail"])
        self.added(case, pdf(OF_A_CASE - MAX))
        self.call("DELETE", f"/cases/{case['id']}/files/{made.json['id']}", expect=204, If_Match=made.header("ETag"))
        self.added(case, pdf(MAX))

    def test_documents_reach_the_lender_and_the_application_goes_on(self):
        case = self.case(last_four="0002")
        draft = hub.drafted(self.world, self.keys["rep"], self.org,
                            hub.quoted(self.world, self.keys["rep"], self.org, case))["id"]
        seen = self.call("GET", f"/applications/{draft}/borrower", expect=200).json
        self.call("POST", f"/applications/{draft}:confirm", seen, 202, Idempotency_Key=f"confirm-{draft}")
        self.until(draft, "needs_info")
        listed = self.call("GET", f"/applications/{draft}/stipulations", expect=200).json["data"]
        self.assertEqual([(one["id"], one["state"]) for one in listed], [("stip-1", "open")])
        self.assertRegex(listed[0]["due"], r"^\d{4}-\d{2}-\d{2}$")
        bodies = [pdf(3_000_000, 2), b"\x89PNG\r\n\x1a\n" + bytes(range(256))]
        files = [self.added(case, bodies[0], "march.pdf").json["id"], self.added(case, bodies[1], "roof").json["id"]]
        path = f"/applications/{draft}/stipulations/stip-1:upload"
        self.call("POST", path, {"files": files}, 202, Idempotency_Key=f"upload-{draft}")
        self.until(draft, "in_review")

        def sent():
            return self.call("GET", f"/applications/{draft}/stipulations", expect=200).json["data"][0]

        hub.wait_for("the lender's word", SOON, lambda: sent()["state"] == "sent")
        self.assertEqual(sent()["uploads"][0]["state"], "sent")
        lender = self.show(draft)["lender_application_id"]
        got = [one for one in hub.send(self.world.lender.address, "GET", "/uploads").json["uploads"]
               if one["application"] == lender]
        self.assertEqual(len(got), 1)
        self.assertEqual([(one["name"], one["type"], one["bytes"], one["sha256"]) for one in got[0]["files"]],
                         [("march.pdf", "application/pdf", 3_000_000, hashlib.sha256(bodies[0]).hexdigest()),
                          ("roof.png", "image/png", 264, hashlib.sha256(bodies[1]).hexdigest())])
        hub.send(self.world.lender.address, "POST", f"/applications/{lender}/stipulations/stip-1",
                 body={"status": "ACCEPTED"})
        self.until(draft, "approved")
        self.assertEqual(sent()["state"], "accepted")
        timeline = self.call("GET", f"/applications/{draft}/timeline", expect=200).json["data"]
        kinds = [one["type"] for one in timeline]
        self.assertIn("documents.upload/1", kinds)
        self.assertLess(kinds.index("application.stipulation_requested"), kinds.index("application.stipulation_sent"))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    BUILD, DATABASE = sys.argv[1:3]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
