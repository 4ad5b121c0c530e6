// The messages that customers send: from a file of lines, CSV or JSON lines, or the built-in corpus.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "model/result.hpp"

namespace lsrun::config {

// All messages in the file's order; the built-in corpus if no file is named. Placeholders are left as they are.
// Errors: the file is missing, unreadable, too large (256 MiB), empty, not UTF-8, or has no such column. Blocks on the
// disk. [main-thread]
model::result<std::vector<std::string>> load_messages(const messages&);

// The forms, by text: one message a line (empty lines are skipped) ...
model::result<std::vector<std::string>> messages_of_lines(std::string_view text);
// ... RFC 4180 with a header record; quoted fields may hold commas, quotes and line breaks ...
model::result<std::vector<std::string>> messages_of_csv(std::string_view text, const std::string& column);
// ... one JSON object a line, or one JSON string a line.
model::result<std::vector<std::string>> messages_of_jsonl(std::string_view text, const std::string& column);

}  // namespace lsrun::config
