// The command line: `lendport serve|migrate|doctor|org|user|token|plugin|key`.
#pragma once

namespace lendport::cli {

// Carries out one command; returns the exit code. Results go to standard output, one thing a line;
// what is wrong goes to standard error. Exit codes: 0 done, 1 could not, 2 wrong usage. Throws
// Error for what the person must change.
int run(int argc, const char* const* argv, const char* const* environment);

}  // namespace lendport::cli
