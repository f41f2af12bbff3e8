"""Emotions, learnt by adapters of the language model."""
