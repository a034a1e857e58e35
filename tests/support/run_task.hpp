// Runs coroutines to their end from a test.
#pragma once

#include "core/task.hpp"

#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace lendport::support {

// Runs `task` on the calling thread, in an io_context of its own; throws what it throws.
void run_to_end(Task<void> task);

template <class T>
Task<void> keep_result(Task<T> task, std::optional<T>& result) {
  result.emplace(co_await std::move(task));
}

// The same, and returns what it returns.
template <class T>
T run_task(Task<T> task) {
  if constexpr (std::is_void_v<T>) {
    run_to_end(std::move(task));
  } else {
    std::optional<T> result;
    run_to_end(keep_result(std::move(task), result));
    return std::move(*result);
  }
}

// Runs all of them side by side on the calling thread; throws the first failure, once all ended.
void run_tasks(std::vector<Task<void>> tasks);

}  // namespace lendport::support
