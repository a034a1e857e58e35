"""Reads mails as Python's email package does, which is another's, and says what is not as it should be.

    tests/support/mail_headers.py BOOK EXPECTED

BOOK is smtp_server.py's; EXPECTED holds a line of JSON for each mail that should be in it, once:
{"id", "to": [name, address], "from": [name, address], "subject", "text", "language", "files": [name]}.
Prints a line for each fault, and at the end `read=N faults=N`.
"""
import base64
import collections
import email
import email.header
import email.policy
import email.utils
import json
import re
import sys

OURS = sorted(["from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-language",
               "auto-submitted"])
PARTS = {"content-type", "content-transfer-encoding", "content-disposition"}
LINE_BYTES_MAX = 998


def spaced(text):
    """Blanks are one in a header, and none at its ends."""
    return re.sub(" +", " ", text).strip(" ")


def named(mailbox):
    return [spaced(mailbox[0]), mailbox[1]]


def mailboxes(content, header):
    """Name and address of each, in a header that is there once. First the header is taken apart, then its words are
    decoded; email.policy.default keeps the blanks between encoded words that RFC 2047 takes away."""
    value, = email.message_from_bytes(content).get_all(header)
    decoded = email.header.decode_header
    return [[spaced(str(email.header.make_header(decoded(name)))), address]
            for name, address in email.utils.getaddresses([value])]


def faults_of(content, recipients, expected):
    """What is wrong with a mail as it came, a sentence each."""
    head = content.partition(b"\r\n\r\n")[0]
    found = email.message_from_bytes(content, policy=email.policy.default)
    body = found.get_body(("plain",))
    files = [spaced(part["Content-Disposition"].params["filename"]) for part in found.iter_attachments()]
    # Lines of a body end as the wire wants it; the hub's end in LF.
    text = body.get_payload(decode=True).decode().replace("\r\n", "\n") if body else None
    seen = {
        "headers": (sorted(name.lower() for name in found.keys()), OURS),
        "recipients": (recipients, [expected["to"][1]]),
        "id": (found["Message-Id"], expected["id"]),
        "to": (mailboxes(content, "To"), [named(expected["to"])]),
        "from": (mailboxes(content, "From"), [named(expected["from"])]),
        "subject": (spaced(str(found["Subject"])), spaced(expected["subject"])),
        "language": (found["Content-Language"], expected["language"]),
        "text": (text.rstrip("\n"), expected["text"].rstrip("\n")),
        "files": (files, [spaced(name) for name in expected["files"]]),
        "strange bytes of the head": (re.findall(rb"[^ -~]", re.sub(rb"\r\n[ \t]?", b"", head)), []),
        "longest line": (max(map(len, content.split(b"\r\n"))) <= LINE_BYTES_MAX, True),
    }
    faults = [f"{what}: {is_!r} is not {wanted!r}" for what, (is_, wanted) in seen.items() if is_ != wanted]
    for part in found.walk():
        faults += [f"defect: {defect!r}" for defect in part.defects]
        if part is not found and not {name.lower() for name in part.keys()} <= PARTS:
            faults.append(f"a part has the headers {part.keys()}")
    return faults


def main(book, expected):
    arrived = collections.defaultdict(list)
    with open(book, encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            arrived[line["id"]].append(line)
    with open(expected, encoding="utf-8") as lines:
        wanted = {one["id"]: one for one in map(json.loads, lines)}
    faults = [f"{one} was not expected" for one in set(arrived) - set(wanted)]
    for name, one in wanted.items():
        if len(arrived[name]) != 1:
            faults.append(f"{name} arrived {len(arrived[name])} times")
        for line in arrived[name]:
            faults += [f"{one['about']}: {fault}" for fault in
                       faults_of(base64.b64decode(line["content"]), line["recipients"], one)]
    print("\n".join(faults + [f"read={sum(map(len, arrived.values()))} faults={len(faults)}"]))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
