"""Machine-code callbacks: what lets the processor engine call compiled Python.

The engine calls the board's peripherals through plain C function pointers, thousands of times per
tick. Python functions behind `ctypes` cost about a microsecond each, the same functions compiled
by numba some nanoseconds. This module holds the few things which that needs: a typed decorator,
records behind addresses, and calls through addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from llvmlite import ir
from numba import cfunc, njit, types
from numba.core import cgutils
from numba.extending import intrinsic

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a function on its first call, cached on disk, releasing the interpreter lock."""
    result: F = njit(cache=True, nogil=True, error_model="numpy")(function)
    return result


def callback(signature: Any) -> Callable[[F], Any]:
    """Compile a function into a C callback; its address is the attribute ``address``."""
    decorator: Callable[[F], Any] = cfunc(signature, cache=True, nopython=True)
    return decorator


BLOCK_SIGNATURE = types.void(types.voidptr, types.uint64, types.uint32, types.voidptr)
READ_SIGNATURE = types.uint64(types.voidptr, types.uint64, types.uint32, types.voidptr)
WRITE_SIGNATURE = types.void(
    types.voidptr, types.uint64, types.uint32, types.uint64, types.voidptr
)


@compiled
def int_of(value: Any) -> int:
    """Turn an unsigned argument of a callback into int64, in which all state is kept."""
    return np.int64(value)  # type: ignore[return-value]


@intrinsic
def as_pointer(_context: Any, _address: Any) -> Any:
    """Turn an address held in an int64 into the pointer that ``numba.carray`` takes."""

    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return types.voidptr(types.int64), generate


def _c_call(builder: Any, result: Any, address: Any, arguments: list[Any]) -> Any:
    kinds = [argument.type for argument in arguments]
    pointer = ir.FunctionType(result, kinds).as_pointer()
    return builder.call(builder.inttoptr(address, pointer), arguments)


@intrinsic
def call_start(_context: Any, _function: Any, _engine: Any, _begin: Any, _until: Any) -> Any:
    """Call ``uc_emu_start(engine, begin, until, timeout=0, count=0)`` by its address."""

    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        function, engine, begin, until = arguments
        zero = ir.Constant(ir.IntType(64), 0)
        code = _c_call(builder, ir.IntType(32), function, [engine, begin, until, zero, zero])
        return builder.sext(code, ir.IntType(64))

    signature = types.int64(types.int64, types.int64, types.int64, types.int64)
    return signature, generate


@intrinsic
def call_stop(_context: Any, _function: Any, _engine: Any) -> Any:
    """Call ``uc_emu_stop(engine)`` by its address."""

    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        code = _c_call(builder, ir.IntType(32), arguments[0], [arguments[1]])
        return builder.sext(code, ir.IntType(64))

    return types.int64(types.int64, types.int64), generate


@intrinsic
def call_register(
    _context: Any, _function: Any, _engine: Any, _register: Any, _value: Any
) -> Any:
    """Call ``uc_reg_read`` or ``uc_reg_write`` (by address) on a value behind an address."""

    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        function, engine, register, value = arguments
        number = builder.trunc(register, ir.IntType(32))
        code = _c_call(builder, ir.IntType(32), function, [engine, number, value])
        return builder.sext(code, ir.IntType(64))

    signature = types.int64(types.int64, types.int64, types.int64, types.int64)
    return signature, generate


@intrinsic
def copy_bytes(_context: Any, _target: Any, _source: Any, _size: Any) -> Any:
    """Copy bytes between two addresses, which may overlap."""

    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        to = builder.inttoptr(arguments[0], cgutils.voidptr_t)
        source = builder.inttoptr(arguments[1], cgutils.voidptr_t)
        cgutils.raw_memmove(builder, to, source, arguments[2], ir.Constant(ir.IntType(64), 1))
        return arguments[2]

    return types.int64(types.int64, types.int64, types.int64), generate
