// Option values from the config against what the plugin declares.
#include <algorithm>
#include <charconv>
#include <variant>

#include "config/nearest.hpp"
#include "model/choices.hpp"
#include "plugin/array.hpp"
#include "plugin/host.hpp"
#include "plugin/setup.hpp"
#include "time/units.hpp"

namespace lsrun::plugin {
namespace {

// What a type is called in messages, with an example.
const char* wanted(lsrun_type type) {
  switch (type) {
    case LSRUN_TYPE_STRING:
      return "a string";
    case LSRUN_TYPE_INTEGER:
      return "a whole number, such as 5";
    case LSRUN_TYPE_NUMBER:
      return "a number, such as 0.5";
    case LSRUN_TYPE_BOOLEAN:
      return "true or false";
    case LSRUN_TYPE_DURATION:
      return "a string with a duration and its unit, such as \"500ms\"";
    case LSRUN_TYPE_RATIO:
      return "a string with a percentage, such as \"10%\"";
    default:
      return "a type that this lsrun does not know";
  }
}

std::string shown(const config::option_value& v) {
  if (const auto* s = std::get_if<std::string>(&v)) return '"' + *s + '"';
  if (const auto* i = std::get_if<std::int64_t>(&v)) return std::to_string(*i);
  if (const auto* b = std::get_if<bool>(&v)) return *b ? "true" : "false";
  return time::format_number(std::get<double>(v));
}

// Each sets the value and returns "", or says what is wrong with it.
std::string set_text(const lsrun_option& declared, const std::string& text, option_setting& s) {
  if (declared.choices.len > 0 && !model::is_one_of(view(declared.choices), text))
    return "is \"" + text + "\"; it may be one of: " + std::string(view(declared.choices));
  s.text = text;
  s.value.string = str(s.text);
  return "";
}
std::string set_duration(const std::string& text, option_setting& s) {
  const auto span = time::parse_duration(text);
  if (!span) return span.error_text();
  s.value.integer = *span;
  return "";
}
std::string set_ratio(const std::string& text, option_setting& s) {
  const auto ratio = time::parse_ratio(text);
  if (!ratio) return ratio.error_text();
  s.value.number = *ratio;
  return "";
}

std::string set(const lsrun_option& declared, const config::option_value& given, option_setting& s) {
  const std::string mismatch = std::string("wants ") + wanted(declared.type) + ", not " + shown(given);
  const auto* text = std::get_if<std::string>(&given);
  const auto* whole = std::get_if<std::int64_t>(&given);
  const auto* number = std::get_if<double>(&given);
  const auto* flag = std::get_if<bool>(&given);
  switch (declared.type) {
    case LSRUN_TYPE_STRING:
      return text ? set_text(declared, *text, s) : mismatch;
    case LSRUN_TYPE_INTEGER:
      return whole ? (s.value.integer = *whole, "") : mismatch;
    case LSRUN_TYPE_NUMBER:
      if (!whole && !number) return mismatch;
      s.value.number = whole ? static_cast<double>(*whole) : *number;
      return "";
    case LSRUN_TYPE_BOOLEAN:
      return flag ? (s.value.boolean = *flag, "") : mismatch;
    case LSRUN_TYPE_DURATION:
      return text ? set_duration(*text, s) : mismatch;
    case LSRUN_TYPE_RATIO:
      return text ? set_ratio(*text, s) : mismatch;
    default:
      return mismatch;
  }
}

// A default is written as in TOML, but without quotes: back to what TOML would have given.
config::option_value fallback_value(const lsrun_option& declared) {
  const std::string text(view(declared.fallback));
  const char* const end = text.data() + text.size();
  std::int64_t whole = 0;
  double number = 0;
  if (declared.type == LSRUN_TYPE_INTEGER || declared.type == LSRUN_TYPE_NUMBER) {
    if (std::from_chars(text.data(), end, whole).ptr == end && !text.empty()) return whole;
    if (std::from_chars(text.data(), end, number).ptr == end && !text.empty()) return number;
  }
  if (declared.type == LSRUN_TYPE_BOOLEAN && (text == "true" || text == "false")) return text == "true";
  return text;
}

class check {
 public:
  check(const lsrun_array& declared, std::string owner, std::vector<problem>& problems)
      : declared_(items<lsrun_option>(declared)), owner_(std::move(owner)), problems_(problems) {}

  void given(const config::option& g, setup& into) {
    const auto* d = find(g.key);
    if (!d) return void(problems_.push_back({unknown(g.key), g.where, false}));
    option_setting& s = into.settings.emplace_back();
    begin(s, *d);
    if (const auto wrong = set(*d, g.value, s); !wrong.empty()) {
      problems_.push_back({"the option `" + g.key + "` of " + owner_ + ": " + said(wrong), g.where, false});
    }
  }
  void rest(const config::place& where, setup& into) {
    for (const auto* d : declared_) {
      const std::string key(view(d->key));
      if (into.find(key)) continue;
      if (d->required) {
        problems_.push_back({owner_ + " needs the option `" + key + "` (" + std::string(view(d->help)) +
                                 "): set it, as " + wanted(d->type),
                             where, false});
        continue;
      }
      option_setting& s = into.settings.emplace_back();
      begin(s, *d);
      if (const auto wrong = set(*d, fallback_value(*d), s); !wrong.empty())
        problems_.push_back({owner_ + " is faulty: the default of its option `" + key + "` " + said(wrong) +
                                 "; tell its author, or set the option",
                             where, true});
    }
  }

 private:
  const lsrun_option* find(std::string_view key) const {
    const auto at = std::find_if(declared_.begin(), declared_.end(), [&](auto* d) { return view(d->key) == key; });
    return at == declared_.end() ? nullptr : *at;
  }
  static void begin(option_setting& s, const lsrun_option& d) {
    s.key = view(d.key);
    s.value.struct_size = sizeof s.value;
    s.value.type = d.type;
  }
  static std::string said(const std::string& wrong) {
    return wrong.starts_with("wants ") || wrong.starts_with("is ") ? "it " + wrong : wrong;
  }
  std::string unknown(const std::string& key) const {
    std::vector<std::string> keys;
    std::string list;
    for (const auto* d : declared_) {
      keys.emplace_back(view(d->key));
      list += (list.empty() ? "`" : ", `") + keys.back() + "`";
    }
    const auto near = config::nearest(key, keys);
    return owner_ + " has no option `" + key + "`; " +
           (!near.empty()  ? "did you mean `" + near + "`?"
            : list.empty() ? "it has none"
                           : "it has " + list);
  }

  std::vector<const lsrun_option*> declared_;
  std::string owner_;
  std::vector<problem>& problems_;
};

}  // namespace

std::shared_ptr<setup> check_options(const lsrun_array& declared, const std::vector<config::option>& given,
                                     const std::string& owner, const config::place& where,
                                     std::vector<problem>& problems) {
  const auto before = problems.size();
  auto made = std::make_shared<setup>();
  check c(declared, owner, problems);
  for (const auto& g : given) c.given(g, *made);
  c.rest(where, *made);
  return problems.size() == before ? made : nullptr;
}

}  // namespace lsrun::plugin
