"""Builds the compiled kernel where there is a C++ compiler; all else is in setup.cfg."""

import os
from pathlib import Path

from pybind11.setup_helpers import Pybind11Extension
from setuptools import setup
from setuptools.command.build_ext import build_ext

headers = sorted(
    str(path) for part in ("include", "python") for path in Path("cpp", part).rglob("*.hpp")
)


# Which of the two reaches C++ depends on the version of setuptools.
chosen_flags = " ".join(os.environ.get(name, "") for name in ("CFLAGS", "CXXFLAGS"))


class BuildKernel(build_ext):
    """Compiles the kernel once for all environments that a folder is installed into."""

    def build_extension(self, ext):
        """Compile it, unless one lies among the sources that is newer than they.

        That one stays as it is, for tests of another environment may be running.
        """
        built = Path(*ext.name.split(".")).with_name(Path(self.get_ext_filename(ext.name)).name)
        sources = ["setup.py", *ext.sources, *ext.depends]
        if not (
            self.editable_mode
            and not chosen_flags.strip()
            and built.exists()
            and built.stat().st_mtime > max(Path(path).stat().st_mtime for path in sources)
        ):
            super().build_extension(ext)


setup(
    cmdclass={"build_ext": BuildKernel},
    ext_modules=[
        Pybind11Extension(
            "idea._kernel",
            ["cpp/python/kernel.cpp"],
            include_dirs=["cpp/include"],
            depends=headers,
            cxx_std=17,
            # After the environment's, which may ask for a quick build.
            extra_compile_args=[] if "-O" in chosen_flags else ["-O3"],
            # Without a compiler the install goes on, and idea takes its slower path.
            optional=True,
        )
    ],
)
