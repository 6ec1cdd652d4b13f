"""Search for the binary image that a trained digit classifier scores highest.

>>> import idea
>>> model = idea.load_model()          # a bundled network
>>> five = idea.find(model, 5)         # its ideal of a 5
>>> five.image.shape, five.energy > 100
((28, 28), True)
"""

import lazy_loader

from idea.version import __version__ as __version__

# The public names are listed in __init__.pyi alone; each is imported on first use.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
