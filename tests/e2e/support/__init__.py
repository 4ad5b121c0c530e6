"""The end-to-end tests' one harness: programs as processes, configs as dictionaries, reports held against the truth."""
