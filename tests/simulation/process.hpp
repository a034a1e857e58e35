// One hub of the simulation: its worker, its view of the store and of the lender, and its death.
#pragma once

#include "applications/applications.hpp"
#include "jobs/worker.hpp"
#include "mail/mail.hpp"
#include "simulation/lender.hpp"
#include "simulation/store.hpp"
#include "simulation/world.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <string>

namespace lendport::simulation {

// What every process stands on: orgs, a connection, products and a case, the same in every seed.
struct Ground {
  Watch& watch;
  const crypto::Sealing& sealing;
  Connections& connections;
  Catalog& catalog;
  Cases& cases;
  Files& files;
  Quotes& quotes;
  OrgId org;
  ConnectionId connection;
  Principal rep;
  Principal admin;
  QuoteId quote;
  ApplicationId draft;
  ApplicationId second_draft;  // of the same quote
  QuoteId handed_over;         // of a product without a connector
};

class Process {
 public:
  Process(World& world, Disk& disk, const Ground& ground, Books& books, std::string name);

  // Does all that can be done at this moment.
  void poll();
  // Takes what is due; false: it has no hand free.
  bool start_jobs();
  // Starts a story of somebody's; `told` hears how it ended, unless the process died.
  void carry_out(Task<void> story, std::function<void(bool done)> told);
  Applications& applications() { return applications_; }
  Store& store() { return store_; }

  // The process ends here: nobody waits for this any more.
  Task<void> die();
  bool is_dead() const { return dead_; }
  // Its leases are not renewed for so long.
  void freeze(Span span);

  Lender& lender() { return lender_; }

 private:
  void renew_in_time();

  World& world_;
  const std::string name_;
  bool dead_ = false;
  bool starting_ = false;
  Time frozen_until_{};
  std::optional<World::Key> renewal_;
  Store store_;
  Lender lender_;
  Mails mails_;
  Applications applications_;
  jobs::Worker worker_;
  // Last, so that it goes first: the coroutines in it use all of the above.
  boost::asio::io_context context_{1};

 public:
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    if (renewal_) world_.forget(*renewal_);
  }
};

}  // namespace lendport::simulation
