"""Compiled kernels: what each part does to its arrays."""
