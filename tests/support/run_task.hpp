// Runs coroutines to their end from a test.
#pragma once

#include "core/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>
#include <vector>

namespace lendport::support {

// Runs `task` on the calling thread, in an io_context of its own; returns what it returns, throws
// what it throws.
template <class T>
T run_task(Task<T> task) {
  boost::asio::io_context context(1);
  std::exception_ptr failure;
  if constexpr (std::is_void_v<T>) {
    boost::asio::co_spawn(context, std::move(task),
                          [&](const std::exception_ptr& thrown) { failure = thrown; });
    context.run();
    if (failure) std::rethrow_exception(failure);
  } else {
    std::optional<T> result;
    boost::asio::co_spawn(context, std::move(task), [&](const std::exception_ptr& thrown, T value) {
      failure = thrown;
      if (!thrown) result = std::move(value);
    });
    context.run();
    if (failure) std::rethrow_exception(failure);
    return std::move(*result);
  }
}

// Runs all of them side by side on the calling thread; throws the first failure, once all ended.
inline void run_tasks(std::vector<Task<void>> tasks) {
  boost::asio::io_context context(1);
  std::exception_ptr failure;
  for (Task<void>& task : tasks) {
    boost::asio::co_spawn(context, std::move(task), [&](const std::exception_ptr& thrown) {
      if (!failure) failure = thrown;
    });
  }
  context.run();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace lendport::support
