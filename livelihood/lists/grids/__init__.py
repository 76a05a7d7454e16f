"""Lists that are worked in, all alike (ADR 57): declared once, narrowed, put in order, paged, chosen from, acted on."""
