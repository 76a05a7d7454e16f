"""What the portal says of itself: name and look, who runs it, filing numbers, purposes, pages of the office's own."""
