"""The command `tts`: one file per verb. torch is imported inside the verbs only."""
