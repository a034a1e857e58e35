#!/usr/bin/python3
"""Does the hub's main job over HTTP and shows each step: connect a lender, fetch its catalogue,
compare offers, apply, confirm, wait for the decision, read the applicant's mail, send the documents, hear
that they are signed and funded, read the timeline.

    scripts/demo.py [--env FILE] [--number N]

Takes LENDPORT_URL, LENDPORT_ORG, LENDPORT_ORG_OTHER, the keys, LENDER_URL and LENDPORT_MAILS from the environment or
from FILE (scripts/run writes build/run/demo.env). May be repeated: what is there is used again, the
case is a new one. --number names it. Exit code 1 when anything is not as it should be.
"""
import argparse
import os
import pathlib
import random
import sys

from demo_application import Applying
from demo_calls import Caller, Unexpected
from demo_lenders import Lenders
from demo_outcome import Outcome
from demo_screen import paint, screen

VARIABLES = ("LENDPORT_URL", "LENDPORT_ORG", "LENDPORT_ORG_OTHER", "LENDPORT_ADMIN_KEY", "LENDPORT_REP_KEY",
             "LENDPORT_OTHER_KEY", "LENDPORT_PLATFORM_KEY", "LENDER_URL", "LENDPORT_MAILS")


class Job(Lenders, Applying, Outcome):
    def __init__(self, given, number):
        self.number = number
        self.org, self.other_org = f"/v1/orgs/{given['LENDPORT_ORG']}", f"/v1/orgs/{given['LENDPORT_ORG_OTHER']}"
        self.operator, self.admin, self.rep, self.other = (
            Caller(given["LENDPORT_URL"], given[f"LENDPORT_{who}_KEY"]) for who in ("PLATFORM", "ADMIN", "REP", "OTHER"))
        self.lender = Caller(given["LENDER_URL"], None)
        self.mails = pathlib.Path(given["LENDPORT_MAILS"])

    def run(self):
        for step in (self.offer, self.connect, self.sync, self.configure, self.open_case, self.compare, self.apply,
                     self.confirm, self.decision, self.mail, self.documents, self.signed, self.timeline, self.once, self.hidden):
            step()


def given_variables(env_file):
    given = {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}
    if env_file:
        lines = (line.partition("=") for line in pathlib.Path(env_file).read_text().splitlines() if "=" in line)
        given.update({name: value for name, _, value in lines if name in VARIABLES})
    lacking = [name for name in VARIABLES if name not in given]
    if lacking:
        raise Unexpected(f"not given: {', '.join(lacking)}; scripts/run writes them to build/run/demo.env")
    return given


def main():
    parser = argparse.ArgumentParser(prog="scripts/demo.py", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--env", metavar="FILE")
    parser.add_argument("--number", type=int, default=random.randrange(1000, 1_000_000), metavar="N")
    options = parser.parse_args()
    try:
        Job(given_variables(options.env), options.number).run()
    except Unexpected as problem:
        print(f"\n{paint(31, 'Not as it should be')}: {problem}", file=sys.stderr)
        return 1
    except (KeyError, IndexError, TypeError, ValueError) as problem:
        print(f"\n{paint(31, 'An answer has another shape')}: {type(problem).__name__}: {problem}", file=sys.stderr)
        return 1
    print(f"\n{paint(32, 'Done')}: {screen.steps} steps, all as they should be.")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
