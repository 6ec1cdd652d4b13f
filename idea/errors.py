"""The errors that idea raises: each message says what was expected and what was found."""


class IdeaError(ValueError):
    """The base class of all errors that idea raises for input that it can't use."""


class WeightsError(IdeaError):
    """A file of weights is damaged, or its arrays don't form a digit classifier."""


class UnknownSizeError(WeightsError):
    """A file of weights doesn't give the size of the images, which the user has to."""


class DumpError(IdeaError):
    """A dump isn't one image of 784 numbers in 0…1."""


class PriorError(IdeaError):
    """A file is no prior, or a damaged one."""


class PictureError(IdeaError):
    """A file isn't a picture, or contains no ink."""


class DataError(IdeaError):
    """A data set is damaged, is another one, doesn't fit a task, or can't be fetched."""


class MissingPackageError(IdeaError, ImportError):
    """An optional package is not installed; the message says how to install it."""


class OptionError(IdeaError):
    """An option or argument has an invalid value."""


class OutputError(IdeaError):
    """A file or folder can't be written."""
