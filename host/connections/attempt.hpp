// A settings form between the org that sent it and the lender that judges it.
#pragma once

#include "connections/connections.hpp"
#include "connections/form.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace lendport {

// A form on its way to the lender. `refused` is set as soon as there is nothing to go on with.
struct Connections::Attempt {
  std::shared_ptr<const connectors::Manifest> manifest;
  std::shared_ptr<const json::Value> submitted;
  Connection before;      // when there is one already
  Connection connection;  // as it will be saved
  connections::Form form;
  connections::Check check;
  std::optional<ConnectionRefused> refused;

  void refuse(std::vector<Violation> violations) {
    const auto secrets = connectors::secret_fields(*manifest);
    refused = connections::refusal(std::move(violations), *submitted, secrets);
  }
};

}  // namespace lendport
