/* Makes every sync to disk take at least SYNC_FLOOR_US microseconds. scripts/bench preloads it
 * where durable writes are compared: a virtual disk that answers a sync from its host's memory
 * makes one commit per row look free, a disk that keeps what it is given does not. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

typedef int (*sync_call)(int);

static void add_us(struct timespec* at, long us) {
  at->tv_nsec += us % 1000000 * 1000;
  at->tv_sec += us / 1000000 + at->tv_nsec / 1000000000;
  at->tv_nsec %= 1000000000;
}

static int no_sooner(const char* name, int file) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  const char* floor = getenv("SYNC_FLOOR_US");
  add_us(&until, floor ? atol(floor) : 0);
  sync_call real;
  *(void**)&real = dlsym(RTLD_NEXT, name);
  int result = real(file);
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
  return result;
}

int fdatasync(int file) {
  return no_sooner("fdatasync", file);
}

int fsync(int file) {
  return no_sooner("fsync", file);
}
