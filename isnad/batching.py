"""Jobs that arrive together are done together: a bounded queue, a short wait for company, worker threads."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


class QueueFull(Exception):
    """No room for the jobs; ``retry_after`` is when there may be, in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"the queue is full; try again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How jobs are gathered."""

    queue: int = 256
    """Jobs that may wait; more are refused."""
    batch: int = 32
    """Most jobs of a batch."""
    window: float = 0.002
    """Seconds that a batch waits for company."""
    workers: int = 2
    """Batches at work at a time: while one is being decoded, another's windows are scored."""


@dataclass(eq=False, slots=True)
class _Waiting(Generic[Job, Result]):
    job: Job
    done: asyncio.Future[Result] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Batcher(Generic[Job, Result]):
    """Gives jobs to ``work`` in batches, off the event loop. A batch that fails is done again one job at a time, so that only
    the job at fault fails."""

    def __init__(self, work: Callable[[Sequence[Job]], Sequence[Result]], options: BatchOptions | None = None) -> None:
        self.work, self.options = work, options or BatchOptions()
        self.batches = 0
        self._queue: asyncio.Queue[_Waiting[Job, Result]] = asyncio.Queue()
        self._pool = ThreadPoolExecutor(self.options.workers, thread_name_prefix="batch")
        self._tasks: list[asyncio.Task[None]] = []
        self._seconds_a_job = 0.1

    @property
    def waiting(self) -> int:
        """Jobs in the queue."""
        return self._queue.qsize()

    @property
    def is_full(self) -> bool:
        """Whether the next job would be refused."""
        return self.waiting >= self.options.queue

    def start(self) -> None:
        """Begin to work; call within the event loop."""
        self._tasks = [asyncio.create_task(self._serve()) for _ in range(self.options.workers)]

    async def stop(self) -> None:
        """Finish what is queued, then end the workers."""
        await self._queue.join()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._pool.shutdown()

    async def submit(self, jobs: Sequence[Job]) -> list[Result]:
        """Results of jobs, in order; all are accepted or none.

        Raises:
            QueueFull: too many wait already. A larger number of jobs than the queue holds is accepted when it is empty.
        """
        if self.waiting and self.waiting + len(jobs) > self.options.queue:
            raise QueueFull(self.retry_after())
        entries = [_Waiting[Job, Result](job) for job in jobs]
        for entry in entries:
            self._queue.put_nowait(entry)
        try:
            return list(await asyncio.gather(*(e.done for e in entries)))
        finally:
            for entry in entries:  # a caller who gave up: what has not begun is not begun
                entry.done.cancel()

    def retry_after(self) -> int:
        """Seconds until the queue will have been worked off, between 1 and 60."""
        return min(60, max(1, math.ceil(self.waiting * self._seconds_a_job)))

    async def _serve(self) -> None:
        while True:
            batch = [await self._queue.get()]
            await asyncio.sleep(self.options.window)
            while len(batch) < self.options.batch and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                wanted = [entry for entry in batch if not entry.done.done()]
                if wanted:
                    await self._do(wanted)
            finally:
                for _ in batch:
                    self._queue.task_done()

    async def _do(self, batch: Sequence[_Waiting[Job, Result]]) -> None:
        started, loop = time.perf_counter(), asyncio.get_running_loop()
        try:
            results = await loop.run_in_executor(self._pool, self.work, [entry.job for entry in batch])
        except Exception as error:
            if len(batch) > 1:
                for entry in batch:
                    await self._do([entry])
            elif not batch[0].done.done():
                batch[0].done.set_exception(error)
            return
        self.batches += 1
        self._seconds_a_job += 0.2 * ((time.perf_counter() - started) / len(batch) / self.options.workers - self._seconds_a_job)
        for entry, result in zip(batch, results, strict=True):
            if not entry.done.done():
                entry.done.set_result(result)
