/* Loaded before libfaketime, which takes every timer of the kernel for one of the wall clock: the
   event loop's, of the monotonic clock, would never ring. */
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

int timerfd_settime(int fd, int flags, const struct itimerspec* new_value,
                    struct itimerspec* old_value) {
  return (int)syscall(SYS_timerfd_settime, fd, flags, new_value, old_value);
}
