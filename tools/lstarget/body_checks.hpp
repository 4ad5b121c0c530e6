// What the real servers' framework checks before a handler runs, and the list of faults it answers with (422).
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answer.hpp"

namespace lstarget {

// Faults found in one request, in the order of its fields.
class faults {
 public:
  bool any() const { return !list_.empty(); }
  // {"detail":[...]}
  std::string json() const { return boost::json::serialize(boost::json::object{{"detail", list_}}); }
  step answer(const request& r) const { return complete(r, 422, json()); }

  // `where` is "body", "query"; `input` what was found there; `context` empty if the fault has none.
  void add(std::string_view type, boost::json::array where, std::string_view message, boost::json::value input,
           boost::json::object context = {});

 private:
  boost::json::array list_;
};

// The body as a JSON object; nothing, and a fault, if it is none.
std::optional<boost::json::object> body_object(const request&, faults&);

// Fields of a body object. A fault is added where one is missing though it is required, or is of another type, or is
// longer or shorter (in letters) than `most` and `least`.
std::optional<std::string> text_field(const boost::json::object&, std::string_view key, bool required, faults&,
                                      std::size_t most = SIZE_MAX, std::size_t least = 0);
// One of `words`, which `expected` lists as people read it.
std::optional<std::string> word_field(const boost::json::object&, std::string_view key,
                                      const std::vector<std::string_view>& words, faults&);
// The same in a query; nothing without it.
std::optional<std::string> word_parameter(const request&, std::string_view key,
                                          const std::vector<std::string_view>& words, faults&);
// A whole number; `otherwise` without one.
std::int64_t number_parameter(const request&, std::string_view key, std::int64_t otherwise, faults&);
bool flag_parameter(const request&, std::string_view key, bool otherwise, faults&);

}  // namespace lstarget
