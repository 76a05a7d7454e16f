"""Lists as files: a short one is answered at once, a long one is written once by a worker, kept, and given again."""
