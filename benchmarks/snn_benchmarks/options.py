"""Options that several benchmarks have."""

from __future__ import annotations

import click

threads = click.option("--threads", type=click.IntRange(0), default=1, show_default=True,
                       help="Number of threads; 0: all cores.")  # fmt: skip

save = click.option("--save", type=click.Path(file_okay=False),
                    help="Save the figure in this folder.")  # fmt: skip

json = click.option("--json", "path", type=click.Path(dir_okay=False),
                    help="Write every number here.")  # fmt: skip
