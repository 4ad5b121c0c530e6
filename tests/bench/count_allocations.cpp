// Preloaded into a program, counts its calls of malloc and its kin, apart for the main thread and all others. At exit
// writes "main N others N" to the file named by LSRUN_ALLOCATIONS. With LSRUN_ALLOCATION_SITES=FILE it also writes
// there, from LSRUN_ALLOCATION_SITES_AFTER seconds (2) on for LSRUN_ALLOCATION_SITES_FOR seconds (8, the most), which
// calls of the other threads allocated and how often in each second, by "count,count,... module+offset module+offset
// ...", for addr2line.
#include <dlfcn.h>
#include <execinfo.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <ctime>

// glibc's own, beneath the names that are replaced here.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace {

std::atomic<unsigned long> of_main, of_others;
thread_local int whose __attribute__((tls_model("initial-exec"))) = 0;  // 1: the main thread's, 2: another's
thread_local bool inside __attribute__((tls_model("initial-exec"))) = false;

constexpr int depth = 14, most_seconds = 8;
struct site {
  std::atomic<unsigned long> hash{0};
  std::array<std::atomic<unsigned long>, most_seconds> counts{};
  std::array<void*, depth> frames{};
  int frame_count = 0;
};
std::array<site, 4096> sites;
time_t sites_from = 0;  // 0: they are not wanted
int sites_for = most_seconds;

void note_site() {
  const time_t second = std::time(nullptr) - sites_from;
  if (inside || second < 0 || second >= sites_for) return;
  inside = true;  // backtrace itself may allocate
  std::array<void*, depth> frames{};
  const int n = backtrace(frames.data(), depth);
  unsigned long hash = 1469598103934665603u;
  for (void* frame : frames) hash = (hash ^ reinterpret_cast<unsigned long>(frame)) * 1099511628211u;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    site& s = sites[(hash + i) % sites.size()];
    unsigned long none = 0;
    if (s.hash.compare_exchange_strong(none, hash)) {
      s.frames = frames;
      s.frame_count = n;
    }
    if (s.hash != hash) continue;
    ++s.counts[static_cast<std::size_t>(second)];
    break;
  }
  inside = false;
}

void count() {
  if (whose == 0) whose = getpid() == static_cast<pid_t>(syscall(SYS_gettid)) ? 1 : 2;
  if (whose == 1) {
    of_main.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  of_others.fetch_add(1, std::memory_order_relaxed);
  if (sites_from != 0) note_site();
}

void write_sites(const char* path) {
  std::FILE* const file = std::fopen(path, "w");
  if (file == nullptr) return;
  for (const site& s : sites) {
    if (s.hash == 0) continue;
    for (int i = 0; i < sites_for; ++i)
      std::fprintf(file, "%s%lu", i == 0 ? "" : ",", s.counts[static_cast<std::size_t>(i)].load());
    for (int i = 3; i < s.frame_count; ++i) {  // without this file's own
      Dl_info where{};
      const auto frame = static_cast<char*>(s.frames[static_cast<std::size_t>(i)]);
      if (dladdr(frame, &where) != 0 && where.dli_fname != nullptr)
        std::fprintf(file, " %s+0x%tx", where.dli_fname, frame - static_cast<char*>(where.dli_fbase));
    }
    std::fprintf(file, "\n");
  }
  std::fclose(file);
}

__attribute__((constructor)) void begin() {
  if (std::getenv("LSRUN_ALLOCATION_SITES") == nullptr) return;
  void* frame[1];
  backtrace(frame, 1);  // loads what it needs
  const char* const after = std::getenv("LSRUN_ALLOCATION_SITES_AFTER");
  sites_from = std::time(nullptr) + (after != nullptr ? std::atol(after) : 2);
  if (const char* const seconds = std::getenv("LSRUN_ALLOCATION_SITES_FOR"))
    sites_for = std::min(std::atoi(seconds), most_seconds);
}

__attribute__((destructor)) void tell() {
  const unsigned long main_count = of_main, others_count = of_others;
  if (const char* path = std::getenv("LSRUN_ALLOCATION_SITES")) write_sites(path);
  const char* const path = std::getenv("LSRUN_ALLOCATIONS");
  std::FILE* const file = path != nullptr ? std::fopen(path, "w") : nullptr;
  if (file == nullptr) return;
  std::fprintf(file, "main %lu others %lu\n", main_count, others_count);
  std::fclose(file);
}

}  // namespace

// operator new comes here too: libstdc++ calls malloc.
extern "C" {
void* malloc(std::size_t size) {
  count();
  return __libc_malloc(size);
}
void* calloc(std::size_t n, std::size_t size) {
  count();
  return __libc_calloc(n, size);
}
void* realloc(void* old, std::size_t size) {
  count();
  return __libc_realloc(old, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  count();
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  count();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
  count();
  *out = __libc_memalign(alignment, size);
  return *out == nullptr ? ENOMEM : 0;
}
}
