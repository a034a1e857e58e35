#include "connectors/loaded_plugin.hpp"

#include "crypto/hash.hpp"

namespace lendport::connectors {
namespace {

// At most so many problems of a manifest in a refusal's sentence.
constexpr std::size_t kProblemsShownMax = 3;

Refusal bad_manifest(const Error& error) {
  std::string what = error.detail();
  std::size_t shown = 0;
  for (const Violation& one : error.violations()) {
    if (shown++ == kProblemsShownMax) break;
    what += "; " + one.pointer + " " + one.detail;
  }
  return {"LP-E-MANIFEST", "the library's manifest cannot be used (" + what +
                               "): correct manifest.json and build again"};
}

using ReadManifest = std::variant<std::shared_ptr<const Manifest>, Refusal>;

ReadManifest manifest_of(const lendport_plugin& plugin, const Inspected& inspected) {
  lendport_bytes bytes{};
  const lendport_status status = plugin.manifest(&bytes);
  if (status != LENDPORT_OK || bytes.data == nullptr || bytes.size > LENDPORT_JSON_BYTES_MAX) {
    return Refusal{"LP-E-MANIFEST",
                   "the library does not give its manifest, or one over 4 MiB: build it with "
                   "lendport_add_plugin"};
  }
  const std::string_view text(static_cast<const char*>(bytes.data), bytes.size);
  if (crypto::hex(crypto::sha256(text)) != inspected.manifest_sha256) {
    return Refusal{"LP-E-MANIFEST",
                   "the library's manifest is another than the one its note names by hash: build "
                   "both from one manifest.json"};
  }
  try {
    auto manifest = std::make_shared<const Manifest>(read_manifest(text));
    if (manifest->id != inspected.id || manifest->version != inspected.version) {
      return Refusal{"LP-E-MANIFEST", "the library's note says " + inspected.id + " " +
                                          inspected.version + " and its manifest " + manifest->id +
                                          " " + manifest->version +
                                          ": build both from one manifest.json"};
    }
    return manifest;
  } catch (const Error& error) {
    return bad_manifest(error);
  }
}

}  // namespace

LoadedPlugin::Loaded LoadedPlugin::load(const std::filesystem::path& file,
                                        const std::filesystem::path& store,
                                        std::shared_ptr<Services> services) {
  auto read = read_plugin_file(file);
  if (auto* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  const std::string& bytes = std::get<std::string>(read);
  auto judged = inspect(bytes);
  if (auto* refusal = std::get_if<Refusal>(&judged)) return std::move(*refusal);
  return load(std::get<Inspected>(judged), bytes, store, std::move(services));
}

LoadedPlugin::Loaded LoadedPlugin::load(const Inspected& inspected, std::string_view bytes,
                                        const std::filesystem::path& store,
                                        std::shared_ptr<Services> services) {
  auto stored = store_plugin_file(store, inspected, bytes);
  if (auto* refusal = std::get_if<Refusal>(&stored)) return std::move(*refusal);
  auto library = Library::load(std::get<std::filesystem::path>(stored));
  if (auto* refusal = std::get_if<Refusal>(&library)) return std::move(*refusal);
  auto manifest = manifest_of(std::get<Library>(library).plugin(), inspected);
  if (auto* refusal = std::get_if<Refusal>(&manifest)) return std::move(*refusal);
  auto& read = std::get<std::shared_ptr<const Manifest>>(manifest);
  if (read->min_host_minor > LENDPORT_ABI_MINOR) {
    return Refusal{"LP-E-HOST-MINOR", "the connector needs ABI 1." +
                                          std::to_string(read->min_host_minor) +
                                          " and this hub has 1." +
                                          std::to_string(LENDPORT_ABI_MINOR) + ": upgrade the hub"};
  }
  auto plugin =
      std::make_unique<LoadedPlugin>(Key{}, std::move(std::get<Library>(library)), std::move(read),
                                     inspected.sha256, std::move(services));
  const lendport_status status = plugin->table().init(&host_api(), plugin->host_.handle());
  if (status != LENDPORT_OK) {
    return Refusal{"LP-E-INIT", "the connector refused to start (its init answered " +
                                    std::to_string(status) + "): ask its vendor"};
  }
  plugin->initialised_ = true;
  return plugin;
}

LoadedPlugin::LoadedPlugin(Key, Library library, std::shared_ptr<const Manifest> manifest,
                           std::string sha256, std::shared_ptr<Services> services)
    : library_(std::move(library)),
      manifest_(std::move(manifest)),
      sha256_(std::move(sha256)),
      host_(manifest_->id, std::move(services)) {}

std::shared_ptr<LoadedPlugin> LoadedPlugin::share(std::unique_ptr<LoadedPlugin> plugin,
                                                  Pool& endings) {
  const auto let_go =
      [lane = endings.make_lane("end of " + plugin->manifest()->id)](LoadedPlugin* last) {
        lane->post([last] { const std::unique_ptr<LoadedPlugin> ends(last); });
      };
  return {plugin.release(), let_go};
}

LoadedPlugin::~LoadedPlugin() {
  if (initialised_) library_.plugin().deinit();
  end_.set_value();
}

lendport_status LoadedPlugin::create(std::string_view instance_json, lendport_instance** out) {
  const std::lock_guard lock(control_);
  return table().create({instance_json.data(), instance_json.size()}, out);
}

void LoadedPlugin::destroy(lendport_instance* instance) {
  const std::lock_guard lock(control_);
  table().destroy(instance);
}

}  // namespace lendport::connectors
