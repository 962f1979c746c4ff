"""The same queue in three other libraries, as their own documentation would have it written.

Each takes the same customers (seconds between arrivals, seconds of service), serves them in order of arrival, and gives
the seconds each waited. Customers are drawn beforehand, outside their clocks.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from importlib.util import find_spec
from typing import Any

Seconds = Sequence[float]
Queue = Callable[[Seconds, Seconds, int], list[float]]


def simpy_waits(gaps: Seconds, services: Seconds, servers: int) -> list[float]:
    """SimPy: a process for every customer, a resource for the servers."""
    import simpy

    waits: list[float] = []

    def customer(env: Any, counter: Any, service: float) -> Generator[Any]:
        arrived = env.now
        with counter.request() as request:
            yield request
            waits.append(env.now - arrived)
            yield env.timeout(service)

    def arrivals(env: Any, counter: Any) -> Generator[Any]:
        for gap, service in zip(gaps, services, strict=True):
            yield env.timeout(gap)
            env.process(customer(env, counter, service))

    env = simpy.Environment()
    env.process(arrivals(env, simpy.Resource(env, capacity=servers)))
    env.run()
    return waits


def ciw_waits(gaps: Seconds, services: Seconds, servers: int) -> list[float]:
    """Ciw: a network of one node, customers in sequence."""
    import ciw

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential(list(gaps))],
        service_distributions=[ciw.dists.Sequential(list(services))],
        number_of_servers=[servers],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(len(gaps), method="Finish")
    records = sorted(simulation.get_all_records(), key=lambda record: int(record.id_number))
    return [float(record.waiting_time) for record in records if int(record.id_number) <= len(gaps)]


def salabim_waits(gaps: Seconds, services: Seconds, servers: int) -> list[float]:
    """Salabim: a component for every customer, as generators, settings as they come."""
    import salabim

    waits: list[float] = []

    class _Customer(salabim.Component):  # type: ignore[misc]  # salabim ships no types
        def setup(self, service: float) -> None:
            self.service = service

        def process(self) -> Generator[Any]:
            arrived = self.env.now()
            yield self.request(counter)
            waits.append(self.env.now() - arrived)
            yield self.hold(self.service)

    class _Arrivals(salabim.Component):  # type: ignore[misc]  # salabim ships no types
        def process(self) -> Generator[Any]:
            for gap, service in zip(gaps, services, strict=True):
                yield self.hold(gap)
                _Customer(service=service)

    env = salabim.Environment(yieldless=False)
    counter = salabim.Resource("counter", capacity=servers)
    _Arrivals()
    env.run()
    return waits


RIVALS: dict[str, Queue] = {"simpy": simpy_waits, "ciw": ciw_waits, "salabim": salabim_waits}


def is_installed(name: str) -> bool:
    """Whether the library can be imported."""
    return find_spec(name) is not None
