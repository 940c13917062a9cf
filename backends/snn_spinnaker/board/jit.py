"""Machine-code callbacks: what lets the processor engine call compiled Python.

The engine calls the board's peripherals through plain C function pointers, thousands of times per
tick. Python functions behind `ctypes` cost about a microsecond each, the same functions compiled
by numba some nanoseconds. This module holds the few things which that needs: a typed decorator,
records behind addresses, and calls through addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from llvmlite import ir
from numba import cfunc, njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import numpy_support

from snn_spinnaker.board.compile_cache import own_cache

#: ``carray(pointer, shape, dtype)``: the array behind a pointer.
carray: Any = numpy_support.carray

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a function on its first call, cached on disk, releasing the interpreter lock."""
    with own_cache():
        return cast(F, njit(cache=True, nogil=True, error_model="numpy")(function))


def compiled_parallel(function: F) -> F:
    """Compile a function whose `prange` loops are shared between threads."""
    with own_cache():
        made = njit(cache=True, nogil=True, error_model="numpy", parallel=True)(function)
    return cast(F, made)


def callback(signature: Any) -> Callable[[F], Any]:
    """Compile a function into a C callback; its address is the attribute ``address``."""

    def decorate(function: F) -> Any:
        with own_cache():
            return cfunc(signature, cache=True)(function)

    return decorate


BLOCK_SIGNATURE = types.void(types.voidptr, types.uint64, types.uint32, types.voidptr)
READ_SIGNATURE = types.uint64(types.voidptr, types.uint64, types.uint32, types.voidptr)
WRITE_SIGNATURE = types.void(types.voidptr, types.uint64, types.uint32, types.uint64, types.voidptr)


@compiled
def int_of(value: Any) -> int:
    """Turn an unsigned argument of a callback into int64, in which all state is kept."""
    return np.int64(value)  # type: ignore[return-value]


def generated(function: Callable[..., Any]) -> Any:
    """Make a function of types into one whose machine code it generates itself."""
    return intrinsic(function)


@generated
def as_pointer(_context: Any, _address: Any) -> Any:
    """Turn an address held in an int64 into the pointer that ``numba.carray`` takes."""

    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return types.voidptr(types.int64), generate


def _c_call(builder: Any, result: Any, address: Any, arguments: list[Any]) -> Any:
    kinds = [argument.type for argument in arguments]
    pointer = ir.FunctionType(result, kinds).as_pointer()
    return builder.call(builder.inttoptr(address, pointer), arguments)


@generated
def call_start(_context: Any, _function: Any, _engine: Any, _begin: Any, _until: Any) -> Any:
    """Call ``uc_emu_start(engine, begin, until, timeout=0, count=0)`` by its address."""

    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        function, engine, begin, until = arguments
        zero = ir.Constant(ir.IntType(64), 0)
        code = _c_call(builder, ir.IntType(32), function, [engine, begin, until, zero, zero])
        return builder.sext(code, ir.IntType(64))

    signature = types.int64(types.int64, types.int64, types.int64, types.int64)
    return signature, generate


@generated
def call_stop(_context: Any, _function: Any, _engine: Any) -> Any:
    """Call ``uc_emu_stop(engine)`` by its address."""

    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        code = _c_call(builder, ir.IntType(32), arguments[0], [arguments[1]])
        return builder.sext(code, ir.IntType(64))

    return types.int64(types.int64, types.int64), generate


@generated
def call_register(_context: Any, _function: Any, _engine: Any, _register: Any, _value: Any) -> Any:
    """Call ``uc_reg_read`` or ``uc_reg_write`` (by address) on a value behind an address."""

    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        function, engine, register, value = arguments
        number = builder.trunc(register, ir.IntType(32))
        code = _c_call(builder, ir.IntType(32), function, [engine, number, value])
        return builder.sext(code, ir.IntType(64))

    signature = types.int64(types.int64, types.int64, types.int64, types.int64)
    return signature, generate


@generated
def copy_bytes(_context: Any, _target: Any, _source: Any, _size: Any) -> Any:
    """Copy bytes between two addresses, which may overlap."""

    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        to = builder.inttoptr(arguments[0], cgutils.voidptr_t)
        source = builder.inttoptr(arguments[1], cgutils.voidptr_t)
        move: Any = cgutils.raw_memmove
        move(builder, to, source, arguments[2], ir.Constant(ir.IntType(64), 1))
        return arguments[2]

    return types.int64(types.int64, types.int64, types.int64), generate
