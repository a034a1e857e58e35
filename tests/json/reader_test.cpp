// Reading fields: everything wrong is reported at once, each with its pointer.
#include "json/reader.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport::json {
namespace {

// "pointer code" of each violation, in order.
template <class Read>
std::vector<std::string> problems(std::string_view text, Read read) {
  const Value document = parse(text);
  Reader reader(document);
  read(reader);
  std::vector<std::string> found;
  for (const Violation& v : reader.violations()) found.push_back(v.pointer + " " + v.code);
  return found;
}

using Problems = std::vector<std::string>;

TEST(Reader, ReportsEverythingAtOnce) {
  const auto read = [](Reader& body) {
    body.text("id");
    body.object("requested").money("amount");
    body.integer("term_months", 1, 480);
    body.rate("apr");
  };
  EXPECT_EQ(problems(R"({"id":"","requested":{"amount":{"amount":"12.0x","currency":"USD"}},
                        "term_months":"x","extra":1})",
                     read),
            (Problems{"/id required", "/requested/amount/amount not_an_amount", "/term_months type",
                      "/apr required", "/extra unknown_field"}));
}

TEST(Reader, StopsCountingAtItsLimit) {
  Value document = Value::object();
  for (int i = 0; i < 500; ++i) document["unknown_" + std::to_string(i)] = i;
  Reader unknown(document);
  EXPECT_EQ(unknown.violations().size(), Reader::kViolationsMax);
  Reader missing(document);
  for (int i = 0; i < 500; ++i) missing.text("missing_" + std::to_string(i));
  EXPECT_EQ(missing.violations().size(), Reader::kViolationsMax);
}

TEST(Reader, TakesBackWhatItNoted) {
  const auto read = [](Reader& body) {
    body.text("id");
    const std::size_t noted = body.noted();
    body.object("requested").money("amount");
    EXPECT_EQ(body.take_back(noted).at(0).pointer, "/requested/amount/amount");
    EXPECT_TRUE(body.take_back(body.noted()).empty());
  };
  EXPECT_EQ(
      problems(R"({"id":"","requested":{"amount":{"amount":"12.0x","currency":"USD"}}})", read),
      (Problems{"/id required"}));
}

TEST(Reader, ReadsWhatIsRight) {
  const Value document = parse(
      R"({"name":"A/B","price":{"amount":"12.50","currency":"EUR"},"rate":"5.99","on":"2026-05-04",
          "at":"2026-05-04T00:00:00Z","yes":true,"n":7,"list":[{"a":"1"},{"a":"2"}],"nothing":null,
          "words":["x","y"],"kind":"loan"})");
  Reader body(document);
  EXPECT_EQ(body.text("name"), "A/B");
  EXPECT_EQ(body.money("price").minor_units, 1250);
  EXPECT_EQ(format_rate(body.rate("rate")), "5.99");
  EXPECT_EQ(format_date(body.date("on")), "2026-05-04");
  EXPECT_EQ(format_time(body.time("at")), "2026-05-04T00:00:00.000Z");
  EXPECT_TRUE(body.flag("yes"));
  EXPECT_EQ(body.integer("n", 0, 10), 7);
  auto list = body.objects("list");
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].text("a") + list[1].text("a"), "12");
  EXPECT_EQ(body.texts("words").size(), 2u);
  EXPECT_FALSE(body.optional_text("nothing"));
  EXPECT_EQ(body.choice("kind", {"loan", "lease"}), "loan");
  EXPECT_NO_THROW(body.finish());
}

TEST(Reader, TellsNullFromAbsent) {
  const Value document = parse(R"({"cleared":null,"kept":1})");
  Reader body(document);
  EXPECT_TRUE(body.is_null("cleared"));
  EXPECT_FALSE(body.is_null("kept"));
  EXPECT_FALSE(body.is_null("absent"));
  EXPECT_NO_THROW(body.finish());
}

TEST(Reader, NamesPlacesByJsonPointer) {
  const auto read = [](Reader& body) {
    body.object("a/b").text("c~d");
    body.objects("list")[1].integer("n", 0, 5);
  };
  EXPECT_EQ(problems(R"({"a/b":{},"list":[{},{"n":9}]})", read),
            (Problems{"/a~1b/c~0d required", "/list/1/n out_of_range"}));
}

TEST(Reader, RefusesWrongKinds) {
  const auto read = [](Reader& body) {
    body.text("t");
    body.flag("f");
    body.integer("i", 0, 9);
    body.objects("o");
    body.choice("c", {"x"});
    body.date("d");
  };
  EXPECT_EQ(
      problems(R"({"t":1,"f":"true","i":1.5,"o":{},"c":"y","d":"2026-02-30"})", read),
      (Problems{"/t type", "/f type", "/i type", "/o type", "/c unknown_choice", "/d not_a_date"}));
  EXPECT_EQ(problems("[]", read), (Problems{" type"}));
  for (const std::string number :
       {"18446744073709551615", "1e30", "-123456789012345678901", "10"}) {
    EXPECT_EQ(problems(R"({"t":"a\u0001b","i":)" + number + "}",
                       [](Reader& body) {
                         body.text("t");
                         body.integer("i", 0, 9);
                       }),
              (Problems{"/t control_character", "/i out_of_range"}))
        << number;
  }
}

TEST(Reader, RefusesTextsThatCannotBeReadFromCallersAlone) {
  struct Row {
    const char* text;
    Lines lines;
    const char* code;  // empty: it is fine
  };
  for (const Row& row :
       {Row{"Zoë \u05d0\u05d1", Lines::one, ""}, Row{"  ", Lines::one, "blank"},
        Row{"\u200b", Lines::one, "blank"}, Row{"a\u202eb", Lines::one, "direction_mark"},
        Row{"a\nb", Lines::one, "control_character"}, Row{"a\nb", Lines::many, ""},
        Row{"a\u0085", Lines::many, "control_character"}}) {
    const Value document = {{"name", row.text}, {"list", {row.text}}};
    Problems expected;
    if (*row.code != 0) expected = {std::string("/name ") + row.code};
    Reader caller(document);
    EXPECT_EQ(caller.text("name", 99, row.lines), *row.code == 0 ? row.text : "");
    caller.ignore_unknown();
    Problems found;
    for (const Violation& one : caller.violations()) found.push_back(one.pointer + " " + one.code);
    EXPECT_EQ(found, expected) << row.text;

    Reader stored(document);
    stored.take_as_it_came();
    EXPECT_EQ(stored.text("name"), row.text) << "what is stored stays readable";
    EXPECT_EQ(stored.texts("list"), std::vector<std::string>{row.text});
    EXPECT_NO_THROW(stored.finish());
    if (row.lines == Lines::one && *row.code != 0) {
      Reader words(document);
      words.texts("list");
      EXPECT_EQ(words.noted(), 1U) << row.text;
    }
  }
}

}  // namespace
}  // namespace lendport::json
