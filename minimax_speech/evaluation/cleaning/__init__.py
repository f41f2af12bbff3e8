"""A clean manifest out of a corpus: clips are measured, and kept where they pass the limits."""
