"""The one error a user is meant to read."""


class InputError(ValueError):
    """What the user gave cannot be used.

    The message is one line that says what is wrong, names the value, and says how to mend it.
    The command line prints it without a traceback and exits with code 2.
    """
