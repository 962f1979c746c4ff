"""Objects of named whole numbers and arrays, handed to compiled code as one address.

A `Block` keeps its fields in memory of its own: a whole number in one word, an array as address and lengths. Compiled
code reads `block.name` and writes `block.number = value` with the source it would have for a plain object, and
nothing is counted or copied on the way. Arrays must outlive the block; the block holds on to them.
Only this file and `compiled.py` know numba's extension interface.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    lower_setattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)
from numba.np.arrayobj import make_array, populate_array
from numba.np.numpy_support import from_dtype

WORDS_A_FIELD = 4  # number, or address and up to three lengths


class BlockType(types.Type):  # type: ignore[misc]  # numba ships no types
    """The layout of a block: field names in order, each a whole number or an array type."""

    def __init__(self, name: str, layout: tuple[tuple[str, Any], ...]) -> None:
        self.layout = layout
        self.at = {field: i for i, (field, _) in enumerate(layout)}
        inner = ", ".join(f"{field}: {kind}" for field, kind in layout)
        super().__init__(name=f"{name}({inner})")

    def field(self, name: str) -> Any:
        """Numba's type of a field, or none."""
        return dict(self.layout).get(name)


class Entry:
    """A compiled function that a block may hold: its signature and the address compiled code calls it at."""

    def __init__(self, dispatcher: Any, signature: Any) -> None:
        compiled = dispatcher.get_compile_result(signature)
        self.kept = dispatcher
        self.numba_type = types.FunctionType(signature)
        self.address: int = compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name)


class Block:
    """Named whole numbers and contiguous arrays (of numbers or records, one to three dimensions, or other blocks)."""

    def __init__(self, name: str, **fields: Any) -> None:
        self.kept = fields
        self.words = np.zeros(WORDS_A_FIELD * len(fields), np.int64)
        layout = []
        for i, (field, value) in enumerate(fields.items()):
            at = WORDS_A_FIELD * i
            if isinstance(value, (Block, Entry)):
                self.words[at] = value.address
                layout.append((field, value.numba_type))
            elif isinstance(value, np.ndarray):
                assert value.flags.c_contiguous, field
                self.words[at] = value.ctypes.data
                self.words[at + 1 : at + 1 + value.ndim] = value.shape
                layout.append((field, types.Array(from_dtype(value.dtype), value.ndim, "C")))
            else:
                self.words[at] = int(value)
                layout.append((field, types.int64))
        self.numba_type: BlockType = BlockType(name, tuple(layout))
        self.address: int = self.words.ctypes.data

    def number(self, field: str) -> int:
        """The whole number a field holds now."""
        return int(self.words[WORDS_A_FIELD * self.numba_type.at[field]])

    def put(self, field: str, value: Any) -> None:
        """Give a field another number, or another array of the same type."""
        at = WORDS_A_FIELD * self.numba_type.at[field]
        if isinstance(value, np.ndarray):
            self.kept[field] = value
            self.words[at] = value.ctypes.data
            self.words[at + 1 : at + 1 + value.ndim] = value.shape
        else:
            self.words[at] = int(value)


@typeof_impl.register(Block)  # type: ignore[untyped-decorator]  # numba ships no types
def _typeof_block(value: Block, _: Any) -> BlockType:
    return value.numba_type


@register_model(BlockType)
class _BlockModel(models.PrimitiveModel):  # type: ignore[misc]  # numba ships no types
    def __init__(self, manager: Any, block_type: BlockType) -> None:
        super().__init__(manager, block_type, ir.IntType(64))


@unbox(BlockType)  # type: ignore[untyped-decorator]  # numba ships no types
def _unbox_block(_: BlockType, value: Any, c: Any) -> NativeValue:
    address = c.pyapi.object_getattr_string(value, "address")
    number = c.pyapi.long_as_longlong(address)
    c.pyapi.decref(address)
    return NativeValue(number, is_error=cgutils.is_not_null(c.builder, c.pyapi.err_occurred()))


@infer_getattr
class _BlockAttributes(AttributeTemplate):  # type: ignore[misc]  # numba ships no types
    key = BlockType

    def generic_resolve(self, block_type: BlockType, attribute: str) -> Any:
        return block_type.field(attribute)


def _word(builder: Any, block: Any, index: int) -> Any:
    """Pointer to one word of a block."""
    address = builder.add(block, ir.Constant(ir.IntType(64), 8 * index))
    return builder.inttoptr(address, ir.IntType(64).as_pointer())


@lower_getattr_generic(BlockType)  # type: ignore[untyped-decorator]  # numba ships no types
def _get(context: Any, builder: Any, block_type: BlockType, block: Any, attribute: str) -> Any:
    at = WORDS_A_FIELD * block_type.at[attribute]
    kind = block_type.field(attribute)
    first = builder.load(_word(builder, block, at))
    if isinstance(kind, types.FunctionType):
        function = cgutils.create_struct_proxy(kind)(context, builder)
        function.jit_addr = builder.inttoptr(first, function.jit_addr.type)
        return function._getvalue()  # noqa: SLF001  # numba's own way to read a struct
    if not isinstance(kind, types.Array):
        return first
    array = make_array(kind)(context, builder)
    item = context.get_data_type(kind.dtype)
    size = context.get_abi_sizeof(item) if not isinstance(kind.dtype, types.Record) else kind.dtype.size
    shape = [builder.load(_word(builder, block, at + 1 + d)) for d in range(kind.ndim)]
    strides = [ir.Constant(ir.IntType(64), size)]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    populate_array(
        array,
        data=builder.inttoptr(first, array.data.type),
        shape=cgutils.pack_array(builder, shape),
        strides=cgutils.pack_array(builder, strides),
        itemsize=ir.Constant(ir.IntType(64), size),
        meminfo=None,
        parent=None,
    )
    return array._getvalue()  # noqa: SLF001  # numba's own way to read a struct


@lower_setattr_generic(BlockType)  # type: ignore[untyped-decorator]  # numba ships no types
def _set(context: Any, builder: Any, signature: Any, arguments: Any, attribute: str) -> Any:
    block_type, value_type = signature.args
    at = WORDS_A_FIELD * block_type.at[attribute]
    value = context.cast(builder, arguments[1], value_type, types.int64)
    builder.store(value, _word(builder, arguments[0], at))
    return context.get_dummy_value()
