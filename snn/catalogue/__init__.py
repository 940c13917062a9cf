"""Every model there is, with its test, its documentation and its row per backend."""

from snn.catalogue.entry import Entry, Parameter
from snn.catalogue.page import page
from snn.catalogue.walk import entries

__all__ = ["Entry", "Parameter", "entries", "page"]
