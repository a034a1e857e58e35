// The coroutine of a handler: lazy, awaited once, resumed only by the hub's events.
#pragma once

#include <lendport/sdk/failure.hpp>

#include <coroutine>
#include <cstddef>
#include <exception>
#include <utility>
#include <variant>

namespace lendport::sdk {

template <class T = void>
class Task;

namespace detail {

// Hands control to whoever awaits the task, without growing the stack.
struct ResumeAwaiting {
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
    std::coroutine_handle<> awaiting = ended.promise().awaiting;
    return awaiting ? awaiting : std::noop_coroutine();
  }
  void await_resume() const noexcept {}
};

struct PromiseOfAny {
  std::coroutine_handle<> awaiting;
  std::exception_ptr failure;

  std::suspend_always initial_suspend() const noexcept { return {}; }
  ResumeAwaiting final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { failure = std::current_exception(); }
};

template <class T>
struct Promise : PromiseOfAny {
  std::variant<std::monostate, T> value;

  Task<T> get_return_object() noexcept;
  void return_value(T result) { value.template emplace<1>(std::move(result)); }
  // `co_return Failure::…` ends the operation as `throw` would.
  void return_value(Failure reason) { failure = std::make_exception_ptr(std::move(reason)); }
  T take() {
    if (failure) std::rethrow_exception(failure);
    return std::move(std::get<1>(value));
  }
};

template <>
struct Promise<void> : PromiseOfAny {
  Task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take() const {
    if (failure) std::rethrow_exception(failure);
  }
};

}  // namespace detail

// What a coroutine that computes a T returns. It starts when it is awaited, and rethrows there what
// the coroutine threw. Owns the coroutine: destroying a task that has not ended destroys its
// locals.
//
// Reference parameters of a coroutine must outlive the await: pass by value, or await at once.
// Not copyable; belongs to one operation and so to its strand: no locks, no thread_local.
template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;

  Task() = default;
  explicit Task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}
  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~Task() {
    if (frame_) frame_.destroy();
  }

  bool done() const noexcept { return !frame_ || frame_.done(); }
  std::coroutine_handle<> frame() const noexcept { return frame_; }
  // REQUIRES: done(), and not taken before.
  T take() { return frame_.promise().take(); }

  auto operator co_await() && noexcept {
    struct Await {
      std::coroutine_handle<promise_type> frame;
      explicit Await(std::coroutine_handle<promise_type> of) noexcept : frame(of) {}
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
        frame.promise().awaiting = awaiting;
        return frame;
      }
      T await_resume() { return frame.promise().take(); }
    };
    return Await(frame_);
  }

 private:
  std::coroutine_handle<promise_type> frame_;
};

namespace detail {

template <class T>
Task<T> Promise<T>::get_return_object() noexcept {
  return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}

inline Task<void> Promise<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

}  // namespace detail
}  // namespace lendport::sdk
