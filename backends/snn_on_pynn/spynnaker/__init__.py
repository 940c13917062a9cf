"""SpiNNaker: the configuration of sPyNNaker, its failures, what it says of a run."""
