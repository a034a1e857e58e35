"""What the demo shows on a terminal: steps, requests, tables, letters."""
import os
import re
import sys
import urllib.parse

COLOURS = sys.stdout.isatty() and "NO_COLOR" not in os.environ


def paint(code, text):
    return f"\033[{code}m{text}\033[0m" if COLOURS else text


class Screen:
    def __init__(self):
        self.steps = 0

    def step(self, title, who):
        self.steps += 1
        print(f"\n{paint(1, f'{self.steps}. {title}')}  {paint(2, f'({who})')}")

    def request(self, method, url, status, milliseconds):
        line = f"   {method:<5}{short(urllib.parse.unquote(url))}"
        print(paint(36 if status < 400 else 33, line) + paint(2, f"  → {status}  {milliseconds:.0f} ms"))

    def say(self, text):
        print(f"   {text}")

    def table(self, headings, rows, right=()):
        widths = [max(len(str(row[i])) for row in [headings, *rows]) for i in range(len(headings))]

        def line(cells):
            aligned = (f"{cell:>{w}}" if i in right else f"{cell:<{w}}" for i, (cell, w) in enumerate(zip(cells, widths)))
            return "   │ " + " │ ".join(aligned) + " │"

        print("   ┌─" + "─┬─".join("─" * w for w in widths) + "─┐")
        print(paint(1, line(headings)))
        print("   ├─" + "─┼─".join("─" * w for w in widths) + "─┤")
        for row in rows:
            print(line([str(cell) for cell in row]))
        print("   └─" + "─┴─".join("─" * w for w in widths) + "─┘")

    def letter(self, message):
        for name in ("From", "To", "Subject"):
            print(f"   │ {name}: {paint(1, message[name])}")
        words = message.get_body(("plain",)).get_content().strip()
        for line in ["", *words.splitlines()]:
            print(f"   │ {line}")


screen = Screen()


def short(text):
    """Ids with their middle left out: org_…2ffd87731."""
    return re.sub(r"\b([a-z]+_)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{6}([0-9a-f]{6})\b", r"\1…\2", text)


def dollars(money):
    amount = money["amount"]
    whole, dot, cents = amount.partition(".")
    return f"{int(whole):,}{dot}{cents}"


def details_of(entry):
    details = entry["details"]
    if entry["kind"] == "lender_call" or "url" in details:
        took = f"{details.get('http_status', '')} in {details.get('duration_ms', '?')} ms"
        return f"{details['method']} {urllib.parse.urlsplit(details['url']).path} → {took}"
    if "from" in details and details["from"] != details["state"]:
        return f"{details['from']} → {details['state']}"
    return details.get("lender_status") or details.get("state") or ""
