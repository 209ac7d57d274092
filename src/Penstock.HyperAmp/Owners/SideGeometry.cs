namespace Penstock.HyperAmp.Owners;

/// <summary>Where things lie in the side region: the file beside the legacy bytes, which no legacy peer sees.</summary>
/// <remarks>
/// <code>
///      0  what the file is for: magic, version, entries, payload bytes, unit, layout
///     64  lock                  channel lock word (nonce, owner), journal of the sender
///    128  epoch, service        read by every client now and then, written at start and end of a service
///    192  sleep                 the service's futex word
///    256  journal               of the service: a chain is being served in place
///    320  counters              of the service
///    448  bell                  moves with every hand-over; entry and payload that it rings for
///   1024  owners[64] of 256     identity, wake word and sleepers, counters
///         owned[entries] u16    owner slot + 1 of each entry, 0 for entries of legacy peers
///         records[entries] 64   state, payload block and outcome of each entry
///         bitmap                one bit per unit of payload
/// </code>
/// Lines of 64 bytes have one writer in the steady state. All numbers here are computed from the region, never read
/// back from the file.
/// </remarks>
public readonly struct SideGeometry
{
    /// <summary>Owner slots: processes (or channels within a process) that can share a region.</summary>
    public const int OwnerSlots = 64;

    /// <summary>Bytes of an owner slot.</summary>
    public const int OwnerSize = 256;

    /// <summary>Bytes of an entry's record.</summary>
    public const int RecordSize = 64;

    /// <summary>Where the owner slots begin.</summary>
    public const int Owners = 1024;

    private const int MostUnits = 65536;

    /// <summary>The geometry for a queue and a payload area.</summary>
    /// <param name="entries">Entries of the queue.</param>
    /// <param name="payloadLength">Bytes of the payload area.</param>
    public SideGeometry(int entries, int payloadLength)
    {
        Entries = entries;
        PayloadLength = payloadLength;
        Unit = 64;
        while (payloadLength / Unit > MostUnits)
            Unit *= 2;
        Units = payloadLength / Unit;
        Owned = Owners + (OwnerSlots * OwnerSize);
        Records = AlignUp(Owned + (2 * entries), 64);
        Bitmap = Records + (entries * RecordSize);
        Length = AlignUp(Bitmap + (8 * BitmapWords), 4096);
    }

    /// <summary>Entries of the queue.</summary>
    public int Entries { get; }

    /// <summary>Bytes of the payload area.</summary>
    public int PayloadLength { get; }

    /// <summary>Bytes of payload that one bit stands for: a power of two, 64 for areas up to 4 MiB.</summary>
    public int Unit { get; }

    /// <summary>Whole units in the payload area.</summary>
    public int Units { get; }

    /// <summary>64-bit words of the bitmap.</summary>
    public int BitmapWords => (Units + 63) / 64;

    /// <summary>Where the table of owners by entry begins.</summary>
    public int Owned { get; }

    /// <summary>Where the records begin.</summary>
    public int Records { get; }

    /// <summary>Where the bitmap begins.</summary>
    public int Bitmap { get; }

    /// <summary>Bytes of the side region.</summary>
    public int Length { get; }

    private static int AlignUp(int value, int to) => (value + to - 1) & -to;
}
