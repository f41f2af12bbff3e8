"""Text: languages, spoken forms, sentence splitting, and the BPE vocabulary."""
