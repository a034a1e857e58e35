#include "http/router.hpp"

#include "core/error.hpp"

#include <algorithm>

namespace lendport::http {
namespace {

// One segment of a row's path: "orgs", "{org}", "{application}:confirm", "quotes:compare".
struct Pattern {
  bool is_parameter = false;
  std::string text;  // the literal, or the parameter's name
  std::string verb;
};

std::string name_of(const Route& route) {
  return std::string(to_string(route.method)) + " " + route.path;
}

[[noreturn]] void refuse(const Route& route, const std::string& why) {
  throw Error(ErrorCode::internal, "the route " + name_of(route) + " " + why);
}

Pattern read_pattern(const Route& route, std::string_view segment) {
  Pattern pattern;
  const std::size_t colon = segment.find(':');
  if (colon != std::string_view::npos) pattern.verb = std::string(segment.substr(colon + 1));
  segment = segment.substr(0, colon);
  pattern.is_parameter = segment.starts_with('{');
  if (pattern.is_parameter != segment.ends_with('}')) refuse(route, "has a path of bad form");
  if (pattern.is_parameter) segment = segment.substr(1, segment.size() - 2);
  pattern.text = std::string(segment);
  const bool bad_name = pattern.text.find_first_of("{}%?#") != std::string::npos;
  if (bad_name || (pattern.is_parameter && pattern.text.empty())) {
    refuse(route, "has a path of bad form");
  }
  return pattern;
}

std::vector<Pattern> read_path(const Route& route) {
  std::vector<Pattern> patterns;
  std::string_view rest = route.path;
  if (!rest.starts_with('/')) refuse(route, "has a path of bad form");
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    patterns.push_back(read_pattern(route, rest.substr(0, slash)));
    rest.remove_prefix(slash);
  }
  return patterns;
}

void check(const Route& route) {
  if (!route.permission && !route.is_public) refuse(route, "names no permission and is not public");
  if (route.permission && route.is_public) refuse(route, "names a permission and is public");
  if (!route.handler) refuse(route, "has no handler");
  if (route.is_public && route.idempotency != Idempotency::none) {
    refuse(route, "is public: an Idempotency-Key belongs to a caller");
  }
}

}  // namespace

// A place in the paths of all rows. Keys are the segment's text and its verb, so that
// "{application}" and "{application}:confirm" are two places.
struct RouteTable::Node {
  std::map<std::string, std::map<std::string, Node>> literals;
  std::map<std::string, Node> parameters;  // by verb
  std::map<Method, std::size_t> rows;

  Node& step(const Pattern& pattern) {
    if (pattern.is_parameter) return parameters[pattern.verb];
    return literals[pattern.text][pattern.verb];
  }

  template <class Visit>
  bool visit(const std::vector<Segment>& path, std::size_t at, const Visit& visit_end) const {
    if (at == path.size()) return visit_end(*this);
    const Segment& segment = path[at];
    if (const auto found = literals.find(segment.text); found != literals.end()) {
      const auto node = found->second.find(segment.verb);
      if (node != found->second.end() && node->second.visit(path, at + 1, visit_end)) return true;
    }
    if (segment.text.empty()) return false;
    const auto node = parameters.find(segment.verb);
    return node != parameters.end() && node->second.visit(path, at + 1, visit_end);
  }
};

RouteTable::RouteTable(Routes routes)
    : routes_(std::move(routes)), root_(std::make_unique<Node>()) {
  for (std::size_t row = 0; row < routes_.size(); ++row) add(row);
}

RouteTable::~RouteTable() = default;

void RouteTable::add(std::size_t row) {
  const Route& route = routes_[row];
  check(route);
  Node* node = root_.get();
  for (const Pattern& pattern : read_path(route)) node = &node->step(pattern);
  if (!node->rows.emplace(route.method, row).second) refuse(route, "is there twice");
}

RouteTable::Match RouteTable::find(std::optional<Method> method,
                                   const std::vector<Segment>& path) const {
  Match match;
  root_->visit(path, 0, [&](const Node& end) {
    for (const auto& [allowed, row] : end.rows) {
      const auto& known = match.allowed;
      if (std::find(known.begin(), known.end(), allowed) == known.end()) {
        match.allowed.push_back(allowed);
      }
      if (allowed == method) match.row = row;
    }
    return match.row.has_value();
  });
  if (!match.row) return match;
  match.allowed.clear();
  std::string_view pattern = routes_[*match.row].path;
  for (const Segment& segment : path) {
    pattern.remove_prefix(1);
    const std::size_t slash = std::min(pattern.find('/'), pattern.size());
    if (pattern.starts_with('{')) {
      match.parameters.emplace(pattern.substr(1, pattern.find('}') - 1), segment.text);
    }
    pattern.remove_prefix(slash);
  }
  return match;
}

std::vector<std::string> parameters_of(std::string_view path) {
  std::vector<std::string> names;
  for (auto open = path.find('{'); open != std::string_view::npos;
       open = path.find('{', open + 1)) {
    names.emplace_back(path.substr(open + 1, path.find('}', open) - open - 1));
  }
  return names;
}

}  // namespace lendport::http
