"""A projection of a script, cut into the projections of the network that it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn import CSR, AllToAll, Connector, Synapse
from snn.compiler.placement import BLOCK
from snn.pynn.members import Index, located

Array = NDArray[Any]


@dataclass(eq=False)
class Piece:
    """The synapses of a projection between two populations.

    Parameters
    ----------
    projection : Projection of the script
    pre, post : Population of the script
    chosen : (n,) int64
        Which synapses of the projection these are.
    sources, targets : (n,) int64
        Their cells, counted in the two populations.
    receptor : str
        Of the language.
    sign : {1, -1}
        What a weight of the script is multiplied by to give one of the language.
    sites : int
        How many parallel synapses of the language one of the script is.
    """

    projection: Any
    pre: Any
    post: Any
    chosen: Index
    sources: Index
    targets: Index
    receptor: str
    sign: int
    sites: int = 1

    @cached_property
    def order(self) -> Index:
        """Synapses of the projection in compiled order: by block of targets, source, target."""
        order = np.arange(len(self.chosen))
        if (np.diff(self.targets) < 0).any():
            order = np.argsort(_narrow(self.targets), kind="stable")
        order = order[np.argsort(_narrow(self.sources[order]), kind="stable")]
        if self.post.size > BLOCK:
            order = order[np.argsort(self.targets[order] // BLOCK, kind="stable")]
        return np.asarray(self.chosen[order])

    @property
    def target(self) -> tuple[Any, str]:
        """The population and receptor that the synapses act on."""
        return self.post, self.receptor

    @property
    def plastic(self) -> bool:
        """Whether the weights change by themselves."""
        return bool(self.projection.synapse_type.plastic)

    @property
    def weight(self) -> Array:
        """Weights of the language: one per synapse of the projection, or one for all."""
        return np.asarray(self.projection.magnitudes(self.sign)) / self.sites

    @property
    def mixed(self) -> bool:
        """Whether some weights act against the receptor's sign."""
        weight = self.weight
        return bool(weight.size and weight.min() < 0)

    def declared(self) -> tuple[Connector, Synapse]:
        """Return connector and synapse of the language."""
        weight = self.weight
        delay = np.asarray(self.projection.grid_delays())
        rules = self.projection.synapse_type.rules(self.projection, self.chosen)
        learning = {"plasticity": rules, "round": True,
                    "axonal_delay": self.projection.synapse_type.axonal(
                        self.projection, self.chosen)}  # fmt: skip
        if self._dense and delay.ndim == 0:
            if weight.ndim:
                weight = weight[self.order].reshape(self.pre.size, self.post.size)
            return AllToAll(), Synapse(weight=_number(weight), delay=float(delay), **learning)
        order = self._by_row()
        own = {"weights": weight[order] if weight.ndim else None,
               "delays": delay[order] if delay.ndim else None}  # fmt: skip
        common: dict[str, Any] = {} if weight.ndim else {"weight": float(weight)}
        common |= {} if delay.ndim else {"delay": float(delay)}
        return self._rows(order, own), Synapse(**common, **learning)

    @property
    def _dense(self) -> bool:
        whole = self.sites == 1 and len(self.chosen) == self.pre.size * self.post.size
        return bool(whole and self.projection.dense and self.post.size <= BLOCK)

    def _by_row(self) -> Index:
        """Return the synapses sorted by source, then target."""
        if self.post.size <= BLOCK:
            return self.order
        place = np.lexsort((self.targets, self.sources))
        return np.asarray(self.chosen[place])

    def _rows(self, order: Index, own: dict[str, Any]) -> CSR:
        position = np.empty(len(self.projection), np.int64)
        position[self.chosen] = np.arange(len(self.chosen))
        counts = np.bincount(self.sources, minlength=self.pre.size)
        edges = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return CSR(edges, self.targets[position[order]], **own)


def _number(values: Array) -> Any:
    return values if values.ndim else float(values)


def _narrow(index: Index) -> Array:
    """Return indices in 16 bits where they fit: numpy sorts those in linear time."""
    small = not index.size or index.max() < 65536
    return index.astype(np.uint16) if small else index


def pieces_of(projection: Any) -> list[Piece]:
    """Cut a projection by pairs of populations."""
    if not len(projection) or projection.synapse_type.signals:
        return []
    pre = located(projection.pre)
    post = located(projection.post)
    which_pre, sources, populations_pre = _looked_up(pre, projection.sources)
    which_post, targets, populations_post = _looked_up(post, projection.targets)
    every = np.arange(len(projection))
    found = []
    for a, p in enumerate(populations_pre):
        for b, q in enumerate(populations_post):
            one = len(populations_pre) == len(populations_post) == 1
            chosen = every if one else every[(which_pre == a) & (which_post == b)]
            receptor, sign = q.celltype.receptor(projection.receptor_type)
            for kind in _kinds(projection, chosen):
                sites = projection.synapse_type.sites(projection, kind)
                each = np.repeat(kind, sites) if sites > 1 else kind
                found.append(
                    Piece(projection, p, q, each, sources[each], targets[each], receptor, sign,
                          sites)
                )  # fmt: skip
    return found


def _kinds(projection: Any, chosen: Index) -> list[Index]:
    """Cut synapses by the parameters of rules, which are one number for a projection."""
    # The axonal part of the delay is one number, too.
    split = np.any(np.asarray(projection.values.get("dendritic_delay_fraction", 1.0)) != 1.0)
    single = ("weight",) if split else ("weight", "delay")
    columns = [np.asarray(value) for name, value in projection.values.items()
               if name not in single and np.ndim(value)]  # fmt: skip
    if not columns or not len(chosen):
        return [chosen] if len(chosen) else []
    _, which = np.unique(np.stack([c[chosen] for c in columns]), axis=1, return_inverse=True)
    which = which.ravel()
    return [chosen[which == k] for k in range(which.max() + 1)]


def _looked_up(cells: tuple[Index, Index, list[Any]], chosen: Index) -> tuple[Index, Index, Any]:
    which, index, populations = cells
    return which[chosen], index[chosen], populations
