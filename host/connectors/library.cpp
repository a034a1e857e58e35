#include "connectors/library.hpp"

#include "core/error.hpp"
#include "crypto/hash.hpp"

#include <boost/dll/shared_library.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <sstream>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace lendport::connectors {
namespace {

namespace fs = std::filesystem;

Refusal not_stored(const fs::path& path, const std::string& why) {
  return {"LP-E-STORE", "the library cannot be kept at " + path.string() + " (" + why +
                            "): make the folder writable for the hub"};
}

bool write_whole(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool holds(const fs::path& path, const Inspected& inspected) {
  const auto bytes = read_plugin_file(path);
  const auto* text = std::get_if<std::string>(&bytes);
  return text != nullptr && crypto::hex(crypto::sha256(*text)) == inspected.sha256;
}

Refusal load_failure(std::string reason) {
  for (char& c : reason) {
    if (c == '\n') c = ' ';
  }
  return {"LP-E-LOAD", "the system refuses to load the library (" + reason +
                           "): build it on Debian 12 with the kit of this hub"};
}

// Device and inode of the file that is mapped at `address`.
std::optional<std::pair<dev_t, ino_t>> mapped_at(const void* address) {
  std::ifstream maps("/proc/self/maps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  for (std::string line; std::getline(maps, line);) {
    unsigned long first = 0;
    unsigned long last = 0;
    unsigned device_major = 0;
    unsigned device_minor = 0;
    unsigned long inode = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx %*s %*x %x:%x %lu", &first, &last, &device_major,
                    &device_minor, &inode) != 5) {
      continue;
    }
    if (wanted >= first && wanted < last) {
      return std::pair{makedev(device_major, device_minor), static_cast<ino_t>(inode)};
    }
  }
  return std::nullopt;
}

std::optional<Refusal> judge_table(const lendport_plugin* plugin) {
  const auto bad = [](const std::string& what) {
    return Refusal{"LP-E-TABLE",
                   "the library's function table " + what + ": build it with the kit of this hub"};
  };
  if (plugin == nullptr) return bad("is missing");
  if (plugin->abi_major != LENDPORT_ABI_MAJOR) return bad("is of another ABI major");
  if (plugin->struct_size < sizeof(lendport_plugin)) return bad("is shorter than that of ABI 1");
  if (plugin->manifest == nullptr || plugin->init == nullptr || plugin->deinit == nullptr ||
      plugin->create == nullptr || plugin->destroy == nullptr || plugin->start == nullptr ||
      plugin->event == nullptr || plugin->cancel == nullptr || plugin->get_extension == nullptr) {
    return bad("lacks a function");
  }
  return std::nullopt;
}

}  // namespace

std::variant<fs::path, Refusal> store_plugin_file(const fs::path& store, const Inspected& inspected,
                                                  std::string_view file) {
  const fs::path folder = store / inspected.id / (inspected.version + "-" + inspected.sha256);
  const fs::path path = folder / "connector.so";
  std::error_code error;
  if (fs::exists(path, error) && holds(path, inspected)) return path;
  fs::create_directories(folder, error);
  if (error) return not_stored(path, error.message());
  std::string pattern = (folder / ".connector.XXXXXX").string();
  const int descriptor = mkostemp(pattern.data(), O_CLOEXEC);
  if (descriptor < 0) return not_stored(path, std::strerror(errno));
  const bool written =
      write_whole(descriptor, file) && fchmod(descriptor, 0555) == 0 && fsync(descriptor) == 0;
  const int failure = errno;
  close(descriptor);
  if (!written || rename(pattern.c_str(), path.c_str()) != 0) {
    const int why = written ? errno : failure;
    unlink(pattern.c_str());
    return not_stored(path, std::strerror(why));
  }
  return path;
}

struct Library::Handle {
  boost::dll::shared_library library;
};

Library::Library(std::unique_ptr<Handle> handle, const lendport_plugin* plugin)
    : handle_(std::move(handle)), plugin_(plugin) {}
Library::Library(Library&&) noexcept = default;
Library& Library::operator=(Library&&) noexcept = default;
Library::~Library() = default;

std::variant<Library, Refusal> Library::load(const fs::path& stored) {
  // Boost.DLL has no name for RTLD_NODELETE but passes the bit through.
  const auto mode = static_cast<boost::dll::load_mode::type>(
      boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local | RTLD_NODELETE);
  struct stat file {};
  if (stat(stored.c_str(), &file) != 0) return load_failure(std::strerror(errno));
  auto handle = std::make_unique<Handle>();
  lendport_plugin_entry_fn entry = nullptr;
  try {
    // The throwing overload alone says which symbol is missing.
    handle->library.load(stored, mode);
    entry = &handle->library.get<const lendport_plugin*() noexcept>(LENDPORT_PLUGIN_ENTRY_SYMBOL);
  } catch (const std::exception& failure) {
    return load_failure(failure.what());
  }
  const auto mapped = mapped_at(reinterpret_cast<const void*>(entry));
  if (!mapped || mapped->second != file.st_ino) {
    return Refusal{"LP-E-IDENTITY",
                   "the library that got loaded is not the file that was inspected: restart the "
                   "hub and leave its store of plugins alone"};
  }
  const lendport_plugin* plugin = entry();
  if (auto refusal = judge_table(plugin)) return *refusal;
  return Library(std::move(handle), plugin);
}

}  // namespace lendport::connectors
