"""The patches of tests/mutants: one that names nothing, or fits nothing any more, shows before anybody plants it."""
import contextlib
import io
import unittest

import planted
import mutants

CODE = "int one() {\n  return 1;\n}\n"
TEST = "TEST(One, IsOne) {}\nTEST_P(Stored, IsOne) {}\nINSTANTIATE_TEST_SUITE_P(Stores, Stored, kEngines);\n"
HEADER = "Breaks: one is two\nTarget: one_test\nTest: One.IsOne\n"
DIFF = "\n--- a/host/one.cpp\n+++ b/host/one.cpp\n@@ -1,3 +1,3 @@\n int one() {\n-  return 1;\n+  return 2;\n }\n"


class Patches(unittest.TestCase):
    def told(self, patch, least=1):
        tree = planted.Tree(self, {"host/one.cpp": CODE, "tests/one_test.cpp": TEST,
                                   "tests/CMakeLists.txt": "lendport_test(one\n  SOURCES one_test.cpp)\n",
                                   "tests/mutants/one.patch": patch})
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            found = mutants.check(tree.root, least=least)
        self.assertEqual(found, len(said.getvalue().splitlines()))
        return said.getvalue()

    def test_takes_what_is_whole(self):
        self.assertEqual(self.told(HEADER + DIFF), "")
        self.assertEqual(self.told(HEADER.replace("One.IsOne", "Stores/Stored.IsOne/Sqlite") + DIFF), "")
        self.assertEqual(self.told(HEADER.replace("One.IsOne", "One.*") + DIFF), "")

    def test_wants_a_whole_header(self):
        self.assertIn("lacks Breaks, Test", self.told("Target: one_test\n" + DIFF))

    def test_knows_programs_and_tests(self):
        self.assertIn("no test program two_test", self.told(HEADER.replace("one_test", "two_test") + DIFF))
        self.assertIn("no test /One.IsTwo", self.told(HEADER.replace("IsOne", "IsTwo") + DIFF))
        self.assertIn("no test Engines/Stored.*", self.told(HEADER.replace("One.IsOne", "Engines/Stored.*/Sqlite") + DIFF))

    def test_sees_what_no_longer_applies(self):
        self.assertIn("does not apply", self.told(HEADER + DIFF.replace("return 1", "return 3")))

    def test_wants_enough(self):
        self.assertIn("at least 2", self.told(HEADER + DIFF, least=2))


if __name__ == "__main__":
    unittest.main()
