"""The trained parts as plain modules: audio tokenizer, speech LM, flow matching, recogniser."""
