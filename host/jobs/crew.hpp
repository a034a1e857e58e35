// A worker and the loop that keeps it going: places of their own for kinds of jobs that are slow
// for reasons of their own.
#pragma once

#include "jobs/loop.hpp"
#include "jobs/worker.hpp"

#include <utility>

namespace lendport::jobs {

// Ends as its loop does.
struct Crew {
  Crew(const boost::asio::any_io_executor& executor, db::Database& database, const Clock& clock,
       WorkerSettings settings, RandomBelow random, OnGivenUp on_given_up)
      : worker(database, clock, std::move(settings), std::move(random), std::move(on_given_up)),
        loop(executor, database, worker, clock) {}

  Worker worker;
  Loop loop;
};

}  // namespace lendport::jobs
