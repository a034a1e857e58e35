#!/usr/bin/python3
"""A mail relay on loopback that delivers nothing: each mail it takes becomes a file NUMBER.eml of a folder.

    scripts/mailbox.py FOLDER [--port N]

Says `listening 127.0.0.1:PORT`. The latest 200 mails are kept. scripts/run starts it, so that what applicants
would get can be read.
"""
import argparse
import asyncio
import pathlib

from aiosmtpd.smtp import SMTP

MAILS_MAX = 200
BYTES_MAX = 20 * 1024 * 1024
SILENCE_SECONDS = 60


class Mailbox:
    def __init__(self, folder):
        self.folder = folder
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def files(self):
        return sorted(self.folder.glob("*.eml"))

    async def handle_DATA(self, server, session, envelope):
        files = self.files()
        number = int(files[-1].stem) + 1 if files else 1
        new = self.folder / "arriving"
        new.write_bytes(envelope.original_content)
        new.replace(self.folder / f"{number:06d}.eml")
        for old in self.files()[:-MAILS_MAX]:
            old.unlink()
        return "250 2.0.0 kept"


async def serve(mailbox, port):
    def conversation():
        return SMTP(mailbox, hostname="mailbox.example", data_size_limit=BYTES_MAX, timeout=SILENCE_SECONDS)
    server = await asyncio.get_running_loop().create_server(conversation, "127.0.0.1", port)
    print("listening 127.0.0.1:%d" % server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    asyncio.run(serve(Mailbox(options.folder), options.port))


if __name__ == "__main__":
    main()
