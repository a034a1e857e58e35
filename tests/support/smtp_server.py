#!/usr/bin/python3
"""A mail relay on loopback that keeps what it takes and behaves as the recipient's name says.

    tests/support/smtp_server.py [--tls starttls|implicit --certificate F --key F] [--user U --password P]
                                 [--book FILE] [--port N]

Says `listening 127.0.0.1:PORT`, then a line of JSON for each mail it took, which is also a line of FILE:
{"from", "to", "recipients", "id", "sha256", "content" (base64), "count": so many with this Message-ID by now, "about"}.

    later-N@      451 to the first N attempts, then taken       refused@     550 to RCPT TO
    greylist@     450 to RCPT TO, always                        bad-mail@    554 after the final dot
    cut-N@        taken N times without an answer: the connection ends instead; then answered
    drop-N@       the same without taking it                    slow-MS@     answers after so many milliseconds
    early-cut@    the connection ends after RCPT TO
"""
import argparse
import asyncio
import base64
import collections
import email
import hashlib
import json
import re
import ssl

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

GREETED_SECONDS = 30


class Book:
    def __init__(self, file):
        self.file = file
        self.attempts = collections.Counter()
        self.ids = collections.Counter()

    @staticmethod
    def about(message):
        """Whom the text parts speak of, where a test marks them: \"for ADDRESS\" lines, all alike, that fit the
        To header, the file's name and the greeting."""
        to = message["To"] or ""
        spoken = set()
        for part in message.walk():
            if part.get_content_maintype() != "text":
                continue
            text = part.get_payload(decode=True).decode(errors="replace")
            spoken.update(re.findall(r"^for (\S+)", text, re.M))
            spoken.update(f"person{n}@example.com" for n in re.findall(r"Person (\d+)!", text))
            spoken.update(f"person{n}@example.com" for n in re.findall(r"terms (\d+)\.txt", part.get_filename() or ""))
        spoken.update(re.findall(r"<(person\S+)>", to))
        return ", ".join(sorted(spoken))

    def write(self, envelope):
        message = email.message_from_bytes(envelope.original_content)
        name = message["Message-ID"] or ""
        self.ids[name] += 1
        line = json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos[0],
                           "recipients": envelope.rcpt_tos, "id": name,
                           "sha256": hashlib.sha256(envelope.original_content).hexdigest(),
                           "content": base64.b64encode(envelope.original_content).decode(),
                           "count": self.ids[name], "about": self.about(message)})
        if self.file:
            with open(self.file, "a", encoding="utf-8") as file:
                file.write(line + "\n")
        print(line, flush=True)


class Relay:
    def __init__(self, book):
        self.book = book

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.partition("@")[0]
        if name == "refused":
            return f"550 5.1.1 <{address}> is nobody here"
        if name == "greylist":
            return "450 4.2.0 come back later"
        if name == "early-cut":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        name = to.partition("@")[0]
        self.book.attempts[to] += 1
        how, _, number = name.rpartition("-") if re.search(r"-\d+$", name) else (name, "", "1")
        number = int(number)
        if how == "later" and self.book.attempts[to] <= number:
            return "451 4.3.0 not now"
        if how == "bad-mail":
            return "554 5.6.0 I do not like this mail"
        if how == "slow":
            await asyncio.sleep(number / 1000)
        silent = how in ("cut", "drop") and self.book.attempts[to] <= number
        if how != "drop" or not silent:
            self.book.write(envelope)
        if silent:
            server.transport.abort()
        return "250 2.0.0 taken"


def authenticator(user, password):
    def check(server, session, envelope, mechanism, data):
        good = (isinstance(data, LoginPassword) and data.login == user.encode()
                and data.password == password.encode())
        return AuthResult(success=good, handled=good)
    return check if user else None


async def serve(arguments):
    context = None
    if arguments.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(arguments.certificate, arguments.key)
    starttls = context if arguments.tls == "starttls" else None
    relay = Relay(Book(arguments.book))

    def conversation():
        return SMTP(relay, hostname="relay.test", tls_context=starttls, require_starttls=starttls is not None,
                    authenticator=authenticator(arguments.user, arguments.password),
                    auth_required=bool(arguments.user), auth_require_tls=starttls is not None,
                    timeout=GREETED_SECONDS)
    server = await asyncio.get_running_loop().create_server(
        conversation, "127.0.0.1", arguments.port, ssl=context if arguments.tls == "implicit" else None,
        backlog=1024)
    print("listening 127.0.0.1:%d" % server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tls", choices=("starttls", "implicit"))
    for name in ("certificate", "key", "user", "password", "book"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
