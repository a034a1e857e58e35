#include "support/run_task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>

namespace lendport::support {

void run_to_end(Task<void> task) {
  boost::asio::io_context context(1);
  std::exception_ptr failure;
  boost::asio::co_spawn(context, std::move(task),
                        [&](const std::exception_ptr& thrown) { failure = thrown; });
  context.run();
  if (failure) std::rethrow_exception(failure);
}

void run_tasks(std::vector<Task<void>> tasks) {
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
