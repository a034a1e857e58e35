// A lender for applications that does what a test says, with a book of what reached it.
#pragma once

#include "connectors/connectors.hpp"
#include "connectors/journal.hpp"
#include "core/error.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace lendport::applications {

inline constexpr const char* kLender = "com.example.fake";

// Thrown out of a call: the process dies there. Nothing of the job's end is written.
struct ProcessDied : std::runtime_error {
  ProcessDied() : std::runtime_error("the process died") {}
};

std::string state_json(const std::string& status, const std::string& word,
                       const std::string& more = "", const std::string& id = "L-1");
std::string found_json(const std::string& status, const std::string& word,
                       const std::string& more = "", const std::string& id = "L-1");
inline const std::string kNotFound = R"({"found":false})";

// How far a submission gets before the lender's answer, or its absence.
enum class Reaches {
  nobody,   // nothing left
  journal,  // the journal says that it leaves, and no more
  lender,   // the lender has it
};

struct Answer {
  connectors::OutcomeKind kind = connectors::OutcomeKind::done;
  std::string result = {};  // of `done`
  Reaches reaches = Reaches::nobody;
  bool ends_in_journal = true;  // the lender answered, with whatever it was
  bool dies = false;            // the process, before the answer comes back
  std::string message = "the lender says no";
  std::vector<Violation> field_errors = {};
  std::optional<std::chrono::milliseconds> retry_after = {};
};

Answer done(std::string result);
Answer ends(connectors::OutcomeKind kind, Reaches reaches = Reaches::nobody);
Answer dies(Reaches reaches);

// The connectors port. Each call takes the next answer of its operation; without one it is
// retryable. Journals submissions for real. Not thread-safe.
class ScriptedLender final : public connectors::Connectors {
 public:
  ScriptedLender(db::Database& db, const Clock& clock, IdSource& ids);
  ~ScriptedLender() override;

  Task<connectors::Outcome> call(connectors::Call call) override;
  std::shared_ptr<const connectors::Manifest> manifest(std::string_view id) const override;
  std::vector<connectors::PluginView> plugins() const override { return {}; }
  Task<std::vector<connectors::PluginView>> rescan() override;
  connectors::ConnectionHealth health(const ConnectionId&) const override { return {}; }
  connectors::Admission admit(std::string_view id, const ConnectionId& connection) override;

  void submits(Answer answer);
  void says(Answer answer);
  void sends(Answer answer);
  void documents(Answer answer);
  void takes(Answer answer);
  void has(Answer answer);
  void reps(Answer answer);
  int asked(const std::string& operation) const;

  std::shared_ptr<connectors::Manifest> plugin;  // null: not ready
  std::shared_ptr<connectors::Manifest> configured;
  std::vector<connectors::Call> calls;
  std::map<std::string, int> book;  // how often a submission reached the lender, by its key
  std::optional<connectors::Admission> closed;  // set: no call may begin
  // Set: decides instead of the script. Called before anything is journaled.
  std::function<Answer(const connectors::Call&)> decide;
  // Runs once while the next call is under way.
  std::function<void()> meanwhile;

 private:
  Answer next(const connectors::Call& call);

  connectors::Journal journal_;
  std::map<std::string, std::deque<Answer>> script_;
};

}  // namespace lendport::applications
