"""Music genre classification and generation: the machine-learning core.

Importing this package is instant; each module loads its libraries itself.
"""

__version__ = "1.0.0"
