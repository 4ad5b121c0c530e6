/* Loaded before a program (LD_PRELOAD): its wall clock is stepped while it runs, its monotonic clock is not.
   CLOCK_STEP=SECONDS@FILE: so many seconds, forward or back, from when there is this file. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long step_s;
static char file[1024];

__attribute__((constructor)) static void begin(void) {
  const char* text = getenv("CLOCK_STEP");
  if (text == NULL || sscanf(text, "%ld@%1023s", &step_s, file) != 2) step_s = 0;
}

int clock_gettime(clockid_t clock, struct timespec* to) {
  const int result = (int)syscall(SYS_clock_gettime, clock, to);
  const int wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  if (result == 0 && wall && step_s != 0 && access(file, F_OK) == 0) to->tv_sec += step_s;
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
