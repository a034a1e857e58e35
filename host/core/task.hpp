// The coroutine type every operation that waits is written in.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace lendport {

// Lazy: nothing runs before `co_await`. Await it in the statement that makes it, or give it only
// parameters that outlive the await. With g++ 12 no lambda that captures by value and no braces
// with content may stand in a statement with `co_await` (scripts/check_await.py).
template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace lendport
