"""What pages, the API and later rooms read of this room."""

from proposals.selectors.candidates import CandidateOnList, candidates_for, frozen_list

__all__ = ["CandidateOnList", "candidates_for", "frozen_list"]
