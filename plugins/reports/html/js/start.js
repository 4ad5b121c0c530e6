// The report's page: all is there from the start.
function page_title() {
  const passed = (report.verdict || {}).passed;
  return say("title." + (passed == null ? "open" : passed ? "held" : "crossed"), { run: (report.run || {}).name || say("the_run") });
}
begin_page();
