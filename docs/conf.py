"""How Sphinx builds the documentation: `make docs`."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]  # idea and train.py; site_extras.py, …

import idea  # noqa: E402

project = "idea"
version = release = idea.__version__
copyright = "the authors of idea; MIT licence"  # noqa: A001

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_argparse_cli",
    "sphinx_copybutton",
    "sphinx_design",
    "site_extras",
    "site_lessons",
]
exclude_patterns = ["deploy"]
nitpicky = True
# Checked are links to public names; types of other projects, and names inside, have no page here.
nitpick_ignore_regex = [(r"py:.*", r"(?!idea\.\w+$).*"), (r"py:.*", r"idea\.(core|files|_\w+)")]

html_theme = "furo"
html_title = f"idea {version}"
html_favicon = "../idea/check/page/icon.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_domain_indices = False

# Notebooks are shown with the outputs that they are stored with.
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
copybutton_prompt_text = r"\$ "
copybutton_prompt_is_regexp = True
copybutton_only_copy_prompt_lines = True

default_role = "name"  # of site_extras
python_use_unqualified_type_names = True
maximum_signature_line_length = 72
napoleon_google_docstring = False
napoleon_use_rtype = False
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
# Types are shown as they are written, public names with a link.
autodoc_type_aliases = {
    **{name: f"idea.{name}" for name in idea.__all__},
    "ArrayLike": "numpy.typing.ArrayLike",
}
