// Faults in the words of pydantic, and of Python's JSON decoder.
#include "body_checks.hpp"

#include <algorithm>
#include <charconv>

namespace lstarget {
namespace {

namespace json = boost::json;

// Python's word for what is wrong at `at`, from what stands before it.
std::string_view decoder_words(std::string_view text, std::size_t at) {
  const auto before = text.substr(0, at).find_last_not_of(" \t\r\n");
  if (before == text.npos || std::string_view(":[").find(text[before]) != text.npos) return "Expecting value";
  if (text[before] == '{') return "Expecting property name enclosed in double quotes";
  if (text[before] == ',')
    return text.rfind('{', before) > text.rfind('[', before) ? "Expecting property name enclosed in double quotes"
                                                             : "Expecting value";
  return "Expecting ',' delimiter";
}

std::string expected(const std::vector<std::string_view>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text.append("'").append(words[i]).append("'");
  }
  return text;
}

std::optional<std::string> one_of(const json::value& found, json::array where,
                                  const std::vector<std::string_view>& words, faults& f) {
  if (found.is_string())
    if (const auto at = std::find(words.begin(), words.end(), std::string_view(found.get_string())); at != words.end())
      return std::string(*at);
  const auto list = expected(words);
  f.add("enum", std::move(where), "Input should be " + list, found, {{"expected", list}});
  return std::nullopt;
}

}  // namespace

void faults::add(std::string_view type, json::array where, std::string_view message, json::value input,
                 json::object context) {
  json::object one{{"type", type}, {"loc", std::move(where)}, {"msg", message}, {"input", std::move(input)}};
  if (!context.empty()) one["ctx"] = std::move(context);
  list_.push_back(std::move(one));
}

std::optional<json::object> body_object(const request& r, faults& f) {
  constexpr std::string_view not_object = "Input should be a valid dictionary or object to extract fields from";
  if (r.body.empty()) {
    f.add("missing", {"body"}, "Field required", nullptr);
    return std::nullopt;
  }
  if (const auto* type = r.header("content-type"); type && type->find("json") == type->npos) {
    f.add("model_attributes_type", {"body"}, not_object, json::string_view(r.body));
    return std::nullopt;
  }
  json::stream_parser parser;
  boost::system::error_code failure;
  auto read = parser.write(r.body.data(), r.body.size(), failure);
  if (!failure) parser.finish(failure);
  if (failure) {
    read = std::min(read, r.body.size());
    f.add("json_invalid", {"body", read}, "JSON decode error", json::object{},
          {{"error", failure == json::error::extra_data ? "Extra data" : decoder_words(r.body, read)}});
    return std::nullopt;
  }
  auto value = parser.release();
  if (value.is_object()) return std::move(value.get_object());
  f.add("model_attributes_type", {"body"}, not_object, std::move(value));
  return std::nullopt;
}

std::optional<std::string> text_field(const json::object& body, std::string_view key, bool required, faults& f,
                                      std::size_t most, std::size_t least) {
  const auto* found = body.if_contains(key);
  if (!found) {
    if (required) f.add("missing", {"body", key}, "Field required", body);
    return std::nullopt;
  }
  if (found->is_null() && !required) return std::nullopt;
  if (!found->is_string()) {
    f.add("string_type", {"body", key}, "Input should be a valid string", *found);
    return std::nullopt;
  }
  const std::string_view text = found->get_string();
  const auto letters = std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
  if (static_cast<std::size_t>(letters) > most) {
    f.add("string_too_long", {"body", key}, "String should have at most " + std::to_string(most) + " characters",
          *found, {{"max_length", most}});
    return std::nullopt;
  }
  if (static_cast<std::size_t>(letters) < least) {
    f.add("string_too_short", {"body", key},
          "String should have at least " + std::to_string(least) + (least == 1 ? " character" : " characters"), *found,
          {{"min_length", least}});
    return std::nullopt;
  }
  return std::string(text);
}

std::optional<std::string> word_field(const json::object& body, std::string_view key,
                                      const std::vector<std::string_view>& words, faults& f) {
  const auto* found = body.if_contains(key);
  if (found) return one_of(*found, {"body", key}, words, f);
  f.add("missing", {"body", key}, "Field required", body);
  return std::nullopt;
}

std::optional<std::string> word_parameter(const request& r, std::string_view key,
                                          const std::vector<std::string_view>& words, faults& f) {
  const auto found = r.parameter(key);
  if (!found) return std::nullopt;
  return one_of(json::string_view(*found), {"query", key}, words, f);
}

std::int64_t number_parameter(const request& r, std::string_view key, std::int64_t otherwise, faults& f) {
  const auto found = r.parameter(key);
  if (!found) return otherwise;
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(found->data(), found->data() + found->size(), number);
  if (failure != std::errc{} || end != found->data() + found->size()) {
    f.add("int_parsing", {"query", key}, "Input should be a valid integer, unable to parse string as an integer",
          json::string_view(*found));
    return otherwise;
  }
  return number;
}

bool flag_parameter(const request& r, std::string_view key, bool otherwise, faults& f) {
  auto found = r.parameter(key);
  if (!found) return otherwise;
  std::string word = *found;
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const std::string_view yes : {"true", "1", "yes", "on", "t", "y"})
    if (word == yes) return true;
  for (const std::string_view no : {"false", "0", "no", "off", "f", "n"})
    if (word == no) return false;
  f.add("bool_parsing", {"query", key}, "Input should be a valid boolean, unable to interpret input",
        json::string_view(*found));
  return otherwise;
}

}  // namespace lstarget
