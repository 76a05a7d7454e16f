"""The record of processing of personal data, how long each kind is kept, and the clock that forgets it."""
