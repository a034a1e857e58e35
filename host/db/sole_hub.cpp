#include "db/sole_hub.hpp"

#include "core/error.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>

namespace lendport::db {
namespace {

std::string lock_file_of(const std::string& path) {
  std::error_code problem;
  const auto real = std::filesystem::weakly_canonical(path, problem);
  return (problem ? path : real.string()) + ".hub";
}

std::string reason() {
  return std::error_code(errno, std::generic_category()).message();
}

}  // namespace

SoleHub::SoleHub(const Settings& settings) {
  const std::optional<std::string> path = sqlite_file(settings);
  if (!path) return;
  const std::string lock = lock_file_of(*path);
  file_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file_ < 0) {
    throw Error(ErrorCode::database_unavailable,
                "database.url: the hub cannot make " + lock + " beside the database: " + reason());
  }
  if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  const bool taken = errno == EWOULDBLOCK;
  const std::string why = reason();
  ::close(file_);
  if (taken) {
    throw Error(ErrorCode::conflict,
                "database.url: another hub runs on " + *path +
                    ": stop it first, or give several hubs one PostgreSQL database");
  }
  throw Error(ErrorCode::database_unavailable,
              "database.url: the hub cannot lock " + lock + ": " + why);
}

SoleHub::~SoleHub() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace lendport::db
