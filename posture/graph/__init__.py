"""What can be reached from where: in bulk over arrays, in detail over the neighbourhood in question."""

import os

# Nothing here multiplies large dense matrices; to start its threads costs more than to walk an account.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
