#include "mail/template.hpp"

#include "core/error.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <numeric>

namespace lendport::mail {
namespace {

constexpr std::size_t kNameShownBytesMax = 40;

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

std::string_view nearest(std::string_view name, const std::vector<std::string_view>& known) {
  return *std::min_element(known.begin(), known.end(),
                           [&](auto a, auto b) { return distance(name, a) < distance(name, b); });
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

// Walks over the tags of a template, and stops at the first whose end is in doubt.
class TagCheck {
 public:
  TagCheck(const std::vector<std::string_view>& known, std::string pointer)
      : known_(known), pointer_(std::move(pointer)) {}

  std::vector<Violation> check(std::string_view text) {
    for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at)) {
      const std::size_t end = text.find("}}", at + 2);
      if (end == std::string_view::npos) {
        note("unclosed", "a tag is not closed: {{ without }}");
        return std::move(found_);
      }
      if (++tags_ > kTagsMax) {
        note("too_many", "has more than " + std::to_string(kTagsMax) + " tags");
        return std::move(found_);
      }
      take(text.substr(at + 2, end - at - 2));
      at = end + 2;
    }
    for (const std::string_view name : open_) {
      note("unclosed", "the section {{#" + std::string(name) + "}} is not closed");
    }
    return std::move(found_);
  }

 private:
  void note(const char* code, std::string detail) {
    found_.push_back({pointer_, code, std::move(detail)});
  }

  void take(std::string_view tag) {
    tag = trimmed(tag);
    const char sort = tag.empty() ? '\0' : tag.front();
    const bool is_section = sort == '#' || sort == '^' || sort == '/';
    const std::string_view name = is_section ? trimmed(tag.substr(1)) : tag;
    if (!is_name(name)) {
      note("unsupported", "{{" + cut(tag, kNameShownBytesMax) +
                              "}} is not supported: a tag is a variable, or # ^ / and a variable");
      return;
    }
    if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
      note("unknown_variable", "{{" + cut(name, kNameShownBytesMax) + "}} is not a variable of " +
                                   "this letter; did you mean {{" +
                                   std::string(nearest(name, known_)) + "}}?");
    }
    if (sort == '/') {
      close(name);
    } else if (is_section) {
      open(name);
    }
  }

  void open(std::string_view name) {
    if (open_.size() == kSectionDepthMax) note("too_deep", "nests its sections too deeply");
    open_.push_back(name);
  }

  void close(std::string_view name) {
    if (!open_.empty() && open_.back() == name) {
      open_.pop_back();
    } else {
      note("unopened", "{{/" + cut(name, kNameShownBytesMax) + "}} closes no open section");
    }
  }

  const std::vector<std::string_view>& known_;
  std::string pointer_;
  std::vector<std::string_view> open_;
  std::vector<Violation> found_;
  int tags_ = 0;
};

}  // namespace

std::vector<Violation> template_problems(std::string_view text,
                                         const std::vector<std::string_view>& known,
                                         const std::string& pointer) {
  return TagCheck(known, pointer).check(text);
}

std::string render(std::string_view text, const Facts& facts, Escape escape) {
  kainjow::mustache::mustache letter{std::string(text)};
  if (!letter.is_valid()) throw Error(ErrorCode::internal, "an unchecked template was rendered");
  if (escape == Escape::none) {
    letter.set_custom_escape([](const std::string& value) { return value; });
  }
  kainjow::mustache::data values;
  for (const auto& [name, value] : facts) {
    if (!value.empty()) values.set(name, value);
  }
  return letter.render(values);
}

}  // namespace lendport::mail
