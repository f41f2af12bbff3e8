"""The Gradio demo: what a browser shows of `minimax_speech.studio`."""
