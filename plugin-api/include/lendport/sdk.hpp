// The C++ SDK of the connector ABI: start here to write a connector.
//
// A connector is a description (sdk/connector.hpp) of coroutines. Each gets a Context, its way to
// the lender and to the hub (sdk/context.hpp), and a typed request (sdk/models/*.hpp), and returns
// a typed result or a Failure (sdk/failure.hpp). plugin-api/examples/hello is the smallest whole
// one.
//
// Header-only, C++20, compiled into the connector; nothing of it crosses the ABI.
//
// g++ 12 corrupts some temporaries in a statement with co_await: name a lambda that captures by
// value, or an aggregate in braces, before the statement. Request and Money are safe.
#pragma once

#include <lendport/sdk/connector.hpp>
#include <lendport/sdk/context.hpp>
#include <lendport/sdk/failure.hpp>
#include <lendport/sdk/http.hpp>
#include <lendport/sdk/json.hpp>
#include <lendport/sdk/models/application.hpp>
#include <lendport/sdk/models/catalog.hpp>
#include <lendport/sdk/models/connection.hpp>
#include <lendport/sdk/models/documents.hpp>
#include <lendport/sdk/models/money.hpp>
#include <lendport/sdk/models/webhook.hpp>
#include <lendport/sdk/plugin.hpp>
#include <lendport/sdk/task.hpp>
