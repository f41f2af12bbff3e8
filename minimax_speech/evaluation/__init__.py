"""Measures of what was spoken: intelligibility, speaker similarity, signal quality; reports."""
