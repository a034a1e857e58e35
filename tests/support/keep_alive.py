"""One HTTP connection that stays open, for asyncio: what fifty writers at once can afford."""
import asyncio
import json

HEAD_BYTES_MAX = 65536


class Answer:
    def __init__(self, status, head, body):
        self.status, self.head, self.body = status, head, body

    @property
    def json(self):
        return json.loads(self.body) if self.body else None

    def __repr__(self):
        return f"{self.status} {self.body[:400]!r}"


class Line:
    """Requests one after the other to one address; connects when it must."""

    def __init__(self, address, seconds=30):
        self.address, self.seconds = address, seconds
        self.reader = self.writer = None

    async def ask(self, method, path, headers=(), body=None):
        """The whole answer. OSError, EOFError or TimeoutError when none comes; the connection is then closed."""
        try:
            async with asyncio.timeout(self.seconds):
                if self.writer is None:
                    host, _, port = self.address.rpartition(":")
                    self.reader, self.writer = await asyncio.open_connection(host, int(port), limit=HEAD_BYTES_MAX)
                sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
                head = [f"{method} {path} HTTP/1.1", f"Host: {self.address}"]
                head += [f"{name}: {value}" for name, value in dict(headers).items()]
                if body is not None and "Content-Type" not in headers:
                    head.append("Content-Type: application/json")
                if method != "GET":
                    head.append(f"Content-Length: {len(sent)}")
                self.writer.write("\r\n".join([*head, "", ""]).encode() + sent)
                return await self.answer()
        except BaseException:
            self.close()
            raise

    async def answer(self):
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = {}
        for line in head[1:-2]:
            name, _, value = line.partition(":")
            fields[name.lower()] = value.strip()
        body = await self.reader.readexactly(int(fields.get("content-length", "0")))
        if fields.get("connection", "").lower() == "close":
            self.close()
        return Answer(int(head[0].split(" ")[1]), fields, body)

    def close(self):
        if self.writer is not None:
            self.writer.transport.abort()
        self.reader = self.writer = None
