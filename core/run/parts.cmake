# What the runner has done by others: the machine, the target's process, alerts. A library of its own, so that it can be
# tested without a worker.
add_library(lsrun_run_parts STATIC)
set(parts ${CMAKE_CURRENT_LIST_DIR})
target_sources(lsrun_run_parts PRIVATE
  ${parts}/alert_command.cpp ${parts}/alerts.cpp ${parts}/block_watch.cpp ${parts}/clock_watch.cpp ${parts}/early_signals.cpp ${parts}/lag_check.cpp ${parts}/listening_sockets.cpp ${parts}/machine.cpp ${parts}/preflight.cpp ${parts}/process_text.cpp
  ${parts}/process_watch.cpp ${parts}/resolve.cpp ${parts}/self_check.cpp ${parts}/target_metrics.cpp ${parts}/target_process.cpp ${parts}/wake_pause.cpp)
target_include_directories(lsrun_run_parts PUBLIC ${PROJECT_SOURCE_DIR}/core)
target_link_libraries(lsrun_run_parts PUBLIC lsrun_model lsrun_time lsrun_load lsrun_pool lsrun_metrics lsrun_config
  lsrun_report lsrun_asio PRIVATE lsrun_json lsrun_beast lsrun_flags)
