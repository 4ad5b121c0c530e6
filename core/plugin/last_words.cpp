// All that a signal handler calls here is async-signal-safe: it reads memory that was made ready before and writes.
#include "plugin/last_words.hpp"

#include <link.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <new>
#include <string_view>

namespace lsrun::plugin {
namespace {

struct code_range {
  std::uintptr_t begin = 0, end = 0;
  char name[104] = {};
};
std::array<code_range, 64> ranges;  // those beyond are not known by address
std::atomic<std::size_t> range_count{0};

constinit thread_local const inside_mark* own_mark = nullptr;
std::atomic<const char*> refused_memory{nullptr};  // the scenario that was refused memory last
char advice_text[512];
int journal_file = -1;

// Text in a room of fixed size; what does not fit is left out.
class fixed_text {
 public:
  fixed_text& operator<<(std::string_view s) {
    const std::size_t n = std::min(s.size(), sizeof room_ - size_);
    std::memcpy(room_ + size_, s.data(), n);
    size_ += n;
    return *this;
  }
  fixed_text& operator<<(std::uint64_t number) {
    char digits[20];
    std::size_t n = 0;
    do digits[sizeof digits - ++n] = static_cast<char>('0' + number % 10);
    while ((number /= 10) != 0);
    return *this << std::string_view(digits + sizeof digits - n, n);
  }
  void write_to(int file) const {
    for (std::size_t done = 0; done < size_;) {
      const auto n = ::write(file, room_ + done, size_ - done);
      if (n <= 0) return;
      done += static_cast<std::size_t>(n);
    }
  }
  std::string_view view() const { return {room_, size_}; }

 private:
  char room_[2048];
  std::size_t size_ = 0;
};

std::string_view signal_name(int signal) {
  switch (signal) {
    case SIGSEGV:
      return "SIGSEGV, a wild pointer or a stack that ran out";
    case SIGBUS:
      return "SIGBUS, memory that cannot be reached";
    case SIGILL:
      return "SIGILL, no valid instruction";
    case SIGFPE:
      return "SIGFPE, arithmetic without a result";
    case SIGABRT:
      return "SIGABRT, abort() or an exception that nobody caught";
    default:
      return "a signal";
  }
}

const char* plugin_at(std::uintptr_t instruction) {
  for (std::size_t i = 0; i < range_count.load(); ++i)
    if (instruction >= ranges[i].begin && instruction < ranges[i].end) return ranges[i].name;
  return nullptr;
}

std::string_view step_words(model::step kind) {
  return kind == model::step::open ? "an open step" : kind == model::step::turn ? "a turn step" : "a close step";
}

void compose(fixed_text& out, int signal) {
  const inside_word word = own_mark ? own_mark->word() : inside_word{};
  const char* const by_address = plugin_at(crash::instruction());
  if (by_address)
    out << "the plugin `" << by_address << "` crashed";
  else if (word)
    out << "code that the scenario `" << own_mark->name_of(word) << "` called crashed";
  else
    out << "lsrun crashed";
  out << " (" << signal_name(signal) << ")";
  if (word) out << " in " << step_words(word.kind()) << " of session " << word.session();
  const char* const refused = refused_memory.load();
  if (refused) out << "; there was no memory left when the scenario `" << refused << "` asked for some";
  out << (by_address || word ? "; this is a fault of the plugin" : refused ? "" : "; please report this fault");
}

void say(int signal) {
  if (signal == SIGQUIT) return;  // somebody wants a core file; nothing crashed
  fixed_text words;
  compose(words, signal);
  if (journal_file >= 0) {
    fixed_text line;
    line << "{\"crash\":\"" << words.view() << "\"}\n";
    line.write_to(journal_file);
  }
  fixed_text all;
  all << "\nlsrun: " << words.view() << ".\n" << advice_text << "\n";
  all.write_to(STDERR_FILENO);
}

void no_memory() {
  if (own_mark)
    if (const inside_word word = own_mark->word()) refused_memory = own_mark->name_of(word);
  throw std::bad_alloc();
}

struct sought {
  std::uintptr_t address;
  code_range* found;
};

int look_at_object(dl_phdr_info* object, std::size_t, void* data) {
  auto& s = *static_cast<sought*>(data);
  bool here = false;
  std::uintptr_t begin = UINTPTR_MAX, end = 0;
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto& part = object->dlpi_phdr[i];
    if (part.p_type != PT_LOAD) continue;
    const std::uintptr_t from = object->dlpi_addr + part.p_vaddr, to = from + part.p_memsz;
    here = here || (s.address >= from && s.address < to);
    if ((part.p_flags & PF_X) == 0) continue;
    begin = std::min(begin, from);
    end = std::max(end, to);
  }
  if (!here) return 0;
  s.found->begin = begin;
  s.found->end = end;
  return 1;
}

}  // namespace

void know_code_of(const lsrun_plugin& entry) {
  const std::size_t i = range_count.load();
  if (i == ranges.size()) return;
  sought s{reinterpret_cast<std::uintptr_t>(&entry), &ranges[i]};
  if (::dl_iterate_phdr(look_at_object, &s) == 0) return;
  std::strncpy(ranges[i].name, entry.name, sizeof ranges[i].name - 1);
  for (char* c = ranges[i].name; *c != '\0'; ++c)  // it goes into JSON and onto a terminal
    if (static_cast<unsigned char>(*c) < 0x20 || *c == '"' || *c == '\\' || static_cast<unsigned char>(*c) >= 0x7f)
      *c = '?';
  range_count.store(i + 1);
}

last_words::last_words(std::string advice, int journal) {
  advice.resize(std::min(advice.size(), sizeof advice_text - 1));
  std::memcpy(advice_text, advice.c_str(), advice.size() + 1);
  journal_file = journal;
  refused_memory = nullptr;
  before_ = crash::set(crash::place::words, say);
  memory_before_ = std::set_new_handler(no_memory);
}

last_words::~last_words() {
  std::set_new_handler(memory_before_);
  crash::set(crash::place::words, before_);
  journal_file = -1;
}

marked_thread::marked_thread(const inside_mark& mark) { own_mark = &mark; }
marked_thread::~marked_thread() { own_mark = nullptr; }

}  // namespace lsrun::plugin
