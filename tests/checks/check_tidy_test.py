"""Plants what the house does not want, and what only looks like it."""
import unittest

import planted
import check_tidy

BAD = [
    "class OrgManager {};", "struct Utils {};", "class UserData : public A {", "class RequestHandler final {};", "struct PersonData;",
    "namespace lendport::util {", "std::cout << 1;", 'printf("x");', "auto* x = new Thing();",
    "auto* x = new std::string;", "delete x;", "delete[] x;", "using namespace std;",
    "double amount = 0;", "float monthly_rate;", "std::this_thread::sleep_for(1s);",
    "co_spawn(a, b, net::detached);", "try { f(); /* why */ } catch (...) {}", 'getenv("HOME");',
    "// TODO fix", "// FIXME", "//======== parts", "void f() {\n  try {\n    g();\n  } catch (const E&) {\n    h();\n  }\n}",
    "int x = 1; ", "\tint x;", "int " + "x" * 100 + ";", "std::exit(1);", "std::regex x;",
    "void f() {\n" + "  g();\n" * 70 + "}", "int x;\n" * 500,
    'auto s = "//"; std::cerr << s;',
]

GOOD = [
    "class Managers {};", "struct Handlers {};", "template <class Handler> void f(Handler x);",
    "void Store::Data::f();", "class Database {};", "A(const A&) = delete;", "void f(A&&) = delete;",
    'log("a new product, delete from x");', "// delete the row, new thing, sleep_for, std::cout",
    "double iterate_once();", "double moderate = 1;", "// TODO(limits): say what happens when full.",
    "using namespace std::chrono_literals;", "int new_value = 1;", "enum class M { get, delete_ };", 'R"sql(delete from x)sql";',
    "void f() {\n  // Why: the driver reports by exceptions.\n  try {\n    g();\n  } catch (const E&) {\n    h();\n  }\n}",
    "// " + "see https://example.org/" + "x" * 100, "struct Loan;",
    "namespace a {\n" + "int x;\n" * 80 + "}",
]


class CheckTidy(unittest.TestCase):
    def found(self, text, name="host/a/a.hpp", elsewhere=()):
        pragma = "#pragma once\n" if name.endswith(".hpp") else ""
        tree = planted.Tree(self, {name: f"// Why.\n{pragma}{text}\n"})
        return list(check_tidy.problems(tree.root, dict(elsewhere)))

    def test_names_what_is_not_wanted(self):
        for text in BAD:
            with self.subTest(text[:60]):
                self.assertTrue(self.found(text))

    def test_passes_what_only_looks_like_it(self):
        for text in GOOD:
            with self.subTest(text[:60]):
                self.assertEqual(self.found(text), [])

    def test_names_the_line(self):
        self.assertEqual(self.found("int x;\ndelete x;")[0].split(":")[1], "4")

    def test_boundaries_may_catch_and_programs_print(self):
        text = "void f() {\n  try {\n    g();\n  } catch (const E&) {\n    std::cerr << 1;\n  }\n}"
        self.assertEqual(self.found(text, "host/main.cpp"), [])

    def test_wants_a_sentence_on_top_and_pragma_once(self):
        tree = planted.Tree(self, {"host/a/a.hpp": "int x;\n"})
        self.assertEqual(len(list(check_tidy.problems(tree.root, {}))), 2)

    def test_the_header_speaks_for_its_source(self):
        headless = {"tests/a/a.cpp": "int x;\n"}
        self.assertTrue(list(check_tidy.problems(planted.Tree(self, headless).root, {})))
        both = {**headless, "tests/a/a.hpp": "// Why.\n#pragma once\n"}
        self.assertEqual(list(check_tidy.problems(planted.Tree(self, both).root, {})), [])

    def test_refuses_file_names_that_say_nothing(self):
        for name in ("utils", "org_helper", "common"):
            self.assertTrue(self.found("int x;", f"host/a/{name}.hpp"))
        self.assertEqual(self.found("int x;", "host/a/commonly.hpp"), [])


class Mirror(unittest.TestCase):
    def found(self, files, elsewhere=()):
        tree = planted.Tree(self, {name: text or "// Why.\n" for name, text in files.items()})
        return list(check_tidy.problems(tree.root, dict(elsewhere)))

    def test_every_source_has_its_test(self):
        self.assertTrue(self.found({"host/a/b/c.cpp": ""}))
        self.assertEqual(self.found({"host/a/b/c.cpp": "", "tests/a/b/c_test.cpp": ""}), [])
        self.assertEqual(self.found({"host/main.cpp": ""}), [])

    def test_or_a_reason(self):
        files, row = {"host/a/c.cpp": "", "tests/a/d_test.cpp": ""}, "host/a/c.cpp"
        reason = "rows of the table that d tests whole"
        self.assertEqual(self.found(files, {row: ("tests/a/d_test.cpp", reason)}), [])
        self.assertTrue(self.found(files, {row: ("tests/a/d_test.cpp", "")}))
        self.assertTrue(self.found(files, {row: ("tests/a/gone_test.cpp", reason)}))
        self.assertTrue(self.found({**files, "tests/a/c_test.cpp": ""}, {row: ("tests/a/d_test.cpp", reason)}))
        self.assertTrue(self.found({}, {row: ("tests/a/d_test.cpp", reason)}))

    def test_every_source_is_built(self):
        files = {"host/main.cpp": "", "host/CMakeLists.txt": "add_executable(x main.cpp)"}
        self.assertEqual(self.found(files), [])
        self.assertTrue(self.found({**files, "tests/a/x_test.cpp": ""}))


if __name__ == "__main__":
    unittest.main()
