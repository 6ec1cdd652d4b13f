"""The errors that wrong input raises: sentences for the person who gave it."""


class IdeaError(ValueError):
    """Something given to idea can't be used; its text says what was expected and what was found."""


class WeightsError(IdeaError):
    """A file of weights is damaged, or its arrays don't make a digit classifier."""


class DumpError(IdeaError):
    """A dump isn't one image of 784 numbers in 0…1."""


class PictureError(IdeaError):
    """A file is no picture, or no ink is found in it."""


class DataError(IdeaError):
    """The MNIST data set is damaged, is another one, or can't be had."""


class OptionError(IdeaError):
    """An option or argument has a value that makes no sense."""


class OutputError(IdeaError):
    """A file or folder can't be written."""
