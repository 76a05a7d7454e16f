"""Stage 3, decide: rounds, roll, ballots and tally; the review by the two sessions."""
