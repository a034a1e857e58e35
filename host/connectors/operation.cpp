#include "connectors/operation.hpp"

#include "connectors/instance.hpp"

#include <algorithm>

namespace lendport::connectors {

Operation::Operation(std::shared_ptr<Instance> instance, std::shared_ptr<const Call> call,
                     std::string context, Deadline deadline, OnComplete on_complete)
    : instance_(std::move(instance)),
      call_(std::move(call)),
      context_(std::move(context)),
      deadline_(deadline),
      on_complete_(std::move(on_complete)) {}

bool Operation::complete(RawCompletion completion) {
  const OperationPtr self = shared_from_this();  // the table's may be the last
  OnComplete on_complete;
  {
    const std::lock_guard lock(mutex_);
    if (completed_) return false;
    completed_ = true;
    tokens_.clear();
    on_complete = std::move(on_complete_);
  }
  if (table_ != nullptr) table_->remove(handle_);
  if (on_complete) on_complete(std::move(completion));
  return true;
}

lendport_status Operation::open(lendport_token token, bool may_repeat) {
  const std::lock_guard lock(mutex_);
  if (completed_) return LENDPORT_E_STALE;
  if (tokens_.size() >= LENDPORT_CALLS_PER_OP_MAX) return LENDPORT_E_LIMIT;
  if (!may_repeat && std::find(tokens_.begin(), tokens_.end(), token) != tokens_.end()) {
    return LENDPORT_E_ARG;
  }
  tokens_.push_back(token);
  return LENDPORT_OK;
}

bool Operation::close(lendport_token token) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find(tokens_.begin(), tokens_.end(), token);
  if (completed_ || found == tokens_.end()) return false;
  tokens_.erase(found);
  return true;
}

bool Operation::effect_leaves() {
  const std::lock_guard lock(mutex_);
  if (completed_) return false;
  ++effects_left_;
  ++effects_open_;
  return true;
}

void Operation::effect_ended(bool left, bool answered) {
  if (!left) --effects_left_;
  if (!left || answered) --effects_open_;
}

bool OperationTable::add(const OperationPtr& operation) {
  const std::lock_guard lock(mutex_);
  if (used_ >= kOperationsMax) return false;
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Slot& slot = slots_[index];
  slot.operation = operation;
  ++used_;
  operation->handle_ = std::uint64_t{slot.generation} << 32U | index;
  operation->table_ = this;
  return true;
}

OperationPtr OperationTable::find(lendport_op handle) const {
  const auto index = static_cast<std::uint32_t>(handle);
  const auto generation = static_cast<std::uint32_t>(handle >> 32U);
  const std::lock_guard lock(mutex_);
  if (index >= slots_.size() || slots_[index].generation != generation) return nullptr;
  return slots_[index].operation;
}

void OperationTable::remove(lendport_op handle) {
  OperationPtr gone;  // released outside the lock
  const auto index = static_cast<std::uint32_t>(handle);
  const std::lock_guard lock(mutex_);
  Slot& slot = slots_[index];
  gone = std::move(slot.operation);
  slot.operation = nullptr;
  ++slot.generation;
  --used_;
  // A slot whose generations are used up is given up: a handle is never reused.
  if (slot.generation != 0) free_.push_back(index);
}

std::size_t OperationTable::size() const {
  const std::lock_guard lock(mutex_);
  return used_;
}

}  // namespace lendport::connectors
