// A unit of work that lost a statement is lost, even when its closure swallows the failure.
#pragma once

#include <exception>

namespace lendport::db {

// PostgreSQL refuses every statement after one that failed, SQLite would go on; with this both
// behave like PostgreSQL.
class FirstFailure {
 public:
  // Runs the statement; remembers what it throws. After that throws the same without running any.
  template <class Statement>
  auto remember(const Statement& statement) {
    rethrow();
    // Not handled here: only remembered, so that the unit cannot be committed in part.
    try {
      return statement();
    } catch (...) {
      failure_ = std::current_exception();
      throw;
    }
  }

  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::exception_ptr failure_;
};

}  // namespace lendport::db
