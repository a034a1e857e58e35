// What must hold of a simulated world, whatever happened in it.
#pragma once

#include "simulation/books.hpp"
#include "simulation/process.hpp"
#include "simulation/store.hpp"
#include "simulation/world.hpp"

#include <map>
#include <string>

namespace lendport::simulation {

// What people were told has happened, by the event it must have left: "app_… confirmed".
using Told = std::map<std::string, int>;

class Judge {
 public:
  Judge(World& world, Disk& disk, const Ground& ground, Books& books)
      : world_(world), disk_(disk), ground_(ground), books_(books), first_(last_sequence()) {}

  void expect(Kind kind) { kind_ = kind; }
  void calm_since(Time time) { calm_since_ = time; }

  // Whether nothing is to come but questions that are asked for ever; at any time. Says in `why`
  // what is still under way, and tells the world where nothing works on it any more.
  bool is_settled(std::string& why);

  // At the end: the whole record of the seed against the table, the books and what was told.
  void look(const Told& told);

  // Every event, call and job of the seed: the same for the same seed.
  std::string record();

 private:
  std::int64_t last_sequence();
  bool has_job(std::string_view kind, const std::string& application);
  bool is_settled(const db::Row& row, std::string& why);
  bool asks_itself(const db::Row& row);
  bool are_documents_settled(const db::Row& row, std::string& why);
  void look_at_steps(const Told& told);
  void take_step(const db::Row& event, std::map<std::string, ApplicationState>& states,
                 Told& happened);
  void look_at_applications(const std::map<std::string, ApplicationState>& states);
  void look_at_journal();
  void look_at_audit();

  World& world_;
  Disk& disk_;
  const Ground& ground_;
  Books& books_;
  Kind kind_ = Kind::by_key;
  Time calm_since_{};
  const std::int64_t first_;  // the last event of the ground
};

}  // namespace lendport::simulation
