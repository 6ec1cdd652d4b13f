"""Work spread over threads comes back as if there were one."""

from __future__ import annotations

import itertools
import threading
import time
from itertools import chain

import pytest

from idea.core.parallel import parallel_each, parallel_map
from idea.core.stopping import StoppedError, check_stopped


def countdown(item: int):
    for result in range(item, 0, -1):
        time.sleep(0.0005 * (item % 3))  # so that later items may be ready first
        yield result


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_order(threads):
    items = [3, 0, 7, 1, 5, 2, 4, 6] * 3
    found = [(item, list(results)) for item, results in parallel_map(items, countdown, threads)]
    assert found == [(item, list(range(item, 0, -1))) for item in items]


def test_one_thread_works_in_the_callers_own():
    for _, results in parallel_map([1, 2], lambda _: iter([threading.get_ident()]), 1):
        assert list(results) == [threading.get_ident()]


def test_several_items_are_worked_on_at_a_time():
    both = threading.Barrier(2)

    def meet(item):
        both.wait(timeout=60)  # breaks if nobody else comes
        yield item

    found = [(item, list(results)) for item, results in parallel_map(range(4), meet, 2)]
    assert found == [(item, [item]) for item in range(4)]


def test_items_are_taken_no_further_ahead_than_twice_the_threads():
    taken = []

    def items():
        for item in itertools.count():
            taken.append(item)
            yield item

    spreading = parallel_map(items(), lambda item: iter([item]), 3)
    for expected in range(5):
        item, results = next(spreading)
        assert (item, list(results)) == (expected, [expected])
        assert len(taken) <= expected + 7
    spreading.close()


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_reaches_the_caller_behind_the_results_before_it(threads):
    def work(item):
        yield item
        if item == 2:
            raise ArithmeticError("two")

    found = []
    with pytest.raises(ArithmeticError, match="two"):
        found.extend(
            chain.from_iterable(results for _, results in parallel_map(range(5), work, threads))
        )
    assert found == [0, 1, 2]


def test_closing_stops_the_work():
    ended = []

    def work(item):
        try:
            yield from itertools.count()
        finally:
            ended.append(item)

    spreading = parallel_map(range(100), work, 2)
    _, results = next(spreading)
    assert next(results) == 0
    spreading.close()
    assert sorted(ended) == [0, 1]


def test_work_without_a_result_can_look_whether_to_stop():
    begun, ended = threading.Event(), []

    def work(item):
        yield item
        begun.set()
        try:
            while True:
                check_stopped()
                time.sleep(0.001)
        except StoppedError:
            ended.append(item)
            raise

    spreading = parallel_map([1], work, 2)
    _, results = next(spreading)
    assert next(results) == 1
    assert begun.wait(timeout=60)
    check_stopped()  # in this thread, nothing
    spreading.close()
    assert ended == [1]


@pytest.mark.parametrize("threads", [1, 2])
def test_each_result_is_taken_by_the_caller_before_its_item_is_yielded(threads):
    def work(item, take):
        for letter in "ab":
            take(f"{item}{letter}")

    taken = []
    here = threading.get_ident()

    def take(result):
        assert threading.get_ident() == here
        taken.append(result)

    seen = [(item, list(taken)) for item in parallel_each(range(3), work, threads, take)]
    whole = ["0a", "0b", "1a", "1b", "2a", "2b"]
    assert seen == [(item, whole[: 2 * item + 2]) for item in range(3)]


@pytest.mark.parametrize("threads", [1, 2])
def test_what_takes_a_result_may_end_the_work(threads):
    ended = threading.Event()

    def work(item, take):
        try:
            for number in itertools.count():
                take(number)
        finally:
            ended.set()

    def take(number):
        if number == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(parallel_each([0], work, threads, take))
    assert ended.is_set()
