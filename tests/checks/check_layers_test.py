"""Plants includes that the plan forbids, and some that it allows."""
import unittest

import planted
import check_layers

OTHERS = {
    "host/hub.hpp": "", "host/orgs/orgs.hpp": "", "host/orgs/store.hpp": "",
    "plugin-api/include/lendport/plugin.h": "", "plugin-api/fake-lender/fake_lender.hpp": "",
    "plugin-api/testing/case.hpp": "", "plugins/mosaic/wire.hpp": "", "plugins/other/secret.hpp": "",
}

# file, what it includes
FORBIDDEN = [
    ("host/core/a.cpp", '"db/database.hpp"'),
    ("host/core/a.hpp", "<boost/asio/steady_timer.hpp>"),
    ("host/core/a.hpp", "<nlohmann/json_fwd.hpp>"),
    ("host/core/a.hpp", "<fstream>"),
    ("host/core/a.hpp", "<sys/stat.h>"),
    ("host/db/a.cpp", '"jobs/jobs.hpp"'),
    ("host/db/sqlite/a.cpp", '"http/router.hpp"'),
    ("host/db/oracle/a.cpp", '"db/database.hpp"'),
    ("host/surprise/a.cpp", "<string>"),
    ("host/net/a.cpp", '"json/reader.hpp"'),
    ("host/orgs/a.cpp", '"applications/applications.hpp"'),
    ("host/orgs/a.cpp", '"settings/settings.hpp"'),
    ("host/applications/a.cpp", '"orgs/store.hpp"'),
    ("host/applications/a.cpp", '"store.hpp"'),
    ("host/applications/a.cpp", '"hub.hpp"'),
    ("host/applications/a.cpp", "<orgs/orgs.hpp>"),
    ("host/applications/a.cpp", '  #  include   "orgs/store.hpp"'),
    ("host/cli/a.cpp", '"orgs/store.hpp"'),
    ("host/settings/a.cpp", '"orgs/store.hpp"'),
    ("host/orgs/a.cpp", '"lendport/plugin.h"'),
    ("host/orgs/routes.cpp", "<nlohmann/json.hpp>"),
    ("host/orgs/json.hpp", "<nlohmann/json.hpp>"),
    ("host/orgs/a.cpp", "<spdlog/spdlog.h>"),
    ("host/orgs/a.cpp", "<boost/dll/shared_library.hpp>"),
    ("host/http/session.cpp", "<boost/beast/http/read.hpp>"),
    ("host/jobs/a.cpp", "<libpq-fe.h>"),
    ("host/db/a.cpp", "<SQLiteCpp/Database.h>"),
    ("host/catalog/a.cpp", "<curl/curl.h>"),
    ("plugins/mosaic/connector.cpp", '"core/money.hpp"'),
    ("plugins/mosaic/connector.cpp", '"orgs/orgs.hpp"'),
    ("plugins/mosaic/connector.cpp", "<orgs/orgs.hpp>"),
    ("plugins/mosaic/connector.cpp", '"../other/secret.hpp"'),
    ("plugins/mosaic/connector.cpp", '"fake_lender.hpp"'),
    ("plugin-api/include/lendport/sdk/a.hpp", '"orgs/orgs.hpp"'),
    ("plugin-api/include/lendport/a.h", '"lendport/sdk/a.hpp"'),
    ("plugin-api/include/lendport/sdk/a.hpp", '"testing/case.hpp"'),
    ("plugin-api/examples/hello/a.cpp", '"wire.hpp"'),
    ("plugin-api/examples/hello/a.cpp", '"testing/case.hpp"'),
]

ALLOWED = [
    ("host/main.cpp", '"hub.hpp"'),
    ("host/hub.cpp", '"orgs/routes.hpp"'),
    ("host/core/a.hpp", "<boost/asio/awaitable.hpp>"),
    ("host/core/a.hpp", "<boost/system/result.hpp>"),
    ("host/core/a.hpp", "<compare>"),
    ("host/core/a.hpp", '"core/money.hpp"'),
    ("host/core/a.hpp", '// #include "db/database.hpp"'),
    ("host/applications/a.cpp", '"orgs/orgs.hpp"'),
    ("host/applications/a.cpp", '"applications/store.hpp"'),
    ("host/applications/json.cpp", "<nlohmann/json.hpp>"),
    ("host/json/value.hpp", "<nlohmann/json_fwd.hpp>"),
    ("host/settings/load.cpp", "<nlohmann/json.hpp>"),
    ("host/settings/load.cpp", '"orgs/settings.hpp"'),
    ("host/telemetry/log.cpp", "<spdlog/spdlog.h>"),
    ("host/connectors/load.cpp", "<boost/dll/shared_library.hpp>"),
    ("host/http/request_reader.cpp", "<boost/beast/http/basic_parser.hpp>"),
    ("host/connectors/load.cpp", '"lendport/plugin.h"'),
    ("host/db/postgres/driver.cpp", "<libpq-fe.h>"),
    ("plugins/mosaic/connector.cpp", '"lendport/sdk/plugin.hpp"'),
    ("plugins/mosaic/connector.cpp", '"wire.hpp"'),
    ("plugins/mosaic/tests/wire_test.cpp", '"wire.hpp"'),
    ("plugins/mosaic/connector.cpp", "<nlohmann/json.hpp>"),
    ("plugin-api/testing/case.cpp", '"testing/case.hpp"'),
    ("plugin-api/testing/main.cpp", '"fake_lender.hpp"'),
    ("plugins/mosaic/sandbox/main.cpp", '"fake_lender.hpp"'),
    ("plugins/mosaic/node_modules/x.cpp", '"core/money.hpp"'),
]


class CheckLayers(unittest.TestCase):
    def found(self, name, included):
        line = included if "#" in included else f"#include {included}"
        tree = planted.Tree(self, {**OTHERS, name: f"// x\n{line}\n"})
        return list(check_layers.problems(tree.root))

    def test_names_what_is_forbidden(self):
        for name, included in FORBIDDEN:
            with self.subTest(name=name, included=included):
                found = self.found(name, included)
                self.assertEqual(len(found), 1, found)
                self.assertIn(name, found[0])

    def test_passes_what_is_allowed(self):
        for name, included in ALLOWED:
            with self.subTest(name=name, included=included):
                self.assertEqual(self.found(name, included), [])

    def test_only_one_file_loads_plugins(self):
        files = {f"host/connectors/{name}.cpp": "#include <boost/dll.hpp>\n" for name in "ab"}
        self.assertEqual(len(list(check_layers.problems(planted.Tree(self, files).root))), 1)


if __name__ == "__main__":
    unittest.main()
