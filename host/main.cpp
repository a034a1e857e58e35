// The program `lendport`: reads its arguments, does one thing, says in one line why it could not.
#include "cli/cli.hpp"
#include "core/error.hpp"

#include <cstdio>
#include <exception>
#include <unistd.h>

int main(int argc, char** argv) {
  try {
    return lendport::cli::run(argc, argv, environ);
  } catch (const lendport::Error& error) {
    std::fprintf(stderr, "lendport: %s\n", error.detail().c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "lendport: %s\n", error.what());
  }
  return 1;
}
