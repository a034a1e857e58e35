#include "connectors/world.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>

namespace lendport::connectors {

World::World(std::deque<support::Answer> script) : lender(std::move(script)) {
  db::Settings store;
  store.url = "sqlite://" + (dir / "hub.db");
  database = db::open(store);
  db::migrate(*database, db::built_in_migrations(), clock.now());
  settings.plugin_folder = dir / "plugins";
  std::filesystem::create_directories(settings.plugin_folder);
  settings.store_folder = dir / "data/plugins";
  settings.sandboxes["puppet.example:443"] = {lender.port(), false};
  settings.sandboxes["sandbox.hello.example.com:443"] = {lender.port(), false};
  settings.pool.hung_after = std::chrono::milliseconds(200);
}

World::~World() {
  io.stop();
  io.join();
  connectors.reset();
  client.reset();
}

void World::install(const std::string& name, const std::filesystem::path& file) {
  write_file(std::filesystem::path(settings.plugin_folder) / name / "connector.so",
             bytes_of_file(file));
}

LoadedConnectors& World::start() {
  client = std::make_unique<net::HttpClient>(io.get_executor(), net::Settings{});
  connectors = std::make_unique<LoadedConnectors>(io.get_executor(), settings, *client, *database,
                                                  clock, ids);
  return *connectors;
}

LoadedConnectors& World::start_puppet() {
  install("puppet", faulty_file("puppet"));
  return start();
}

Call World::puppet(const std::string& page) const {
  Call call;
  call.plugin = "com.example.puppet";
  call.org = OrgId{"org_1"};
  call.connection = ConnectionId{"conn_1"};
  call.settings = R"({"client_id":"me","refuse":false})";
  call.secrets.emplace("client_secret", Secret<std::string>("s3cret/+"));
  call.secrets.emplace("api_key", Secret<std::string>("k3y"));
  call.operation = "catalog.list/1";
  call.request = R"({"page":")" + page + R"("})";
  call.idempotency_key = "key_1";
  call.request_id = "req_1";
  call.subject = "app_1";
  call.seal = [](const CallId& id, std::string_view column, std::string_view plain) {
    return Blob{id.value + "/" + std::string(column) + ":" + std::string(plain)};
  };
  call.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  return call;
}

std::future<Outcome> World::begin(Call call) {
  return boost::asio::co_spawn(boost::asio::make_strand(io), connectors->call(std::move(call)),
                               boost::asio::use_future);
}

std::vector<JournalEntry> World::journal(const std::string& subject) {
  std::vector<JournalEntry> entries;
  const db::Look look = [&](db::Snapshot& at) { entries = calls_of(at, subject); };
  database->read_now(look);
  return entries;
}

std::string CountedIds::next_uuid() {
  const std::uint64_t count = ++count_;
  std::array<std::uint8_t, 10> random{};
  for (std::size_t i = 0; i < 8; ++i) random[9 - i] = static_cast<std::uint8_t>(count >> 8U * i);
  return format_uuid_v7(1'770'000'000'000 + static_cast<std::int64_t>(count), random);
}

}  // namespace lendport::connectors
