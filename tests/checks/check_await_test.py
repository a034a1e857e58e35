"""The table of what g++ 12 corrupts (and what it does not), planted row by row."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "scripts"))
import check_await  # noqa: E402

CORRUPTS = [
    "co_await f([text] { use(text); });",
    "co_await f([text]() mutable { use(text); });",
    "co_await f([=] { use(text); });",
    "co_await f([*this] { use(); });",
    "co_await f([&other, text] { use(text); });",
    "co_await f([text = std::move(text)](int x) { use(text); });",
    "co_await [text]() -> Task<> { co_return; }();",
    "co_await f(Agg{text, 1});",
    "co_await f(agg{text, 1});",
    "co_await f(ns::agg<int>{text, 1});",
    "co_await f({text, 1});",
    "co_await f({.a = text});",
    "co_await f(\n    a,\n    {text, 1});",
    "co_await f({a, b});",
    "use(Agg{text, 1}, co_await g());",
    "Agg a{text, co_await g()};",
    "Agg a = {text, co_await g()};",
    "v.push_back({text, co_await g()});",
    'log("// not a comment"); co_await f({text, 1});',
    'co_await f("//", {text, 1});',
    'co_await f(R"x(")x", {text, 1});',
    "co_await f('\"', {text, 1});",
    "co_await f(1'000, {text, 1});",
    "if (co_await f({text, 1})) {\n  g();\n}",
    "auto x = co_await f(Agg{text}, [&] { return 1; });",
    "co_return co_await f({text, 1});",
    "co_await f(/* why */ {text, 1});",
    "auto call = [&]() -> Task<> { co_await f({text, 1}); };",
    "for (auto x : co_await list()) use(x);",
    "for (const auto& [a, b] : co_await list()) {\n  use(a);\n}",
    "auto x = ready ? co_await f() : g();",
    "auto x = co_await ready() ? f() : g();",
    "use(ready ? g() : h(co_await f()));",
]

FINE = [
    "auto call = [text] { use(text); };\nco_await f(std::move(call));",
    "Agg a{text, 1};\nco_await f(std::move(a));",
    "co_await f(make_agg(text));",
    "co_await f(std::string(\"x\"));",
    "co_await f([] { g(); });",
    "co_await f([&] { g(Agg{text, 1}); });",
    "co_await f([this] { g({1, 2}); });",
    "co_await f([&x, &y](Transaction& tx) {\n  v.push_back({x, y});\n  z = a ? b : c;\n});",
    "auto x = co_await g();\nuse(Agg{text, x});",
    "co_await f({});",
    "co_await f(Agg{});",
    "auto [a, b] = co_await f();",
    "const auto& [a, b] = co_await f();",
    "x[i] = co_await f(y[j[0]]);",
    "[[maybe_unused]] auto x = co_await f();",
    "// co_await f({text, 1});",
    "log(\"co_await f({text, 1})\");",
    "/* co_await f({text, 1}); */",
    "while (true) {\n  co_await f();\n  Agg a{1};\n}",
    "auto x = co_await f(ready ? a : b);",
    "for (auto x : list) {\n  co_await f(x);\n}",
    "for (std::size_t i = 0; i < n; ++i) {\n  co_await f(i);\n}",
    "switch (x) {\n  case 1: {\n    co_await f();\n  }\n}",
    "net::co_spawn(strand, [text]() -> Task<> { co_await f(text); }, log_failure);",
    "co_return Agg{text, 1};",
]

IN_FUNCTION = "namespace a {{\nTask<> f() {{\n  {}\n}}\n}}  // namespace a\n"


class CheckAwait(unittest.TestCase):
    def test_names_what_is_corrupted(self):
        for row in CORRUPTS:
            with self.subTest(row):
                self.assertTrue(list(check_await.problems_in(IN_FUNCTION.format(row))))

    def test_passes_what_is_fine(self):
        for row in FINE:
            with self.subTest(row):
                self.assertEqual(list(check_await.problems_in(IN_FUNCTION.format(row))), [])

    def test_names_the_line(self):
        found = list(check_await.problems_in(IN_FUNCTION.format("g();\n  co_await f(\n      {a, b});")))
        self.assertEqual([line for line, _ in found], [5])

    def test_sees_functions_of_every_shape(self):
        for head in ["Task<> A::f() const noexcept {", "auto f() -> Task<std::vector<int>> {",
                     "template <class T>\nTask<T> f(T x) {", "A::A() : a_(1), b_{2} {",
                     "struct A {\n Task<> f() override {", "TEST(A, B) {"]:
            with self.subTest(head):
                end = "}\n};\n" if head.startswith("struct") else "}\n"
                text = head + "\n  co_await g();\n  Agg a{1};\n  co_await g({1});\n" + end
                self.assertEqual(len(list(check_await.problems_in(text))), 1)


if __name__ == "__main__":
    unittest.main()
