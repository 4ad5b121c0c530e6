/* Loaded before a program (LD_PRELOAD): its wall clock is stepped while it runs, its monotonic clock is not.
   CLOCK_STEP=SECONDS@AFTER: so many seconds, forward or back, so many seconds after its start. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long long begun_ns, after_ns;
static long step_s;

static long long monotonic_ns(void) {
  struct timespec t;
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

__attribute__((constructor)) static void begin(void) {
  const char* text = getenv("CLOCK_STEP");
  double after = 0;
  if (text == NULL || sscanf(text, "%ld@%lf", &step_s, &after) != 2) step_s = 0;
  after_ns = (long long)(after * 1e9);
  begun_ns = monotonic_ns();
}

int clock_gettime(clockid_t clock, struct timespec* to) {
  const int result = (int)syscall(SYS_clock_gettime, clock, to);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) && monotonic_ns() - begun_ns >= after_ns)
    to->tv_sec += step_s;
  return result;
}

int gettimeofday(struct timeval* restrict to, void* restrict zone) {
  struct timespec t;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &t);
  to->tv_sec = t.tv_sec;
  to->tv_usec = t.tv_nsec / 1000;
  return 0;
}

time_t time(time_t* to) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  if (to != NULL) *to = t.tv_sec;
  return t.tv_sec;
}
