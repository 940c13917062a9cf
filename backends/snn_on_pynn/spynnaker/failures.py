"""What sPyNNaker raises, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator

from snn_on_pynn.session import first_line

SENTENCES = {
    "SpinnmanBootException": "{place} does not boot; switch it off and on, or check its firmware",
    "SpallocBoardUnavailableException": "{place} has no free board; try again later",
    "SpallocException": "{place} refused: {text}",
    "SpiNNManCoresNotInStateException":
        "cores on {place} stopped with an error or did not finish in time: {text}",
    "SpinnmanTimeoutException": "{place} did not answer in time ({text})",
    "SpinnmanIOException": "no SpiNNaker board answers at {place}: {text}; check the address, that "
                           "it is switched on, and that UDP ports 17893 and 54321 are open",
    "ExecutableFailedToStartException": "programs did not start on {place}: {text}",
    "ExecutableFailedToStopException":
        "cores on {place} stopped with an error or did not finish in time: {text}",
    "PacmanException": "the network does not fit on {place}: {text}",
    "PacmanPartitionException": "the network does not fit on {place}: {text}",
    "SynapticConfigurationException": "sPyNNaker cannot have these synapses: {text}",
    "ConfigurationException": "sPyNNaker refuses the network: {text}",
}  # fmt: skip
"""By name of the class or of a parent; the classes are sPyNNaker's and not imported here."""

OFFLINE = ("Network is unreachable", "Name or service not known", "No route to host",
           "Connection refused", "nodename nor servname", "Temporary failure in name")  # fmt: skip


def sentence(error: BaseException, place: str) -> str:
    """Return what happened on `place` (a board's name) and what to do."""
    for cause in chain(error):
        text = said(cause)
        if any(part in str(cause) for part in OFFLINE):
            return SENTENCES["SpinnmanIOException"].format(place=place, text=text)
        for kind in type(cause).__mro__:
            if kind.__name__ in SENTENCES:
                return SENTENCES[kind.__name__].format(place=place, text=text)
    return f"sPyNNaker failed on {place}: {said(error)}"


def said(error: BaseException) -> str:
    """Return the first line of an error, or the first message of those that it groups."""
    messages = (line.partition("With message")[2] for line in str(error).splitlines())
    return next(filter(None, map(str.strip, messages)), first_line(error)).rstrip(".")


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what caused it."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
