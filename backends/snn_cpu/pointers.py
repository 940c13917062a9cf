"""Raw addresses in compiled code: arrays behind them, calls through them, atomics.

An engine part is a compiled function and a block of addresses. Because every part has
the same signature, one driver, compiled once ever, runs any network.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


@intrinsic
def pointer(typingctx: Any, address: Any, dtype: Any) -> Any:
    """Return `address` (int64) as a pointer to `dtype`."""
    kind = types.CPointer(dtype.dtype)

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.inttoptr(args[0], context.get_value_type(kind))

    return kind(types.int64, dtype), codegen


@intrinsic
def call(typingctx: Any, address: Any, block: Any, step: Any, slot: Any) -> Any:
    """Call the part at `address` with its block, the step and the slot in the batch."""
    word = types.int64

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        integer = ir.IntType(64)
        kind = ir.FunctionType(integer, [integer] * 3)
        target = builder.inttoptr(args[0], kind.as_pointer())
        return builder.call(target, args[1:])

    return word(word, word, word, word), codegen


@intrinsic
def atomic_add(typingctx: Any, address: Any, amount: Any) -> Any:
    """Add to the int64 at `address`; return its old value. Orders all other accesses."""
    word = types.int64

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        target = builder.inttoptr(args[0], ir.IntType(64).as_pointer())
        return builder.atomic_rmw("add", target, args[1], "seq_cst")

    return word(word, word), codegen


@intrinsic
def atomic_load(typingctx: Any, address: Any) -> Any:
    """Return the int64 at `address` with acquire ordering."""
    word = types.int64

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        target = builder.inttoptr(args[0], ir.IntType(64).as_pointer())
        return builder.load_atomic(target, "acquire", 8)

    return word(word), codegen


@intrinsic
def prefetch(typingctx: Any, array: Any, index: Any) -> Any:
    """Ask for the cache line of ``array[index]`` (any rank, flat index), to be written."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = signature.args[0]
        view = context.make_array(kind)(context, builder, args[0])
        where = builder.gep(view.data, [args[1]])
        byte = ir.IntType(8).as_pointer()
        number = ir.IntType(32)
        declared = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        function = cgutils.get_or_insert_function(builder.module, declared, "llvm.prefetch.p0")
        constants = [ir.Constant(number, value) for value in (1, 3, 1)]
        builder.call(function, [builder.bitcast(where, byte), *constants])
        return context.get_dummy_value()

    return types.void(array, types.int64), codegen
