"""Builds the compiled kernel where there is a C++ compiler; all else is in setup.cfg."""

import os
from pathlib import Path

from pybind11.setup_helpers import Pybind11Extension
from setuptools import setup

headers = sorted(str(path) for path in Path("cpp/include").rglob("*.hpp"))

setup(
    ext_modules=[
        Pybind11Extension(
            "idea._kernel",
            ["cpp/python/kernel.cpp"],
            include_dirs=["cpp/include"],
            depends=headers,
            cxx_std=17,
            # After CFLAGS, which may ask for a quick build.
            extra_compile_args=[] if "-O" in os.environ.get("CFLAGS", "") else ["-O3"],
            # Without a compiler the install goes on, and idea takes its slower path.
            optional=True,
        )
    ]
)
