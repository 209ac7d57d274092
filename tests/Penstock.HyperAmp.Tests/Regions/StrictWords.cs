using System;
using Penstock.HyperAmp.Regions;

namespace Penstock.HyperAmp.Tests.Regions;

/// <summary>Words of memory without compare-exchange, where asked for: whoever tries one all the same is found out.</summary>
internal readonly struct StrictWords(byte[] bytes, bool isStrict) : ISharedWords
{
    private readonly ArrayWords _words = new(bytes);

    public int Length => _words.Length;

    public byte ReadByte(int offset) => _words.ReadByte(offset);

    public ushort ReadUInt16(int offset) => _words.ReadUInt16(offset);

    public uint ReadUInt32(int offset) => _words.ReadUInt32(offset);

    public ulong ReadUInt64(int offset) => _words.ReadUInt64(offset);

    public void WriteByte(int offset, byte value) => _words.WriteByte(offset, value);

    public void WriteUInt16(int offset, ushort value) => _words.WriteUInt16(offset, value);

    public void WriteUInt32(int offset, uint value) => _words.WriteUInt32(offset, value);

    public void WriteUInt64(int offset, ulong value) => _words.WriteUInt64(offset, value);

    public byte CompareExchange(int offset, byte value, byte expected) => Checked.CompareExchange(offset, value, expected);

    public uint CompareExchange(int offset, uint value, uint expected) => Checked.CompareExchange(offset, value, expected);

    public ulong CompareExchange(int offset, ulong value, ulong expected) => Checked.CompareExchange(offset, value, expected);

    public void Prefetch(uint offset)
    {
    }

    public uint Add(int offset, uint value) => Checked.Add(offset, value);

    public ulong Exchange(int offset, ulong value) => Checked.Exchange(offset, value);

    private ArrayWords Checked => isStrict ? throw new InvalidOperationException("an interlocked operation on strict memory") : _words;
}
