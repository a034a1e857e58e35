// The route table, ready to be asked: which row is meant by a method and a path.
#pragma once

#include "http/route.hpp"
#include "http/target.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::http {

// Immutable once built; any thread may ask.
class RouteTable {
 public:
  // Throws Error{internal} that names the row: no permission and not public, or both; a path of
  // bad form; no handler; two rows for one method and path.
  explicit RouteTable(Routes routes);
  ~RouteTable();
  RouteTable(const RouteTable&) = delete;
  RouteTable& operator=(const RouteTable&) = delete;

  const Routes& rows() const { return routes_; }

  struct Match {
    std::optional<std::size_t> row;  // index into rows(); nothing: no such path or method
    std::map<std::string, std::string> parameters;  // of the row
    std::vector<Method> allowed;  // methods of the rows the path fits, when `row` is nothing
  };
  // `method` is nothing for one no row can have. A literal segment goes before a parameter.
  Match find(std::optional<Method> method, const std::vector<Segment>& path) const;

 private:
  struct Node;

  void add(std::size_t row);

  Routes routes_;
  std::unique_ptr<Node> root_;
};

// The names in braces of a path, in order.
std::vector<std::string> parameters_of(std::string_view path);

}  // namespace lendport::http
