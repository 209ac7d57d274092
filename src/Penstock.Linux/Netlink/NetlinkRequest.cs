using System;
using System.Runtime.InteropServices;
using System.Text;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Netlink;

/// <summary>Builds one netlink message: head, body, attributes.</summary>
/// <remarks>
/// <code>
/// nlmsghdr:16 | body (aligned to 4) | attribute: length:2 type:2 value (aligned to 4) | ...
/// </code>
/// </remarks>
internal ref struct NetlinkRequest
{
    private readonly Span<byte> _buffer;
    private int _length;

    /// <summary>Begins a message.</summary>
    /// <param name="buffer">Room for the whole message; 512 bytes hold any that is built here.</param>
    /// <param name="type">RTM_NEWLINK and the like.</param>
    /// <param name="flags">Added to NLM_F_REQUEST.</param>
    internal NetlinkRequest(Span<byte> buffer, ushort type, ushort flags)
    {
        _buffer = buffer;
        _buffer.Clear();
        _length = 16;
        MemoryMarshal.Write(_buffer[4..], type);
        MemoryMarshal.Write(_buffer[6..], (ushort)(flags | Libc.NLM_F_REQUEST));
    }

    /// <summary>The finished message.</summary>
    internal readonly Span<byte> Bytes
    {
        get
        {
            MemoryMarshal.Write(_buffer, (uint)_length);
            return _buffer[.._length];
        }
    }

    internal void Body<T>(scoped in T body)
        where T : unmanaged => Append(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in body)));

    internal void Attribute(ushort type, scoped ReadOnlySpan<byte> value)
    {
        int start = Begin(type);
        Append(value);
        MemoryMarshal.Write(_buffer[start..], (ushort)(4 + value.Length));
    }

    internal void Attribute(ushort type, uint value) => Attribute(type, MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in value)));

    /// <summary>A string with its terminating zero.</summary>
    internal void Attribute(ushort type, string value) => Attribute(type, Encoding.UTF8.GetBytes(value + '\0'));

    /// <summary>Opens an attribute that holds attributes; <see cref="End"/> closes it.</summary>
    internal int Begin(ushort type)
    {
        int start = _length;
        MemoryMarshal.Write(_buffer[(start + 2)..], type);
        _length += 4;
        return start;
    }

    internal void End(int start) => MemoryMarshal.Write(_buffer[start..], (ushort)(_length - start));

    private void Append(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer[_length..]);
        _length += (bytes.Length + 3) & ~3;
    }
}
