#!/usr/bin/python3
"""/openapi.json of the real hub as somebody else's linter reads it: all OpenAPI rules of Spectral, in the version of
openapi/package-lock.json.

    tests/api/openapi_test.py BUILD sqlite|postgres
"""
import copy
import json
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hub  # noqa: E402
import npm  # noqa: E402

SOURCE = pathlib.Path(__file__).resolve().parent / "openapi"
LINT_SECONDS = 60


class OpenApi(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.linter = npm.installed(BUILD, SOURCE)
        cls.world = hub.World(BUILD, DATABASE)
        cls.addClassCleanup(cls.world.close)
        if not cls.world.start_hub():
            raise RuntimeError(cls.world.hub.said())
        cls.document = cls.world.call(None, "GET", "/openapi.json", expect=200).json

    def found(self, document):
        done = subprocess.run(["node", "lint.mjs"], cwd=self.linter, input=json.dumps(document), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LINT_SECONDS, check=False)
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        return json.loads(done.stdout)

    def test_a_linter_finds_nothing(self):
        self.assertGreater(len(self.document["paths"]), 50)
        self.assertEqual(self.found(self.document), [])

    def test_it_would(self):
        broken = copy.deepcopy(self.document)
        operation = next(iter(broken["paths"]["/v1/orgs/{org}/applications"].values()))
        operation["operationId"] = "get_v1_orgs"
        del operation["description"]
        broken["components"]["schemas"]["Page"]["properties"]["data"] = {"type": "array"}
        codes = {one["code"] for one in self.found(broken)}
        self.assertEqual(codes, {"operation-operationId-unique", "operation-description", "array-items"})


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    BUILD, DATABASE = sys.argv[1:3]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
