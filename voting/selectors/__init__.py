"""Reading the room: what it hands on, what waits for whom, and what its pages show."""

from voting.selectors.handover import CandidateResult, Elected, elected, result_for

__all__ = ["CandidateResult", "Elected", "elected", "result_for"]
