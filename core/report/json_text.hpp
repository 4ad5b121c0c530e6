// The report's JSON as text that people can read too: plain decimal numbers, a line for each row of a table.
#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace lsrun::report {

// Containers of the outer two levels are spread over lines, deeper ones stay on one. Numbers that are not finite have
// no place in JSON and become null; callers leave such figures out.
std::string to_text(const boost::json::value&);

// An object's text, the same as to_text() gives, written while its members are made: a table of tens of thousands of
// rows then never exists as a whole. Not safe for threads.
class document_text {
 public:
  // Makes row number i of a table; the row's memory comes from the storage, and is that of the row before it.
  using make_row = std::function<boost::json::object(std::size_t i, const boost::json::storage_ptr&)>;

  // One more member. Keys are not compared: each is to be given once.
  void put(std::string_view key, const boost::json::value&);
  void put_rows(std::string_view key, std::size_t rows, const make_row&);
  std::string finish();  // the text; nothing may be put afterwards

 private:
  void begin_member(std::string_view key);
  std::string text_;
};

}  // namespace lsrun::report
