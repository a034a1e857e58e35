// Operations in flight: what a handle stands for, and which answers are still owed to it.
#pragma once

#include "connectors/journal.hpp"
#include "connectors/pool.hpp"
#include "core/time.hpp"
#include "lendport/plugin.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::connectors {

class Instance;
class OperationTable;

// How an operation ended, before anybody looked at the result.
struct RawCompletion {
  enum class By { connector, start_refused, hub, too_large };
  By by = By::connector;
  std::int32_t outcome = LENDPORT_FAIL_INTERNAL;
  std::string result;
};

// One operation of one instance. Thread-safe. Its handle is good from the moment the table took it
// until it is completed; then every call of the connector about it is stale.
class Operation : public std::enable_shared_from_this<Operation> {
 public:
  using OnComplete = std::function<void(RawCompletion)>;

  // `context` is the JSON by context-1 that the connector is told.
  Operation(std::shared_ptr<Instance> instance, std::shared_ptr<const Call> call,
            std::string context, Deadline deadline, OnComplete on_complete);

  lendport_op handle() const { return handle_; }
  Instance& instance() const { return *instance_; }
  const Call& call() const { return *call_; }
  const std::string& context() const { return context_; }
  Deadline deadline() const { return deadline_; }
  bool live() const { return !completed_; }

  // Ends it; the first to do so wins, false for the others.
  bool complete(RawCompletion completion);

  // Opens a token for one answer. LENDPORT_E_STALE, _E_ARG (open already) or _E_LIMIT.
  lendport_status open(lendport_token token, bool may_repeat = false);
  // Takes the token back: false when it is not open or the operation is over.
  bool close(lendport_token token);

  // What is known of requests that create or change something.
  // Asked last, when the journal says so and only the bytes are to follow. False: the operation is
  // over and whoever waited for it was told that nothing left, so nothing may.
  bool effect_leaves();
  void effect_ended(bool left, bool answered);
  bool effect_may_have_left() const { return effects_left_ > 0; }
  bool effect_unanswered() const { return effects_open_ > 0; }

  // The row in the journal that the last request of an effect needs before it may leave.
  enum class Intent { none, awaited, written, failed };
  void note_intent(Intent intent) { intent_ = intent; }
  Intent intent() const { return intent_; }

  void note_upstream_status(int status) { upstream_status_ = status; }
  int upstream_status() const { return upstream_status_; }

 private:
  friend class OperationTable;

  const std::shared_ptr<Instance> instance_;
  const std::shared_ptr<const Call> call_;
  const std::string context_;
  const Deadline deadline_;
  OperationTable* table_ = nullptr;
  lendport_op handle_ = 0;
  std::atomic<bool> completed_ = false;
  std::atomic<int> effects_left_ = 0;
  std::atomic<int> effects_open_ = 0;
  std::atomic<Intent> intent_ = Intent::none;
  std::atomic<int> upstream_status_ = 0;
  std::mutex mutex_;
  // State below is protected by mutex_.
  OnComplete on_complete_;
  std::vector<lendport_token> tokens_;
};

using OperationPtr = std::shared_ptr<Operation>;

// The live operations of one plugin. A handle is a slot and the slot's generation: never reused.
// Thread-safe.
class OperationTable {
 public:
  static constexpr std::size_t kOperationsMax = 4096;

  // Gives the operation its handle; false: the table is full.
  bool add(const OperationPtr& operation);
  // The live operation behind a handle, or null.
  OperationPtr find(lendport_op handle) const;
  void remove(lendport_op handle);
  std::size_t size() const;

 private:
  struct Slot {
    std::uint32_t generation = 1;
    OperationPtr operation;
  };
  mutable std::mutex mutex_;
  // State below is protected by mutex_.
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::size_t used_ = 0;
};

}  // namespace lendport::connectors
