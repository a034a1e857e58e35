// Secrets cannot be shown by accident.
#include "core/secret.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace lendport {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};
template <class T>
concept Comparable = requires(const T& a, const T& b) {
  a == b;
};

static_assert(Printable<std::string> && !Printable<Secret<std::string>>);
static_assert(!Comparable<Secret<std::string>>);
static_assert(!std::is_convertible_v<Secret<std::string>, std::string>);

TEST(Secret, IsReadOnlyThroughExpose) {
  EXPECT_EQ(Secret<std::string>("078-05-1120").expose(), "078-05-1120");
}

TEST(Secret, IsWipedWhenMovedFrom) {
  Secret<std::string> first(std::string(64, 'x'));
  const Secret<std::string> second = std::move(first);
  EXPECT_EQ(first.expose(), "");  // NOLINT(bugprone-use-after-move): that is the point
  EXPECT_EQ(second.expose().size(), 64u);
}

TEST(Wipe, OverwritesTheBytes) {
  char bytes[] = {'a', 'b', 'c'};
  wipe(bytes, sizeof bytes);
  for (char byte : bytes) EXPECT_EQ(byte, 0);
}

}  // namespace
}  // namespace lendport
