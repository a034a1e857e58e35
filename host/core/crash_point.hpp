// Named places where a test may kill the process, to prove that nothing is lost or sent twice.
#pragma once

#include <string_view>

namespace lendport {

#ifdef LENDPORT_CRASH_POINTS
// Ends the process by SIGKILL when the environment's LENDPORT_CRASH_AT names this point:
// "after_send" for the first pass, "after_send:3" for the third. Test builds only. Any thread.
void crash_point(std::string_view name);
#else
inline void crash_point(std::string_view) {}
#endif

}  // namespace lendport
