// One seed from its beginning to its end: two processes, a lender, people, and what goes wrong.
#pragma once

#include "simulation/books.hpp"
#include "simulation/judge.hpp"
#include "simulation/process.hpp"
#include "simulation/store.hpp"
#include "simulation/world.hpp"

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lendport::simulation {

class Life {
 public:
  // All outlive it. `begins` is after all that the ground is made of.
  Life(std::uint64_t seed, Time begins, Disk& disk, const Ground& ground, Tally& tally);
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;
  ~Life();

  void run();

  // What somebody asks of a process.
  using Story = std::function<Task<http::Response>(const http::Request&)>;

  const std::vector<std::string>& wrongs() const { return world_.wrongs(); }
  // Everything that happened, as text.
  std::string log() { return world_.log() + judge_.record(); }

 private:
  static constexpr std::size_t kProcesses = 2;

  // --- The clockwork (life.cpp) ---
  void prepare();
  bool step();
  void poll_all();
  void bury(std::size_t index);
  void start(std::size_t index);
  void calm_down();
  Process* any_process();

  // --- Who acts (people.cpp) ---
  http::Request request_of(const Principal& caller) const;
  void visit_later();
  void visit();
  void visit(const db::Row& application);
  void create();
  void act(Process& process, const std::string& told, Story story);
  void confirm(Process& process, const ApplicationId& id);
  void decide(Process& process, const ApplicationId& id, const std::string& key,
              bool is_handed_over);
  Task<void> keep_webhook(Store& store, std::string words);
  void receive_webhook(const std::string& words, int tries);
  void trouble_the_connector();
  void switch_connector(bool stopped);

  World world_;
  Disk& disk_;
  const Ground& ground_;
  Books books_;
  std::array<std::unique_ptr<Process>, kProcesses> processes_;
  Judge judge_;
  Told told_;
  Kind kind_ = Kind::by_key;
  int applications_left_ = 0;
  bool asks_for_documents_ = true;
};

}  // namespace lendport::simulation
