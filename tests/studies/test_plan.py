"""Plans: the same study from a command line, a file or keywords."""

from __future__ import annotations

import json

import pytest

from idea.core.strategies import METHODS
from idea.errors import IdeaError, OptionError
from idea.studies.plan import Plan, read_toml

TOML = """\
arch = ["mlp", "lenet"]
units = [16, 784]
weight_decay = [0, 1e-4]
adversarial = [0, 0.3]
adversarial_steps = [1, 7]
augment = ["none", "shift+rotate"]
seeds = "0-2"
digits = [5, "3,8"]
method = "anneal"
smooth = 0.3
freeze = "unused"
steps = 5000
search_seed = 7
"""
SAID = {
    "arch": "mlp,lenet",
    "units": "16,784",
    "weight_decay": "0,1e-4",
    "adversarial": "0,0.3",
    "adversarial_steps": "1,7",
    "augment": "none,rotate+shift",
    "seeds": "0,1,2",
    "digits": "3,5,8",
    "method": "anneal",
    "smooth": 0.3,
    "freeze": "unused",
    "steps": 5000,
    "search_seed": 7,
}


def test_a_file_says_what_a_command_line_says(tmp_path):
    (tmp_path / "grid.toml").write_text(TOML)
    plan = Plan.parse(read_toml(tmp_path / "grid.toml"))
    assert plan == Plan.parse(SAID)
    assert len(plan.grid.cells()) == (2 + 1) * 2 * (2 * 3) * 3
    assert plan.targets == (3, 5, 8)
    assert plan.search.seed == 7
    assert plan.search.own == {"steps": 5000}


def test_searched_is_what_makes_a_difference_for_ideals():
    plain = Plan.parse({}).search_config()
    assert Plan.parse({"units": 16, "seeds": "0-9"}).search_config() == plain
    assert Plan.parse({"sweeps": 5}).search_config() == plain  # the default
    for other in ({"sweeps": 4}, {"ink": 0.1}, {"digits": 5}, {"search_seed": 1}, {"method": "mc"}):
        assert Plan.parse(other).search_config() != plain
    assert json.loads(Plan.parse({}).json_bytes()).items() >= plain.items()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            {"method": "luck"},
            f"method: expected one of {', '.join(METHODS)}, found 'luck'",
        ),
        ({"steps": 3}, "steps: greedy has no such option; it has sweeps"),
        ({"digits": "5,x"}, "digits: digit must be one of 0…9, or all alone, not 'x'"),
        ({"digits": [5, True]}, "digits[1]: digit must be one of 0…9, not True"),
        ({"digits": []}, "digits: expected at least one class, found none"),
        ({"targets": ["3", 11]}, "targets[1]: digit must be one of 0…9, not 11"),
        ({"digits": 3, "targets": 3}, "targets and digits name the same: leave out one"),
        ({"data": 5}, "data: expected a file's name, found 5"),
        ({"transpose": "yes"}, "transpose: expected true or false, found 'yes'"),
        ({"classes": ["a", 1]}, "classes[1]: expected a text, found 1"),
        ({"restarts": 0}, "restarts: expected a whole number, 1 or more, found 0"),
        ({"sweeps": 2.0}, "sweeps: expected a whole number, 1 or more, found 2.0"),
        ({"search_seed": True}, "search_seed: expected a whole number, 0 or more, found True"),
        ({"ink": float("nan")}, "ink: expected a number in -1000000…1000000, found nan"),
        ({"objective": "fame"}, "objective: expected one of logit, margin, logp, found 'fame'"),
        ({"freeze": True}, "freeze: expected a file's name or null, found True"),
        ({"start": "a\0b"}, "start: expected a file's name or null, found 'a\\x00b'"),
        ({"start": "no.vf"}, "no.vf: can't be read: No such file or directory"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(said, sentence):
    with pytest.raises(IdeaError) as error:
        Plan.parse(said)
    assert str(error.value) == sentence


def test_an_unknown_name_is_told_with_the_known_ones():
    with pytest.raises(OptionError) as error:
        Plan.parse({"unit": 3})
    assert str(error.value) == "unit: a study has no such option; did you mean units?"


def test_a_circle_of_links_is_no_data(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(IdeaError, match="Too many levels of symbolic links"):
        Plan.parse({"units": 4, "epochs": 1, "data": tmp_path / "loop"})


def test_a_file_that_is_no_toml_is_a_sentence(tmp_path):
    (tmp_path / "grid.toml").write_text("units: 16")
    with pytest.raises(IdeaError) as error:
        read_toml(tmp_path / "grid.toml")
    assert str(error.value).startswith(
        f"{tmp_path / 'grid.toml'}: expected TOML, such as units = [16, 100]: "
    )


@pytest.mark.parametrize(
    "text", [b"units = 1\xff", b"units = 0" + b"9" * 5000, b"a=" + b"[" * 9999]
)
def test_bytes_that_are_no_toml_are_a_sentence(tmp_path, text):
    (tmp_path / "grid.toml").write_bytes(text)
    with pytest.raises(
        IdeaError, match=r"grid\.toml: expected TOML, such as units = \[16, 100\]: "
    ):
        read_toml(tmp_path / "grid.toml")


def test_an_editor_may_mark_a_file_and_end_its_lines_as_windows_does(tmp_path):
    (tmp_path / "grid.toml").write_bytes("\ufeffunits = 16\r\nseeds = 3\r\n".encode())
    assert read_toml(tmp_path / "grid.toml") == {"units": 16, "seeds": 3}
