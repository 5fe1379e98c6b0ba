"""Who it is about: sealed snapshots as their author knew them, and the thread that ties them."""
