"""Pairs of files of one library, and whether what they name for themselves clashes."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "scripts"))
import check_names  # noqa: E402
from planted import Tree  # noqa: E402


def file_of(namespace, body):
    return f"namespace {namespace} {{\nnamespace {{\n\n{body}\n\n}}  // namespace\n}}  // namespace {namespace}\n"


CLASHES = [
    ("a::b", "constexpr int kMax = 1;", "a::b", "constexpr int kMax = 1;"),
    ("a", 'constexpr std::string_view kColumns =\n    "id";', "a::b", "constexpr std::string_view kColumns{1};"),
    ("a", "constexpr std::array<std::string_view, 2> kStates{\n    1};", "a", "const std::vector<int> kStates{1};"),
    ("a::b", "bool is_it(char c) {\n  return c;\n}", "a", "bool is_it(char other) {\n  return other;\n}"),
    ("a", "Value shown(const Plan& plan,\n            int n) {\n  return 1;\n}", "a",
     "std::string shown(const Plan& x, int y) {\n  return {};\n}"),
    ("a", "struct Told {\n  int a;\n};", "a", "enum class Told { yes };"),
    ("a", "using State = A;", "a::b", "using State = B;"),
    ("a", "[[noreturn]] void refuse(const std::string& why) {\n  throw why;\n}", "a",
     "[[noreturn]] void refuse(std::string_view what) {\n  throw what;\n}"),
    ("a", "class Held final : public Other {\n};", "a", "enum Held : unsigned { yes };"),
    ("a", "std::function<void(int)> bell(int n) {\n  return n;\n}", "a", "auto bell(int m) -> std::vector<int> {\n}"),
    ("a", "thread_local int depth = 0;", "a", "std::atomic<int> depth{1};"),
    ("a", "Kept kept(const std::string& id,\n          const Plan& with = {}) {\n  return {};\n}", "a",
     "int kept(std::string_view x, const Plan& y) {\n  return 0;\n}"),
    ("a", "int left(int n = 1) {\n  return n;\n}", "a::b", "int left(int m) {\n  return m;\n}"),
    ("a", "const std::array<int, kAll.size()> kNames{1};", "a", "const Error kNames(1);"),
    ("a", "auto value_of(int n)\n    -> std::vector<int> {\n  return {};\n}", "a", "int value_of(int m) {\n  return m;\n}"),
    ("a", "template <class T>\nT first(std::vector<T> all) {\n}", "a", "template <class T>\nint first(std::vector<T> of) {\n}"),
    ("a", "namespace store = x;", "a::b", "namespace store = y;"),
    ("a", "struct alignas(64) Slot {\n  int n;\n};", "a", "int Slot = 1;"),
    ("a", "struct State : Other {\n};", "a", "using State = B;"),
]
FITS = [
    ("a", "constexpr int kMax = 1;", "a", "constexpr int kLeast = 1;"),
    ("a::b", "constexpr int kMax = 1;", "a::c", "constexpr int kMax = 2;"),
    ("a", "bool is_it(char c) {\n  return c;\n}", "a", "bool is_it(const std::string& c) {\n  return kMax(c);\n}"),
    ("a", "using State = A;", "a::b", "using State = A;"),
    ("a", "void f() {\n  constexpr int kMax = 1;\n}", "a", "void g() {\n  constexpr int kMax = 2;\n}"),
    ("a", "class Told {\n  void ring();\n};\n\nvoid Told::ring() {\n}", "a", "void ring() {\n}"),
    ("a", "namespace store = x;", "a", "namespace store = x;"),
    ("a", "// constexpr int kMax = 1;", "a", "constexpr int kMax = 2;"),
]
CMAKE = "lendport_library(x\n  SOURCES x/one.cpp x/two.cpp ${BUILT}/three.cpp\n  DEPENDS lendport::core)\n"


class Names(unittest.TestCase):
    def found(self, row, cmake=CMAKE):
        tree = Tree(self, {"host/CMakeLists.txt": cmake, "host/x/one.cpp": file_of(*row[:2]),
                           "host/x/two.cpp": file_of(*row[2:])})
        return list(check_names.problems(tree.root))

    def test_finds_what_clashes(self):
        for row in CLASHES:
            with self.subTest(row):
                found = self.found(row)
                self.assertEqual(len(found), 1)
                self.assertRegex(found[0], r"^host/x/two\.cpp:\d+: \w+.* is named in host/x/one\.cpp too: ")

    def test_finds_what_hides_a_headers_function(self):
        body = "int lower(char c) {\n  return c;\n}"
        for header, include, wanted in (("a", "core/text.hpp", 1), ("b", "core/text.hpp", 0), ("a", "core/other.hpp", 0)):
            files = {"host/CMakeLists.txt": CMAKE, "host/x/two.cpp": "", "host/core/other.hpp": "",
                     "host/core/text.hpp": f"namespace {header} {{\n\nint lower(int n);\n\n}}  // namespace {header}\n",
                     "host/x/one.cpp": f'#include "{include}"\n' + file_of("a::x", body)}
            with self.subTest(header=header, include=include):
                self.assertEqual(len(list(check_names.problems(Tree(self, files).root))), wanted)

    def test_lets_pass_what_does_not(self):
        for row in FITS:
            with self.subTest(row):
                self.assertEqual(self.found(row), [])

    def test_lets_pass_what_is_compiled_alone_or_in_another_library(self):
        self.assertEqual(self.found(CLASHES[0], "lendport_alone(x/two.cpp)\n" + CMAKE), [])
        apart = "lendport_library(x\n  SOURCES x/one.cpp)\nlendport_library(y\n  SOURCES x/two.cpp)\n"
        self.assertEqual(self.found(CLASHES[0], apart), [])


if __name__ == "__main__":
    unittest.main()
