/* Loaded before a program under UBSan that is to run out of open files (LD_PRELOAD). The sanitizer looks at an object
   of a type that is new to it through a pipe, and takes the object for broken if it gets none. This lets pipe() alone
   go beyond the soft limit of open files; the program itself finds no hard limit above it, and may not raise it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

int getrlimit(__rlimit_resource_t what, struct rlimit* limit) {
  const int result = prlimit(0, what, NULL, limit);
  if (result == 0 && what == RLIMIT_NOFILE) limit->rlim_max = limit->rlim_cur;
  return result;
}

int setrlimit(__rlimit_resource_t what, const struct rlimit* limit) {
  struct rlimit now;
  if (what != RLIMIT_NOFILE) return prlimit(0, what, limit, NULL);
  if (prlimit(0, what, NULL, &now) != 0) return -1;
  if (limit->rlim_cur > now.rlim_cur) {
    errno = EPERM;
    return -1;
  }
  now.rlim_cur = limit->rlim_cur;
  return prlimit(0, what, &now, NULL);
}

int pipe(int ends[2]) {
  struct rlimit limit, wide;
  prlimit(0, RLIMIT_NOFILE, NULL, &limit);
  wide = limit;
  wide.rlim_cur = wide.rlim_max;
  prlimit(0, RLIMIT_NOFILE, &wide, NULL);
  const int result = pipe2(ends, 0);
  const int error = errno;
  prlimit(0, RLIMIT_NOFILE, &limit, NULL);
  errno = error;
  return result;
}
