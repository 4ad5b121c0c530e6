// Any bytes as a message file in each of its forms: messages that are none of them empty, or an error with words. The
// first byte chooses the column.
#include <cstdint>
#include <string>

#include "as_file.hpp"
#include "claim.hpp"
#include "config/message_file.hpp"

namespace {

void look(const lsrun::model::result<std::vector<std::string>>& read) {
  using lsrun::test::claim;
  if (!read) return claim(!read.error_text().empty(), "an error has words");
  claim(!read->empty(), "a file without messages is an error");
  for (const std::string& m : *read) claim(!m.empty(), "no message is empty");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lsrun;
  if (size == 0) return 0;
  const std::string column = data[0] % 2 == 0 ? "message" : "m";
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  look(config::messages_of_lines(text));
  look(config::messages_of_csv(text, column));
  look(config::messages_of_jsonl(text, column));
  config::messages whole;
  const test::as_file file(text);
  whole.file = file.path();
  look(config::load_messages(whole));
  return 0;
}
