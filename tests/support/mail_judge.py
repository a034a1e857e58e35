#!/usr/bin/python3
"""A mail relay on loopback that judges each mail it takes, for tests of very many.

    tests/support/mail_judge.py MAILS

Says `listening 127.0.0.1:PORT`, a line `fault …` for what is wrong (the first of them only), and after MAILS mails
`mails=N swapped=N injected=N altered=N twice=N`. The recipient says what must arrive: KIND-NUMBER-SHA256@, the hash of
the whole message, the number in its Message-ID and in its words. KIND is `letter` for a message of the hub with
the headers and the text below, `raw` for any other bytes.

swapped: another's number.  injected: other headers or recipients.  altered: other bytes or words.
"""
import asyncio
import email
import hashlib
import re
import sys

from aiosmtpd.smtp import SMTP

FAULTS_SHOWN = 20
HEADERS = sorted(["from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-language",
                  "auto-submitted"])


def text_of(number):
    """The words of letter NUMBER, as tests/mail/many_mails_test.cpp writes them."""
    dots = "." * (number % 7)
    return f".\n..\nFrom {number}\n{dots}\n{dots} mail {number}\n" + f".é{number}" * (number % 300) + "\n.QUIT\n."


class Judge:
    def __init__(self, expected):
        self.expected, self.taken, self.shown = expected, set(), 0
        self.tally = dict.fromkeys(("mails", "swapped", "injected", "altered", "twice"), 0)

    def note(self, what, about):
        self.tally[what] += 1
        self.shown += 1
        if self.shown <= FAULTS_SHOWN:
            print(f"fault {what}: {about}", flush=True)

    async def handle_DATA(self, server, session, envelope):
        self.judge(envelope)
        self.tally["mails"] += 1
        if self.tally["mails"] == self.expected:
            print(" ".join(f"{name}={count}" for name, count in self.tally.items()), flush=True)
        return "250 2.0.0 taken"

    def judge(self, envelope):
        content = envelope.original_content
        if len(envelope.rcpt_tos) != 1:
            self.note("injected", envelope.rcpt_tos)
        kind, number, wanted = envelope.rcpt_tos[0].partition("@")[0].split("-")
        if number in self.taken:
            self.note("twice", number)
        self.taken.add(number)
        head = content.partition(b"\r\n\r\n")[0]
        ids = re.findall(rb"^message-id: <mail_(\d+)@", head, re.M | re.I)
        if ids != [number.encode()]:
            self.note("swapped", f"{ids} in mail {number}")
        if hashlib.sha256(content).hexdigest()[:len(wanted)] != wanted:
            self.note("altered", f"{kind} {number}: {content[-200:]!r}")
        elif kind == "letter":
            self.read(int(number), email.message_from_bytes(content))

    def read(self, number, message):
        if sorted(name.lower() for name in message.keys()) != HEADERS:
            self.note("injected", f"{number}: {message.keys()}")
        if message["To"] != f"Person {number} <person{number}@example.com>":
            self.note("swapped", f"{number}: {message['To']}")
        text = message.get_payload(0).get_payload(decode=True).decode().replace("\r\n", "\n")
        if text.rstrip("\n") != text_of(number):
            self.note("altered", f"{number}: {text!r}")


async def serve(expected):
    judge = Judge(expected)

    server = await asyncio.get_running_loop().create_server(lambda: SMTP(judge, hostname="relay.test"), "127.0.0.1",
                                                            0, backlog=1024)
    print("listening 127.0.0.1:%d" % server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    asyncio.run(serve(int(sys.argv[1])))
