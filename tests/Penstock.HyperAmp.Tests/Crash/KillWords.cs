using System;
using Penstock.HyperAmp.Regions;
using Penstock.HyperAmp.Tests.Regions;

namespace Penstock.HyperAmp.Tests.Crash;

/// <summary>Words of a process that dies at its n-th access: the access and all later ones never happen.</summary>
internal readonly struct KillWords(byte[] bytes, Life? life) : ISharedWords
{
    private readonly ArrayWords _words = new(bytes);

    public int Length => _words.Length;

    private ArrayWords Words
    {
        get
        {
            life?.Spend();
            return _words;
        }
    }

    public byte ReadByte(int offset) => Words.ReadByte(offset);

    public ushort ReadUInt16(int offset) => Words.ReadUInt16(offset);

    public uint ReadUInt32(int offset) => Words.ReadUInt32(offset);

    public ulong ReadUInt64(int offset) => Words.ReadUInt64(offset);

    public void WriteByte(int offset, byte value) => Words.WriteByte(offset, value);

    public void WriteUInt16(int offset, ushort value) => Words.WriteUInt16(offset, value);

    public void WriteUInt32(int offset, uint value) => Words.WriteUInt32(offset, value);

    public void WriteUInt64(int offset, ulong value) => Words.WriteUInt64(offset, value);

    public byte CompareExchange(int offset, byte value, byte expected) => Words.CompareExchange(offset, value, expected);

    public uint CompareExchange(int offset, uint value, uint expected) => Words.CompareExchange(offset, value, expected);

    public ulong CompareExchange(int offset, ulong value, ulong expected) => Words.CompareExchange(offset, value, expected);

    public void Prefetch(uint offset)
    {
    }

    public uint Add(int offset, uint value) => Words.Add(offset, value);

    public ulong Exchange(int offset, ulong value) => Words.Exchange(offset, value);
}

/// <summary>How many accesses are left.</summary>
internal sealed class Life(int accesses)
{
    private int _left = accesses;

    public void Spend()
    {
        if (--_left < 0)
            throw new KilledException();
    }
}

/// <summary>The process is no more.</summary>
internal sealed class KilledException : Exception;
