"""Stage 6, report: year-end reports from frozen figures."""
