"""Stage 5, survey: questions, answers, results."""
