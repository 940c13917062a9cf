"""Speed: standard workloads on the CPU engine and on peers."""
