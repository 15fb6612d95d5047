"""The batcher: order, company, a bound, and the fault of one job is that job's alone."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from isnad.batching import Batcher, BatchOptions, QueueFull


def run_with(work, scenario, **options):
    async def main():
        batcher = Batcher(work, BatchOptions(**options))
        batcher.start()
        try:
            return await scenario(batcher)
        finally:
            await batcher.stop()

    return asyncio.run(main())


def test_results_come_in_order_and_jobs_keep_company() -> None:
    sizes = []

    def double(jobs: Sequence[int]) -> list[int]:
        sizes.append(len(jobs))
        return [2 * j for j in jobs]

    async def scenario(batcher):
        return await asyncio.gather(*(batcher.submit([n, n + 100]) for n in range(10)))

    assert run_with(double, scenario, batch=8, workers=1) == [[2 * n, 2 * n + 200] for n in range(10)]
    assert sum(sizes) == 20
    assert max(sizes) == 8


def test_one_failing_job_fails_alone() -> None:
    def picky(jobs: Sequence[int]) -> list[int]:
        if 3 in jobs:
            raise ValueError("three")
        return list(jobs)

    async def scenario(batcher):
        return await asyncio.gather(*(batcher.submit([n]) for n in range(6)), return_exceptions=True)

    found = run_with(picky, scenario)
    assert [f for f in found if not isinstance(f, Exception)] == [[0], [1], [2], [4], [5]]
    assert isinstance(found[3], ValueError)


def test_a_full_queue_refuses_and_says_when_to_come_back() -> None:
    held = threading.Event()

    def slow(jobs: Sequence[int]) -> list[int]:
        held.wait(10)
        return list(jobs)

    async def scenario(batcher):
        first = [asyncio.create_task(batcher.submit([n])) for n in range(3)]
        await asyncio.sleep(0.05)  # taken by the worker
        waiting = [asyncio.create_task(batcher.submit([n])) for n in range(4)]
        await asyncio.sleep(0)
        assert batcher.is_full
        with pytest.raises(QueueFull) as refused:
            await batcher.submit([9])
        held.set()
        return refused.value.retry_after, await asyncio.gather(*first, *waiting)

    retry_after, results = run_with(slow, scenario, queue=4, batch=3, workers=1)
    assert 1 <= retry_after <= 60
    assert results == [[0], [1], [2], [0], [1], [2], [3]]


def test_more_jobs_than_the_queue_holds_are_taken_when_it_is_empty() -> None:
    async def scenario(batcher):
        return await batcher.submit(list(range(20)))

    assert run_with(list, scenario, queue=4) == list(range(20))


def test_who_gives_up_leaves_no_work_behind() -> None:
    done, held = [], threading.Event()

    def slow(jobs: Sequence[int]) -> list[int]:
        held.wait(10)
        done.extend(jobs)
        return list(jobs)

    async def scenario(batcher):
        first = asyncio.create_task(batcher.submit([1]))
        await asyncio.sleep(0.05)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(batcher.submit([2]), 0.05)
        held.set()
        await first

    run_with(slow, scenario, workers=1)
    assert done == [1]


def test_stopping_finishes_what_was_accepted() -> None:
    async def main() -> list[int]:
        batcher = Batcher(list, BatchOptions(workers=1, batch=2))
        batcher.start()
        tasks = [asyncio.create_task(batcher.submit([n])) for n in range(9)]
        await asyncio.sleep(0)
        await batcher.stop()
        return [(await t)[0] for t in tasks]

    assert asyncio.run(main()) == list(range(9))
