using System;
using System.Buffers.Binary;
using System.Numerics;
using Penstock.Wire.Ip;

namespace Penstock.Stack.Tcp;

/// <summary>SipHash-2-4 (Aumasson, Bernstein 2012) of a flow: a keyed hash that an attacker cannot predict.</summary>
internal readonly struct SipHash
{
    private readonly ulong _k0;
    private readonly ulong _k1;

    internal SipHash(ReadOnlySpan<byte> key)
    {
        _k0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _k1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
    }

    internal SipHash(ulong k0, ulong k1)
    {
        _k0 = k0;
        _k1 = k1;
    }

    /// <summary>A key of its own for another use of the same secret.</summary>
    internal SipHash Derive(ulong use) => new(Of(use, 0, 0, 0, 0, 4), Of(use, 1, 0, 0, 0, 4));

    internal ulong Of(in FlowKey flow)
    {
        InetAddress source = flow.Source.Address;
        InetAddress destination = flow.Destination.Address;
        ulong ports = (ulong)flow.Source.Port << 16 | flow.Destination.Port | (source.IsV6 ? 1UL << 32 : 0);
        return source.IsV6
            ? Of(source.High, source.Low, destination.High, destination.Low, ports, 5)
            : Of(source.Low << 32 | destination.Low, ports, 0, 0, 0, 2);
    }

    private ulong Of(ulong a, ulong b, ulong c, ulong d, ulong e, int words)
    {
        ulong v0 = _k0 ^ 0x736f6d6570736575;
        ulong v1 = _k1 ^ 0x646f72616e646f6d;
        ulong v2 = _k0 ^ 0x6c7967656e657261;
        ulong v3 = _k1 ^ 0x7465646279746573;
        Absorb(a, ref v0, ref v1, ref v2, ref v3);
        Absorb(b, ref v0, ref v1, ref v2, ref v3);
        if (words > 2)
        {
            Absorb(c, ref v0, ref v1, ref v2, ref v3);
            Absorb(d, ref v0, ref v1, ref v2, ref v3);
        }
        if (words > 4)
            Absorb(e, ref v0, ref v1, ref v2, ref v3);
        Absorb((ulong)(words * 8) << 56, ref v0, ref v1, ref v2, ref v3);
        v2 ^= 0xff;
        for (int i = 0; i < 4; i++)
            Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Absorb(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
