# Puts styles and scripts into template.html and writes it as a string in a C++ source.
#   cmake -DFOLDER=... -DSCRIPTS="a.js b.js" -DOUTPUT=page.cpp -P page.cmake
# The template says {{style}}, {{script}} and {{script_hash}}: the hash of the script's bytes for the page's Content
# Security Policy, so that a browser runs this script and no other.
cmake_policy(SET CMP0054 NEW)

# Base64 of a hexadecimal SHA-256, as CSP wants it.
function(base64_of_hash hex result)
  set(letters "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  set(text "")
  string(APPEND hex "00") # 32 bytes are 10 groups of three and two more: filled up to three, the last letter is padding
  foreach(group RANGE 10)
    math(EXPR at "${group} * 6")
    string(SUBSTRING "${hex}" ${at} 6 three)
    foreach(shift 18 12 6 0)
      math(EXPR index "(0x${three} >> ${shift}) & 63")
      string(SUBSTRING "${letters}" ${index} 1 letter)
      string(APPEND text "${letter}")
    endforeach()
  endforeach()
  string(SUBSTRING "${text}" 0 43 text)
  set(${result} "${text}=" PARENT_SCOPE)
endfunction()

file(READ "${FOLDER}/template.html" page)
file(READ "${FOLDER}/vendor/uplot/uPlot.min.css" style)
file(READ "${FOLDER}/report.css" own_style)
string(APPEND style "${own_style}")
# The licence of the charts' library goes with every copy of it.
file(READ "${FOLDER}/vendor/uplot/LICENSE" licence)
set(script "/*! uPlot\n${licence}\n*/\n")
string(REPLACE " " ";" SCRIPTS "${SCRIPTS}")
foreach(name IN LISTS SCRIPTS)
  file(READ "${FOLDER}/${name}" text)
  string(APPEND script "${text}\n")
endforeach()
string(SHA256 hash "${script}")
base64_of_hash("${hash}" hash)
file(READ "${FOLDER}/words/en.json" words_en)
file(READ "${FOLDER}/words/zh.json" words_zh)
string(REPLACE "{{words_en}}" "${words_en}" page "${page}")
string(REPLACE "{{words_zh}}" "${words_zh}" page "${page}")
string(REPLACE "{{style}}" "${style}" page "${page}")
string(REPLACE "{{script_hash}}" "sha256-${hash}" page "${page}")
string(REPLACE "{{script}}" "${script}" page "${page}")

# As C++: pieces of a size that every compiler takes, joined by it.
function(as_literals text result)
  string(LENGTH "${text}" length)
  set(literals "")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${text}" ${at} 15000 piece)
    string(APPEND literals "R\"lsrun_page(${piece})lsrun_page\"\n")
    math(EXPR at "${at} + 15000")
  endwhile()
  set(${result} "${literals}" PARENT_SCOPE)
endfunction()
as_literals("${page}" page_literals)
as_literals("${words_en}" en_literals)
as_literals("${words_zh}" zh_literals)
file(WRITE "${OUTPUT}"
  "// Made by page.cmake.\n#include \"html/page.hpp\"\n#include \"html/words.hpp\"\n\nnamespace reports {\n"
  "std::string_view page() {\n  return {${page_literals}};\n}\n"
  "std::string_view words_en() {\n  return {${en_literals}};\n}\n"
  "std::string_view words_zh() {\n  return {${zh_literals}};\n}\n}  // namespace reports\n")
