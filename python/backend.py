"""setuptools as the build backend, after a look whether the library can be had: one line, not the end of a log."""

from setuptools import build_meta
from setuptools.build_meta import *  # noqa: F403  the hooks that stay as they are

import swift_library


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    swift_library.check()
    return build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    swift_library.check()
    return build_meta.build_editable(wheel_directory, config_settings, metadata_directory)
