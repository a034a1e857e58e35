"""Prints how many rows of 1.2 kB a second one writer commits one by one (WAL, FULL) in the file it is
given: the peer of durable confirmations. Used by scripts/bench."""
import sqlite3
import sys
import time

ROW_BYTES = 1200
SECONDS = 1.5


def main(file):
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
    body, count, began = "x" * ROW_BYTES, 0, time.monotonic()
    while time.monotonic() - began < SECONDS:
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO rows (body) VALUES (?)", (body,))
        database.execute("COMMIT")
        count += 1
    print(count / (time.monotonic() - began))
    database.close()


if __name__ == "__main__":
    main(sys.argv[1])
