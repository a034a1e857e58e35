// What an operator may set about logs.
#pragma once

#include <string>

namespace lendport::telemetry {

enum class Level { debug, info, warn, error };

struct Settings {
  Level level = Level::info;
  std::string log_file;         // empty: stderr
  std::string access_log_file;  // empty: stderr; "off": none
};

}  // namespace lendport::telemetry
