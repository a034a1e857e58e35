#include "mail/template.hpp"

#include "core/error.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <kainjow/mustache.hpp>

namespace lendport::mail {
namespace {

constexpr std::size_t kNameShownBytesMax = 40;

std::string meant_by(std::string_view name, const std::vector<std::string_view>& known) {
  const std::string near = nearest(name, {known.begin(), known.end()});
  return near.empty() ? "" : "; did you mean {{" + near + "}}?";
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
                                   "this letter" + meant_by(name, known_));
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
