# Tests of what other tools are given: completions, manual pages, schemas.
set(all_plugins plugin_chat_sync plugin_parlant_events plugin_json plugin_csv plugin_html plugin_junit plugin_markdown)
lsrun_e2e_test(e2e_completion completion_test.py lsrun lsrun_pages plugin_chat_sync plugin_markdown)
lsrun_e2e_test(e2e_schema schema_test.py lsrun lstarget ${all_plugins})
foreach(topic completion schema)
  if(TEST e2e_${topic})
    set_tests_properties(e2e_${topic} PROPERTIES LABELS "e2e;unsanitized")
  endif()
endforeach()
