// The page's words: one table for each language, the same keys in both.
"use strict";
const all_words = JSON.parse(document.getElementById("words").textContent);
let language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
// The text of a key with {name} filled in; values are text, never markup.
function say(key, values) {
  const text = all_words[language][key];
  if (text === undefined) throw new Error("no words for " + key);
  return text.replace(/\{(\w+)\}/g, (_, name) => (values && values[name] !== undefined ? values[name] : ""));
}
const say_counted = (key, n, values) => say(key + (n === 1 ? ".one" : ".many"), { n: whole(n), ...values });
// What a figure means; "" where nobody said.
function meaning_of(name) {
  const own = all_words[language]["define." + name];
  return (language === "en" && (report.definitions || {})[name]) || own || "";
}
