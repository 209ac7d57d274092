using System;
using System.IO;
using System.Threading;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Victim;

/// <summary>A hostile peer: rewrites what it shares with others at random, until its standard input ends.</summary>
internal static class Scribbler
{
    private const int Page = 4096;
    private const int Blocks = 0x2000;
    private const int RingSpan = 0x402000;

    /// <summary>Queue page, payload and side region.</summary>
    public static void ScribbleQueue(string path, int payload, int page, Random random)
    {
        using MappedMemory legacy = MappedMemory.OpenFile(path, payload + page);
        using MappedMemory side = MappedMemory.OpenFile(path + ".side", (int)new FileInfo(path + ".side").Length);
        MappedWindow[] windows = [legacy.Slice(payload, page), legacy.Slice(0, payload), side.Window];
        UntilStopped(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                MappedWindow window = windows[random.Next(3)];
                window.WriteUInt16(random.Next(window.Length / 2) * 2, (ushort)(random.Next(3) == 0 ? random.Next() : random.Next(300)));
            }
            Processor.Nap(TimeSpan.FromMicroseconds(100));
        });
    }

    /// <summary>Control pages, blocks and bulk window of a ring that begins at <paramref name="offset"/>.</summary>
    public static void ScribbleRing(string path, int offset, Random random)
    {
        using MappedMemory memory = MappedMemory.OpenDevice(path, 0, offset + RingSpan, uncached: false);
        MappedWindow region = memory.Slice(offset, RingSpan);
        int[] tender = [0, 2, 4, 6, 8, 10, 4036, 4044];
        UntilStopped(() =>
        {
            int page = random.Next(2) * Page;
            switch (random.Next(4))
            {
                case 0:
                    region.WriteUInt16(page + tender[random.Next(tender.Length)], (ushort)random.Next(0x10000));
                    break;
                case 1:
                    // Plausible indices with the right capacity, so that the ends walk into rubbish.
                    region.WriteUInt64(page, (ulong)random.Next(127) << 16 | (ulong)random.Next(127) << 32 | (random.Next(2) == 0 ? 256ul : 127ul) << 48);
                    break;
                case 2:
                    int block = Blocks + (random.Next(1024) * Page);
                    region.WriteUInt64(block, 1 | (ulong)random.Next(0x30) << 8 | (ulong)random.NextInt64() << 16);
                    break;
                default:
                    int at = Blocks + random.Next(RingSpan - Blocks - 64);
                    random.NextBytes(region.Span(at, 64));
                    break;
            }
        });
    }

    private static void UntilStopped(Action scribble)
    {
        bool stop = false;
        var thread = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
                scribble();
        });
        thread.Start();
        Console.WriteLine("ready");
        _ = Console.In.ReadToEnd();
        Volatile.Write(ref stop, true);
        thread.Join();
    }
}
