"""The error bound of logits that aren't correctly rounded."""

import numpy as np
import pytest

from idea.core.state.evaluation import Evaluator
from idea.image import Task
from idea.networks.base import Model
from idea.networks.parts import combined


class _Shifted(Model):
    """Large float32 logits, which differ by fifty units in the last place from call to call."""

    task = Task(2, 2)
    calls = 0

    def logits(self, images):
        self.calls += 1
        logits = 1000 + images @ np.arange(40, dtype=np.float32).reshape(4, 10)
        return logits + np.float32(self.calls % 2 * 50 * 2**-14) * np.eye(10, dtype="f4")[5]


@pytest.mark.parametrize("weights", [{5: 1, 3: -1}, {5: 8, 3: -3, 2: -5}])
def test_the_error_bound_of_a_sum_of_float32_logits_covers_their_rounding(weights):
    model = combined(_Shifted(), weights, "sum")
    evaluator = Evaluator(model)
    image = np.zeros((1, 4), np.float32)
    one, other = evaluator.logits(image), evaluator.logits(image)
    assert one.shape == (1, 2)
    assert 0 < abs(one - other).max() <= evaluator.logit_error


def test_the_error_bound_of_a_sum_of_exact_logits_stays_small():
    exact = Model.from_function(lambda images: images @ np.ones((4, 10)), Task(2, 2))
    evaluator = Evaluator(combined(exact, {5: 1, 3: -1}, "5-3"))
    evaluator.logits(np.ones((1, 4), np.float32))
    assert evaluator.logit_error < 1e-11
