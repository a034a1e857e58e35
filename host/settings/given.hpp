// One setting as somebody gave it: a value of the file, of the environment or of the command line.
#pragma once

#include "core/secret.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lendport::settings {

// The value of one key and where it came from, for messages ("lendport.toml, line 12",
// "the environment, LENDPORT_HTTP_LISTEN"). The conversions say in one sentence what is wrong by
// throwing Error{invalid_input}; text of the environment is read as the key's kind.
class Given {
 public:
  using Strings = std::vector<std::string>;
  using Table = std::map<std::string, std::string>;
  using Content = std::variant<std::string, std::int64_t, bool, Strings, Table>;

  Given(std::string key, Content content, std::string source)
      : key_(std::move(key)), content_(std::move(content)), source_(std::move(source)) {}

  const std::string& key() const { return key_; }
  const std::string& source() const { return source_; }

  std::string text() const;
  std::int64_t integer(std::int64_t min, std::int64_t max) const;
  bool flag() const;
  Strings list() const;  // in the environment: separated by commas
  Table table() const;   // in the environment: a=b,c=d
  std::chrono::milliseconds seconds(std::int64_t min, std::int64_t max) const;
  std::string choice(const std::vector<std::string_view>& choices) const;

 private:
  [[noreturn]] void refuse(const std::string& rule) const;

  std::string key_;
  Content content_;
  std::string source_;
};

}  // namespace lendport::settings
