// What is said when the process dies of a signal in the middle of a run: in whose code it happened, and where to find
// what was counted until then.
#pragma once

#include <lsrun/abi.h>

#include <new>
#include <string>

#include "crash/at_crash.hpp"
#include "plugin/inside.hpp"

namespace lsrun::plugin {

// From now on an instruction of the shared object that holds this entry is known as the plugin's. [main-thread]
void know_code_of(const lsrun_plugin&);

// Of a run, as long as it lives. Nested with crash_note, whose words then stand instead. One at a time. [main-thread]
class last_words {
 public:
  // `advice` is said at the end. `journal`: an open file, or -1, to which a line {"crash":"..."} is added.
  last_words(std::string advice, int journal);
  ~last_words();
  last_words(const last_words&) = delete;
  last_words& operator=(const last_words&) = delete;

 private:
  crash::action before_ = nullptr;
  std::new_handler memory_before_ = nullptr;
};

// This thread is the one that `mark` is of, as long as it lives: its crash is told with the step it was in, and a
// refused allocation is remembered by the plugin's name.
class marked_thread {
 public:
  explicit marked_thread(const inside_mark& mark);
  ~marked_thread();
  marked_thread(const marked_thread&) = delete;
  marked_thread& operator=(const marked_thread&) = delete;

 private:
  crash::handler_stack stack_;
};

}  // namespace lsrun::plugin
