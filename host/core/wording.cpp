#include "core/wording.hpp"

#include <algorithm>
#include <cassert>
#include <optional>

namespace lendport {
namespace {

// A text as "plain {name} plain {name} … plain": one more plain piece than names.
struct Pieces {
  std::vector<std::string_view> plain;
  std::vector<std::string_view> names;
};

Pieces pieces_of(std::string_view text) {
  Pieces pieces;
  for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{')) {
    const auto close = text.find('}', open);
    assert(close != std::string_view::npos);
    pieces.plain.push_back(text.substr(0, open));
    pieces.names.push_back(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
  pieces.plain.push_back(text);
  return pieces;
}

const Parameter* named(const Parameters& with, std::string_view name) {
  const auto found = std::find_if(with.begin(), with.end(),
                                  [&](const Parameter& one) { return one.name == name; });
  return found == with.end() ? nullptr : &*found;
}

std::string filled(std::string_view text, const Parameters& with, std::string Parameter::*value) {
  const Pieces pieces = pieces_of(text);
  std::string sentence(pieces.plain.front());
  for (std::size_t i = 0; i < pieces.names.size(); ++i) {
    const Parameter* parameter = named(with, pieces.names[i]);
    assert(parameter != nullptr);
    if (parameter != nullptr) sentence += parameter->*value;
    sentence += pieces.plain[i + 1];
  }
  return sentence;
}

// What stood for the parameters of `text` in `sentence`, each as short as it can be, the last as
// long as it must.
std::optional<std::vector<std::string_view>> read(std::string_view text,
                                                  std::string_view sentence) {
  const Pieces pieces = pieces_of(text);
  if (pieces.names.empty()) {
    if (text != sentence) return std::nullopt;
    return std::vector<std::string_view>();
  }
  const std::string_view first = pieces.plain.front();
  const std::string_view last = pieces.plain.back();
  if (sentence.size() < first.size() + last.size() || !sentence.starts_with(first) ||
      !sentence.ends_with(last)) {
    return std::nullopt;
  }
  sentence.remove_prefix(first.size());
  sentence.remove_suffix(last.size());
  std::vector<std::string_view> values;
  for (std::size_t i = 1; i + 1 < pieces.plain.size(); ++i) {
    const auto end = sentence.find(pieces.plain[i]);
    if (end == std::string_view::npos) return std::nullopt;
    values.push_back(sentence.substr(0, end));
    sentence.remove_prefix(end + pieces.plain[i].size());
  }
  values.push_back(sentence);
  return values;
}

}  // namespace

Sentence said(const Wording& row, const Parameters& with) {
  return {filled(row.en, with, &Parameter::en), filled(row.fr, with, &Parameter::fr)};
}

Sentence said(std::span<const Wording> words, std::string_view set, std::string_view word) {
  for (const Wording& row : words) {
    const bool is_it = row.code.size() == set.size() + 1 + word.size() &&
                       row.code.starts_with(set) && row.code[set.size()] == '.' &&
                       row.code.ends_with(word);
    if (is_it) return {std::string(row.en), std::string(row.fr)};
  }
  return {std::string(word), std::string(word)};
}

std::vector<std::string_view> parameters_of(std::string_view text) {
  return pieces_of(text).names;
}

const Wording* row_saying(std::span<const Wording> sentences, std::string_view english) {
  const auto found = std::find_if(sentences.begin(), sentences.end(), [&](const Wording& row) {
    return read(row.en, english).has_value();
  });
  return found == sentences.end() ? nullptr : &*found;
}

std::string reworded(const Wordings& known, std::string_view english, std::string_view language) {
  const Wording* row = language == "fr" ? row_saying(known.sentences, english) : nullptr;
  if (row == nullptr) return std::string(english);
  const auto names = parameters_of(row->en);
  const auto values = read(row->en, english).value();
  Parameters with;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string_view set = names[i].substr(0, names[i].find('_'));
    with.emplace_back(names[i], said(known.words, set, values[i]));
  }
  return said(*row, with).fr;
}

}  // namespace lendport
