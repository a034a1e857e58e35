// What a connector can do: operations and the coroutines that carry them out.
#pragma once

#include <lendport/sdk/context.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace lendport::sdk {

// An author describes a connector in one function:
//
//     Connector hello() {
//       return Connector()
//           .on<ConnectionCheck>(check)
//           .on<CatalogList>(list_products)
//           .on<ApplicationSubmit>(submit);
//     }
//     LENDPORT_PLUGIN(hello)
//
// where `Task<CatalogPage> list_products(Context& ctx, CatalogQuestion question)` is a coroutine.
// Several operations of one instance may be between two awaits at the same time, so a handler keeps
// nothing outside its own locals.
class Connector {
 public:
  // Request text in, result text out.
  using Handler = std::function<Task<std::string>(Context&, std::string)>;

  // Handles a typed operation (models/*.hpp) with `Task<Op::Result> handler(Context&,
  // Op::Request)`.
  template <class Op, class Function>
  Connector&& on(Function handler) && {
    handlers_[std::string(Op::kId)] = [handler](Context& context, std::string request) {
      return run_typed<Op, Function>(handler, context, std::move(request));
    };
    return std::move(*this);
  }

  // Handles an operation the SDK has no types for with `Task<Json> handler(Context&, Json)`.
  template <class Function>
  Connector&& on_json(std::string_view operation, Function handler) && {
    handlers_[std::string(operation)] = [handler](Context& context, std::string request) {
      return run_json<Function>(handler, context, std::move(request));
    };
    return std::move(*this);
  }

  // Handles an operation as text, parsing nothing.
  Connector&& on_text(std::string_view operation, Handler handler) && {
    handlers_[std::string(operation)] = std::move(handler);
    return std::move(*this);
  }

  // The handler of an operation, or null.
  const Handler* find(std::string_view operation) const {
    auto found = handlers_.find(operation);
    return found == handlers_.end() ? nullptr : &found->second;
  }

 private:
  static Json parsed(const std::string& request) {
    if (std::optional<Json> json = parse_json(request)) return *std::move(json);
    throw Failure(Outcome::internal, "connector.bad_json", "The request is not JSON");
  }

  template <class Op, class Function>
  static Task<std::string> run_typed(Function handler, Context& context, std::string request) {
    auto question = read<typename Op::Request>(parsed(request));
    typename Op::Result result = co_await handler(context, std::move(question));
    co_return to_text(write(result));
  }

  template <class Function>
  static Task<std::string> run_json(Function handler, Context& context, std::string request) {
    Json question = parsed(request);
    Json result = co_await handler(context, std::move(question));
    co_return to_text(result);
  }

  std::map<std::string, Handler, std::less<>> handlers_;
};

}  // namespace lendport::sdk
